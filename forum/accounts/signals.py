"""What the people's admin announces."""

from django.dispatch import Signal

# A member of staff looks at citizens' accounts: `request`, and `which` ("list" or an account's number).
citizens_shown = Signal()

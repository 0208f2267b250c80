"""What the outbox announces. Whoever knows the address acts on it; the outbox itself knows nobody."""

from __future__ import annotations

from django.dispatch import Signal

# No mail goes to this address any more. Sent with `email`, again for each mail that is held back.
address_suppressed = Signal()

# Mail goes to this address again. Sent with `email`.
address_lifted = Signal()

"""What the programme announces. It does not know who listens."""

from django.dispatch import Signal

edition_loaded = (
    Signal()
)  # edition: Edition, facts: dict (the content file's own words). Sent once, when it is created.

# edition: Edition, changes: list[Change] (see changes.py), request: that of whoever saved them, in their transaction.
programme_changed = Signal()

# edition: Edition. Sent once, when somebody has made it by hand, with its days.
edition_created = Signal()

# edition: Edition, source: Edition, days: dict (id of a day of the source: its copy), in the transaction that copies.
edition_cloned = Signal()

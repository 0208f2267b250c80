"""What registration announces to the parts that stand on it."""

from django.dispatch import Signal

people_erased = Signal()  # registrations: ids, editions: ids; in the transaction that destroys their data

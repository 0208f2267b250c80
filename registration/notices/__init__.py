"""Every mail that a registration causes, one function each. Each is a row of the outbox in the caller's transaction."""

from registration.notices.forum_days import are_you_coming, missed_you, reminder, reminder_key, thank_you
from registration.notices.letters import REPEATS_A_DAY
from registration.notices.line import claim_told_of, line_closed, offer_lapsed, offered, promoted, seat_taken
from registration.notices.news import CONFIRM_WITHIN, interest_asked, news_kept, recordings_up, registration_opened
from registration.notices.own_entry import (
    address_change_asked,
    address_changed,
    already_registered,
    cancelled,
    changed,
    confirm_address,
    confirmed,
    link_again,
    new_address,
    new_link,
)

__all__ = [
    "CONFIRM_WITHIN", "REPEATS_A_DAY", "address_change_asked", "address_changed", "already_registered",
    "are_you_coming", "cancelled", "changed", "claim_told_of", "confirm_address", "confirmed", "interest_asked",
    "line_closed", "link_again", "missed_you", "new_address", "new_link", "news_kept", "offer_lapsed", "offered",
    "promoted", "recordings_up", "registration_opened", "reminder", "reminder_key", "seat_taken", "thank_you",
]  # fmt: skip

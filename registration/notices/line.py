"""Mails about the waiting list: what became of a person's place in it."""

from __future__ import annotations

import datetime as dt

from registration.models import Booking
from registration.notices.letters import write


def promoted(booking: Booking, not_before: dt.datetime) -> None:
    """A seat became free and is the person's now."""
    write("promoted", booking.registration, _once(booking, "promoted"), not_before=not_before, day=booking.day)


def offered(booking: Booking, not_before: dt.datetime) -> None:
    """A seat became free; it is the person's if they take it in time."""
    write(
        "offered",
        booking.registration,
        _once(booking, "offered"),
        not_before=not_before,
        expires_at=booking.offered_until,
        day=booking.day,
        until=booking.offered_until.astimezone(booking.day.edition.tzinfo),
    )


def seat_taken(booking: Booking) -> None:
    """The offered seat was taken: the ticket."""
    write("confirmation", booking.registration, _once(booking, "taken"))


def offer_lapsed(booking: Booking, not_before: dt.datetime) -> None:
    """Nobody took the offered seat in time."""
    write("offer_lapsed", booking.registration, _once(booking, "offer_lapsed"), not_before=not_before, day=booking.day)


def line_closed(booking: Booking, not_before: dt.datetime) -> None:
    """The line ended without a seat for this person."""
    write("line_closed", booking.registration, _once(booking, "line_closed"), not_before=not_before, day=booking.day)


def claim_told_of(dedupe_key: str) -> int:
    """The id of the booking that a mail with this key is about."""
    return int(dedupe_key.rpartition(":")[2])


def _once(booking: Booking, what: str) -> str:
    return f"{what}:{booking.pk}"

"""What changed in the programme, for calendars: moved sessions and days to enter, cancelled sessions to take out.

It is what holds when it is asked, not when the change was drafted: a mail may leave late, and calendars believe the
highest number.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.utils.translation import override

from programme import changes, session_calendar
from programme.calendars import CANCEL, PUBLISH, Entry, calendar
from programme.changes import Change
from registration import calendars
from registration.models import Booking, Broadcast, Registration

Files = dict[str, bytes]


def files(broadcast: Broadcast, registration: Registration) -> Files:
    """{method: file} for somebody: their days, if days or the place changed, and the sessions of days with a seat."""
    seats = registration.bookings.filter(state=Booking.State.CONFIRMED).values_list("day__number", flat=True)
    own = calendars.entries(registration) if _days_changed(broadcast) else []
    return _files(broadcast, registration.language, set(seats), own)


def sample(broadcast: Broadcast, language: str) -> Files:
    """The same for nobody, who has a seat on every day."""
    days = list(broadcast.edition.days.select_related("edition__venue"))
    own = [calendars.sample(day, language) for day in days] if _days_changed(broadcast) else []
    return _files(broadcast, language, {day.number for day in days}, own)


def _files(broadcast: Broadcast, language: str, seats: Collection[int], own: Iterable[Entry]) -> Files:
    """A file for each method: calendar programs read one method in each, and some only the first file of a mail."""
    with override(language):
        sessions = _sessions(broadcast, seats)
    of_method = {
        PUBLISH: [*own, *(each for each in sessions if not each.is_cancelled)],
        CANCEL: [each for each in sessions if each.is_cancelled],
    }
    return {method: calendar(entries, method=method) for method, entries in of_method.items() if entries}


def _sessions(broadcast: Broadcast, seats: Collection[int]) -> list[Entry]:
    now = changes.snapshot(broadcast.edition)
    return [
        session_calendar.entry_of(broadcast.edition, key, changes.after_of(key, row["before"], now))
        for key, row in broadcast.changes.items()
        if row["before"]["what"] == changes.SESSION and set(changes.days_of(Change(key, **row))) & set(seats)
    ]


def _days_changed(broadcast: Broadcast) -> bool:
    return any(row["before"]["what"] in (changes.DAY, changes.VENUE) for row in broadcast.changes.values())

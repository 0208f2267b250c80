"""Where an edition stands at a moment: the one place that decides it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

ANNOUNCED = "announced"  # registration has not opened
OPEN = "open"  # citizens can register
CLOSED = "closed"  # registration has ended, the forum is still ahead
EVE = "eve"  # from 18:00 on the day before the first day
LIVE = "live"  # on a day of the forum, from one hour before it starts to one hour after it ends
BETWEEN = "between"  # between two days
WRAPPING = "wrapping"  # over, recordings are being prepared
ARCHIVE = "archive"

EVE_BEGINS = time(18)
AROUND_A_DAY = timedelta(hours=1)
WRAPPING_LASTS = timedelta(days=30)


def phase(
    now: datetime,
    *,
    opens: datetime | None,
    closes: datetime | None,
    days: Sequence[tuple[datetime, datetime]],
) -> str:
    """The phase at `now`. `days` are the aware start and end of each day of the forum, in order, in its own time zone.

    An edition without days has nothing left to announce: it is in the archive.
    """
    if not days:
        return ARCHIVE
    if any(starts - AROUND_A_DAY <= now < ends + AROUND_A_DAY for starts, ends in days):
        return LIVE
    first, last = days[0][0], days[-1][1]
    if now >= last:
        return WRAPPING if now < last + WRAPPING_LASTS else ARCHIVE
    if now >= first:
        return BETWEEN
    if now >= _eve_of(first.date(), first):
        return EVE
    if closes and now >= closes:
        return CLOSED
    if opens and now >= opens:
        return OPEN
    return ANNOUNCED


def is_registration_open(now: datetime, *, opens: datetime | None, closes: datetime | None) -> bool:
    """Whether citizens can register at `now`. Without both moments registration is not offered."""
    return bool(opens and closes and opens <= now < closes)


def _eve_of(day: date, like: datetime) -> datetime:
    return datetime.combine(day - timedelta(days=1), EVE_BEGINS, tzinfo=like.tzinfo)

"""Where an edition stands at a moment, and its days with their seats: the one place that decides it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise

ANNOUNCED = "announced"  # registration has not opened
OPEN = "open"  # citizens can register
CLOSED = "closed"  # registration has ended, the forum is still ahead
EVE = "eve"  # from 18:00 on the day before the first day
LIVE = "live"  # on a day of the forum, from one hour before it starts to one hour after it ends
BETWEEN = "between"  # between two days
WRAPPING = "wrapping"  # over, recordings are being prepared
ARCHIVE = "archive"

# A day's seats; where nobody can register, the day is CLOSED too.
AVAILABLE = "available"
FEW = "few"  # a fifth of all seats, or fewer
WAITING = "waiting"  # no seat is left, but a place in the line
FULL = "full"

FEW_IS_BELOW = 0.2  # of all seats
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


def day_state(*, is_open: bool, capacity: int, left: int, has_line: bool) -> str:
    """How a day stands for a newcomer. `is_open` is registration, `has_line` whether anybody else may still wait."""
    if not is_open:
        return CLOSED
    if left > 0:
        return FEW if left <= capacity * FEW_IS_BELOW else AVAILABLE
    return WAITING if has_line else FULL


def moment_in(
    name: str,
    *,
    opens: datetime | None,
    closes: datetime | None,
    days: Sequence[tuple[datetime, datetime]],
) -> datetime | None:
    """A moment that shows the phase well, for a preview. None where these dates leave the phase out."""
    if not days:
        return None
    (starts, ends), last = days[0], days[-1][1]
    eve = _eve_of(starts.date(), starts)
    nights = [_middle(before[1], after[0]) for before, after in pairwise(days)]
    candidates = {
        ANNOUNCED: [opens - timedelta(days=1) if opens else eve - timedelta(days=30)],
        OPEN: [_middle(opens, min(closes or eve, eve))] if opens else [],
        CLOSED: [_middle(closes, eve)] if closes else [],
        EVE: [eve + timedelta(hours=1)],
        LIVE: [starts + (ends - starts) / 4],  # somewhere in the first session
        BETWEEN: nights,
        WRAPPING: [last + timedelta(days=1)],
        ARCHIVE: [last + WRAPPING_LASTS + timedelta(days=1)],
    }
    fitting = (each for each in candidates[name] if phase(each, opens=opens, closes=closes, days=days) == name)
    return next(fitting, None)


def _middle(begins: datetime, ends: datetime) -> datetime:
    """To the minute."""
    return (begins + (ends - begins) / 2).replace(second=0, microsecond=0)


def _eve_of(day: date, like: datetime) -> datetime:
    return datetime.combine(day - timedelta(days=1), EVE_BEGINS, tzinfo=like.tzinfo)

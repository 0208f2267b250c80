"""When the next in line is asked, and when the line closes. Only the clock is in here, no row.

| before doors open                            | the next in line                      |
|----------------------------------------------|---------------------------------------|
| 48 h or more, or "take me in without asking" | is confirmed at once                  |
| 48 h to 12:00 on the eve                     | gets an offer of 6 h                  |
| later                                        | nobody: the line closes               |

Mails rest from 21:00 to 08:00, and an offer's time starts when its mail may leave.
"""

from __future__ import annotations

import datetime as dt
from enum import Enum

from programme.models import Day

CERTAIN_UNTIL = dt.timedelta(hours=48)
OFFER_LASTS = dt.timedelta(hours=6)
LINE_CLOSES = dt.time(12)  # on the eve
NIGHT_BEGINS, NIGHT_ENDS = dt.time(21), dt.time(8)


class Step(Enum):
    CONFIRM = "confirm"
    OFFER = "offer"
    CLOSE = "close"


def step(day: Day, now: dt.datetime, *, asks: bool) -> Step:
    """What happens with the next in line for this day. `asks` is False for people who want no question."""
    if now >= line_closes_at(day):
        return Step.CLOSE
    if not asks or now <= doors(day) - CERTAIN_UNTIL:
        return Step.CONFIRM
    return Step.OFFER


def doors(day: Day) -> dt.datetime:
    """When people come in; where nobody knows yet, the day's start, or midnight."""
    return day.at(day.doors or day.starts or dt.time.min)


def line_closes_at(day: Day) -> dt.datetime:
    return dt.datetime.combine(day.date - dt.timedelta(days=1), LINE_CLOSES, tzinfo=day.edition.tzinfo)


def is_night(zone: dt.tzinfo, now: dt.datetime) -> bool:
    return awake_in(zone, now) != now


def awake(now: dt.datetime, day: Day) -> dt.datetime:
    """`now`, or the next 08:00 of the forum's time zone when it is night there."""
    return awake_in(day.edition.tzinfo, now)


def awake_in(zone: dt.tzinfo, now: dt.datetime) -> dt.datetime:
    """`now`, or the next 08:00 of that zone when it is night there."""
    local = now.astimezone(zone)
    if NIGHT_ENDS <= local.time() < NIGHT_BEGINS:
        return now
    date = local.date() if local.time() < NIGHT_ENDS else local.date() + dt.timedelta(days=1)
    return dt.datetime.combine(date, NIGHT_ENDS, tzinfo=zone)


def offer_ends(now: dt.datetime, day: Day) -> dt.datetime:
    return awake(now, day) + OFFER_LASTS

"""What is happening on a day at a moment: past, now, next. Pure functions over the read model.

The moment is given in the edition's own time zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from programme.phase import AROUND_A_DAY
from programme.read_model import Day, Session, Talk

AHEAD, ON, OVER = "ahead", "on", "over"


@dataclass(frozen=True)
class Stage:
    """What is on now and what comes next; either may be nothing."""

    now: Session | Talk | None = None
    next: Session | Talk | None = None


@dataclass(frozen=True)
class Row:
    """A line of the timetable: a session, or the pause before the next one."""

    starts: datetime | None
    ends: datetime | None
    session: Session | None = None


def standing(day: Day, moment: datetime) -> str:
    """Whether the day is ahead, on or over. It begins an hour before its start and ends an hour after its end."""
    midnight = datetime.combine(day.date, time.min, tzinfo=moment.tzinfo)
    starts, ends = day.starts or midnight, day.ends or midnight + timedelta(days=1)
    if moment < starts - AROUND_A_DAY:
        return AHEAD
    return ON if moment < ends + AROUND_A_DAY else OVER


def stage(day: Day, moment: datetime) -> Stage:
    """What is on at the moment, and what follows. What was cancelled or has no time is left out."""
    slots = sorted(_slots(day), key=lambda slot: slot.starts)
    on = [slot for slot in slots if slot.ends and slot.starts <= moment < slot.ends]
    coming = [slot for slot in slots if slot.starts > moment]
    return Stage(on[-1] if on else None, coming[0] if coming else None)


def rows(day: Day) -> list[Row]:
    """The sessions of a day in order, with the pauses between them."""
    table: list[Row] = []
    for session in day.sessions:
        before = table[-1] if table else None
        if before and before.ends and session.starts and before.ends < session.starts:
            table.append(Row(before.ends, session.starts))
        table.append(Row(session.starts, session.ends, session))
    return table


def _slots(day: Day) -> list[Session | Talk]:
    """The timed talks, and a session itself where none of its talks has a time."""
    slots: list[Session | Talk] = []
    for session in day.sessions:
        if session.is_cancelled:
            continue
        talks = [talk for talk in session.talks if talk.starts and not talk.is_cancelled]
        slots.extend(talks or ([session] if session.starts else []))
    return slots

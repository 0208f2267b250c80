"""What is happening on a day at a moment: past, now, next. Pure functions over the read model.

The moment is given in the edition's own time zone. Delays that an organiser noted count: a slot is on, and over, when
it really is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import pairwise

from programme.phase import AROUND_A_DAY
from programme.read_model import Day, Session, Talk

AHEAD, ON, OVER = "ahead", "on", "over"
BREAK = "break"


@dataclass(frozen=True)
class Slot:
    """A talk or a session with the moments at which it really starts and ends; the end may be unknown. `late` is in
    minutes."""

    item: Session | Talk
    starts: datetime
    ends: datetime | None
    late: int = 0

    @property
    def is_talk(self) -> bool:
        return isinstance(self.item, Talk)

    @property
    def session_slug(self) -> str:
        return self.item.session_slug if isinstance(self.item, Talk) else self.item.slug


@dataclass(frozen=True)
class Stage:
    """What is on now and what comes next; either may be nothing. Nothing between two slots is a pause."""

    now: Slot | None = None
    next: Slot | None = None
    is_pause: bool = False


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
    """What is on at the moment, and what follows. A session is on where none of its talks is. What was cancelled or
    has no time is left out."""
    slots = sorted([*_sessions(day), *_talks(day)], key=lambda slot: (slot.starts, slot.is_talk))
    on = [slot for slot in slots if slot.ends and slot.starts <= moment < slot.ends]
    coming = [slot for slot in slots if slot.starts > moment]
    now = max(on, key=lambda slot: (slot.is_talk, slot.starts), default=None)
    first = [slot for slot in coming if slot.starts == coming[0].starts]
    is_break = bool(now and not now.is_talk and now.item.kind == BREAK)
    has_begun = any(slot.starts <= moment for slot in slots)
    return Stage(
        None if is_break else now,
        first[-1] if first else None,
        is_break or bool(not now and first and has_begun),
    )


def coming(day: Day, moment: datetime) -> list[Slot]:
    """What is on or still ahead, in order: talks, and sessions of whose talks none has a time."""
    timed = {slot.session_slug for slot in _talks(day)}
    sessions = [slot for slot in _sessions(day) if slot.item.slug not in timed]
    slots = sorted([*sessions, *_talks(day)], key=lambda slot: slot.starts)
    return [slot for slot in slots if (slot.ends or slot.starts) > moment]


def over(day: Day, moment: datetime) -> frozenset[str]:
    """The slugs of the talks that have ended."""
    return frozenset(slot.item.slug for slot in _talks(day) if slot.ends and slot.ends <= moment)


def first_start(day: Day) -> datetime | None:
    """When the day really begins: its own start, later by what the first slot is late."""
    slots = [*_sessions(day), *_talks(day)]
    first = min(slots, key=lambda slot: slot.starts, default=None)
    if day.starts is None:
        return first.starts if first else None
    return day.starts + timedelta(minutes=first.late if first else 0)


def rows(day: Day) -> list[Row]:
    """The sessions of a day in order, with the pauses between them, as planned."""
    table: list[Row] = []
    for session in day.sessions:
        before = table[-1] if table else None
        if before and before.ends and session.starts and before.ends < session.starts:
            table.append(Row(before.ends, session.starts))
        table.append(Row(session.starts, session.ends, session))
    return table


def _sessions(day: Day) -> list[Slot]:
    held = [session for session in day.sessions if session.starts and not session.is_cancelled]
    return _really([_slot(day, session, session.ends) for session in held])


def _talks(day: Day) -> list[Slot]:
    """A talk whose length nobody knows lasts until the next one, or until its session ends."""
    slots: list[Slot] = []
    for session in day.sessions:
        talks = [] if session.is_cancelled else [t for t in session.talks if t.starts and not t.is_cancelled]
        talks.sort(key=lambda talk: talk.starts)
        after = [*[talk.starts for talk in talks[1:]], session.ends]
        slots += [_slot(day, talk, talk.ends or until) for talk, until in zip(talks, after, strict=False)]
    return _really(slots)


def _slot(day: Day, item: Session | Talk, ends: datetime | None) -> Slot:
    """As planned, with what it is late."""
    return Slot(item, item.starts, ends, day.delay_of(item))


def _really(planned: list[Slot]) -> list[Slot]:
    """The slots when they really are. One that runs up to the next lasts until that really starts; before a pause it
    may run into it, never beyond."""
    slots = sorted(planned, key=lambda slot: slot.starts)
    late = [_moved(slot, slot.late) for slot in slots]
    ends = [_end(*pair) for pair in zip(pairwise(slots), pairwise(late), strict=True)]
    return [replace(slot, ends=end) for slot, end in zip(late, [*ends, *[s.ends for s in late[-1:]]], strict=True)]


def _end(planned: tuple[Slot, Slot], late: tuple[Slot, Slot]) -> datetime | None:
    (slot, following), (really, then) = planned, late
    if slot.ends is None or slot.ends > following.starts:  # side by side
        return really.ends
    return then.starts if slot.ends == following.starts else min(really.ends, then.starts)


def _moved(slot: Slot, minutes: int) -> Slot:
    later = timedelta(minutes=minutes)
    return replace(slot, starts=slot.starts + later, ends=slot.ends and slot.ends + later)

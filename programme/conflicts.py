"""What cannot be right in a programme: warnings for organisers, who may know better."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from programme.read_model import Day, Programme, Session, Speaker, Talk

TWO_PLACES = "two_places"  # somebody speaks in two talks at the same time
SAME_ROOM = "same_room"  # two sessions in a room at the same time
OUTSIDE = "outside"  # a talk before its session begins, or after it ends
NO_STREAM = "no_stream"  # a day that nobody can watch

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Conflict:
    """`items` are the two sessions or talks that collide, or the talk and its session. `who` is the person in both."""

    kind: str
    items: tuple[Session | Talk, ...] = ()
    who: Speaker | None = None
    day: Day | None = None


def conflicts(programme: Programme) -> list[Conflict]:
    """Everything that looks wrong. What was cancelled or has no time is in nobody's way."""
    return [*_two_places(programme), *_same_room(programme), *_outside(programme), *_without_stream(programme)]


def _two_places(programme: Programme) -> Iterator[Conflict]:
    for speaker in programme.speakers:
        spans = [(talk, _span_of(talk, programme)) for talk in programme.talks_of(speaker) if not talk.is_cancelled]
        for (first, one), (second, other) in combinations(spans, 2):
            shares_its_sessions_time = first.session_slug == second.session_slug and not (first.ends and second.ends)
            if _overlap(one, other) and not shares_its_sessions_time:
                yield Conflict(TWO_PLACES, (first, second), who=speaker)


def _same_room(programme: Programme) -> Iterator[Conflict]:
    """Sessions without a room are all on the one stage."""
    sessions = [session for session in programme.sessions if not session.is_cancelled]
    for first, second in combinations(sessions, 2):
        if first.room_id == second.room_id and _overlap(_span(first), _span(second)):
            yield Conflict(SAME_ROOM, (first, second))


def _outside(programme: Programme) -> Iterator[Conflict]:
    for session in programme.sessions:
        for talk in session.talks:
            if not talk.is_cancelled and _is_outside(talk, session):
                yield Conflict(OUTSIDE, (talk, session))


def _is_outside(talk: Talk, session: Session) -> bool:
    if talk.starts is None:
        return False
    begins_early = session.starts is not None and talk.starts < session.starts
    return begins_early or (session.ends is not None and (talk.ends or talk.starts) > session.ends)


def _without_stream(programme: Programme) -> Iterator[Conflict]:
    if programme.edition.format != "onsite":
        for day in programme.days:
            if day.sessions and not day.streams:
                yield Conflict(NO_STREAM, day=day)


def _span_of(talk: Talk, programme: Programme) -> Span | None:
    """When the talk is on; as long as nobody knows, all the time of its session."""
    session = programme.session(talk.session_slug)
    return _span(talk) or (_span(session) if session and not session.is_cancelled else None)


def _span(item: Session | Talk) -> Span | None:
    return (item.starts, item.ends) if item.starts and item.ends else None


def _overlap(one: Span | None, other: Span | None) -> bool:
    return one is not None and other is not None and one[0] < other[1] and other[0] < one[1]

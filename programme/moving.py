"""What moved since the release before: its old times are shown struck through."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from programme.frozen import Facts, Live, Row
from programme.read_model import Session, Slot, Talk


def with_old_times(sessions: tuple[Session, ...], before: Facts, live: Live) -> tuple[Session, ...]:
    """The sessions and their talks, each with when it was planned before if that was another time."""
    was = {row["id"]: row for row in before["sessions"]}
    talks = {row["id"]: row for row in before["talks"]}
    return tuple(
        replace(
            session,
            was=_session_was(session, was, live),
            talks=tuple(replace(talk, was=_talk_was(talk, talks, was, live)) for talk in session.talks),
        )
        for session in sessions
    )


def _session_was(session: Session, before: dict[int, Row], live: Live) -> Slot | None:
    row = before.get(session.id)
    if row is None or row["day"] not in live.dates:
        return None
    starts, ends = (live.at(row["day"], row[name]) for name in ("starts", "ends"))
    return Slot(starts, ends) if starts and (starts, ends) != (session.starts, session.ends) else None


def _talk_was(talk: Talk, before: dict[int, Row], sessions: dict[int, Row], live: Live) -> Slot | None:
    row = before.get(talk.id)
    session = sessions.get(row["session"]) if row else None
    if row is None or session is None or session["day"] not in live.dates:
        return None
    starts = live.at(session["day"], row["starts"])
    if starts is None or starts == talk.starts:
        return None
    return Slot(starts, starts + timedelta(minutes=row["minutes"]) if row["minutes"] else None)

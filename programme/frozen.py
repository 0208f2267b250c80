"""The programme as a release keeps it: tables of facts that JSON knows, made of the read model's values and made back
into them. Rows are known by their `id`, and sorted by it.

Days, their dates, doors and streams, the place and photographs are not in it: they are as they are now. A release stays
readable for ever: what it does not know, since it is older than the field, is what the read model says by default.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import Any

from programme.read_model import Appearance, Organisation, Programme, Session, Speaker, Talk, Text

Row = dict[str, Any]
Facts = dict[str, list[Row]]
TABLES = ("sessions", "talks", "speakers")

# Written as they are, by the names of the read model. What a release holds besides is written below.
SESSION = (
    "id",
    "slug",
    "kind",
    "number",
    "title",
    "abstract",
    "times_confirmed",
    "state",
    "languages",
    "room",
    "room_id",
)
TALK = (
    "id", "slug", "kind", "title", "abstract", "minutes", "language", "interpreted_into", "state", "note", "languages",
)  # fmt: skip
SPEAKER = ("id", "slug", "name", "position", "affiliation", "country", "bio")


@dataclass(frozen=True)
class Live:
    """What no release holds: the dates of the days by number, and their zone."""

    dates: Mapping[int, date]
    zone: tzinfo

    def at(self, day: int, clock: str) -> datetime | None:
        return datetime.combine(self.dates[day], time.fromisoformat(clock), tzinfo=self.zone) if clock else None


def freeze(programme: Programme) -> Facts:
    """Everything that is published of a programme."""
    talks = [
        _talk_row(talk, session, order) for session in programme.sessions for order, talk in enumerate(session.talks)
    ]
    return {
        "sessions": by_id(_session_row(session) for session in programme.sessions),
        "talks": by_id(talks),
        "speakers": by_id(_row(speaker, SPEAKER) for speaker in programme.speakers),
    }


def thaw(facts: Facts, live: Live, photos: Mapping[int, str]) -> tuple[Session, ...]:
    """The sessions with their talks, in the order of their times. Those of a day that is no more are left out.

    `photos` are the addresses of photographs by the speaker's id.
    """
    people = {row["id"]: _speaker(row, photos.get(row["id"], "")) for row in facts["speakers"]}
    rows = [row for row in facts["sessions"] if row["day"] in live.dates]
    rows.sort(key=lambda row: (row["day"], not row["starts"], row["starts"], row["id"]))
    return tuple(_session(row, _talks_of(row, facts), people, live) for row in rows)


def by_id(rows: Any) -> list[Row]:
    return sorted(rows, key=lambda row: row["id"])


def clock(moment: datetime | None) -> str:
    return f"{moment:%H:%M}" if moment else ""


def text(words: Mapping[str, str]) -> Text:
    return Text(words["ko"], words["en"])


def _session_row(session: Session) -> Row:
    hosts = [{"key": host.key, "name": _plain(host.name), "url": host.url} for host in session.hosts]
    times = {"day": session.day_number, "starts": clock(session.starts), "ends": clock(session.ends)}
    return {**_row(session, SESSION), **times, "hosts": hosts}


def _talk_row(talk: Talk, session: Session, order: int) -> Row:
    people = [{"speaker": each.speaker.id, "role": each.role} for each in talk.appearances]
    place = {"session": session.id, "order": order, "starts": clock(talk.starts)}
    return {**_row(talk, TALK), **place, "people": people}


def _row(item: Session | Talk | Speaker, names: Sequence[str]) -> Row:
    return {name: _plain(getattr(item, name)) for name in names}


def _plain(value: Any) -> Any:
    return {"ko": value.ko, "en": value.en} if isinstance(value, Text) else value


def _values(row: Row, names: Sequence[str]) -> dict[str, Any]:
    return {name: text(row[name]) if isinstance(row[name], dict) else row[name] for name in names if name in row}


def _talks_of(session: Row, facts: Facts) -> list[Row]:
    return sorted((row for row in facts["talks"] if row["session"] == session["id"]), key=lambda row: row["order"])


def _session(row: Row, talks: list[Row], people: Mapping[int, Speaker], live: Live) -> Session:
    return Session(
        **_values(row, SESSION),
        day_number=row["day"],
        starts=live.at(row["day"], row["starts"]),
        ends=live.at(row["day"], row["ends"]),
        hosts=tuple(Organisation(host["key"], text(host["name"]), url=host["url"]) for host in row["hosts"]),
        talks=tuple(_talk(talk, row, people, live) for talk in talks),
    )


def _talk(row: Row, session: Row, people: Mapping[int, Speaker], live: Live) -> Talk:
    return Talk(
        **_values(row, TALK),
        session_slug=session["slug"],
        day_number=session["day"],
        starts=live.at(session["day"], row["starts"]),
        appearances=tuple(Appearance(people[each["speaker"]], each["role"]) for each in row["people"]),
    )


def _speaker(row: Row, photo_url: str) -> Speaker:
    return Speaker(**_values(row, SPEAKER), photo_url=photo_url)

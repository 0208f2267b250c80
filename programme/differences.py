"""What one programme has otherwise than another, row by row: the one with the differences is the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from programme.frozen import TABLES, Facts, Row, by_id

NOTHING: Facts = {table: [] for table in TABLES}

# What readers see of a row.
SEEN = frozenset(
    [
        "day", "starts", "ends", "minutes", "times_confirmed", "session", "room", "people", "hosts", "state",
        "title", "abstract", "note", "kind", "number", "language", "interpreted_into", "languages",
        "name", "position", "affiliation", "country", "bio",
    ]
)  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """A row of a table before and after. None before: it was added. None after: it is not there any more."""

    table: str
    id: int
    before: Row | None
    after: Row | None

    @property
    def is_whole(self) -> bool:
        """Whether it was added or removed, rather than changed."""
        return self.before is None or self.after is None

    @property
    def fields(self) -> tuple[str, ...]:
        """What differs, in the order of the row. A release that is older than a field does not differ by it."""
        if self.before is None or self.after is None:
            return ()
        return tuple(name for name in self.after if name in self.before and self.before[name] != self.after[name])

    @property
    def is_seen(self) -> bool:
        """Whether a reader of the programme finds it there: neither the order nor an address alone is a change.
        That a person is new or gone, the talk says that names them."""
        if self.is_whole:
            return self.table != "speakers"
        return any(name in SEEN for name in self.fields)


def between(old: Facts, new: Facts) -> list[Difference]:
    """Everything that differs, in the order of the tables and of their rows."""
    found = []
    for table in TABLES:
        before, after = _rows(old, table), _rows(new, table)
        for each in sorted({*before, *after}):
            if before.get(each) != after.get(each):
                found.append(Difference(table, each, before.get(each), after.get(each)))
    return found


def applied(old: Facts, differences: Iterable[Difference]) -> Facts:
    """The old programme with these differences."""
    tables = {table: _rows(old, table) for table in TABLES}
    for each in differences:
        tables[each.table].pop(each.id, None)
        if each.after is not None:
            tables[each.table][each.id] = each.after
    return {table: by_id(rows.values()) for table, rows in tables.items()}


def of_session(differences: Iterable[Difference], session_id: int) -> list[Difference]:
    """What has to go along when one session is published alone: its talks, also those that came to it or left it, and
    the people in them."""
    everything = list(differences)
    talks = [each for each in everything if each.table == "talks" and session_id in _sessions_of(each)]
    people = {person["speaker"] for talk in talks if talk.after for person in talk.after["people"]}
    own = [each for each in everything if (each.table, each.id) == ("sessions", session_id)]
    return own + talks + [each for each in everything if each.table == "speakers" and each.id in people]


def tidied(facts: Facts) -> Facts:
    """Without talks of sessions that are not there, and without people whom no talk names."""
    sessions = {row["id"] for row in facts["sessions"]}
    talks = [row for row in facts["talks"] if row["session"] in sessions]
    named = {person["speaker"] for row in talks for person in row["people"]}
    return {**facts, "talks": talks, "speakers": [row for row in facts["speakers"] if row["id"] in named]}


def _rows(facts: Facts, table: str) -> dict[int, Row]:
    return {row["id"]: row for row in facts[table]}


def _sessions_of(talk: Difference) -> set[int]:
    return {row["session"] for row in (talk.before, talk.after) if row}

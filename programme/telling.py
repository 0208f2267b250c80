"""Differences between two programmes in words, for the page of changes and for organisers: old and new beside each
other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from programme import models
from programme.differences import Difference
from programme.frozen import Facts, Row, text
from programme.language import page_language
from programme.models.timetable import State
from programme.read_model import Text

UNKNOWN = "–"
LONG = ("abstract", "bio")
MODELS: dict[str, type[Model]] = {"sessions": models.Session, "talks": models.Talk, "speakers": models.Speaker}
# What is told in a way of its own below, or not at all.
NOT_BY_ITSELF = {
    "id", "slug", "order", "state", "day", "starts", "ends", "minutes", "session", "room", "room_id", "people", "hosts",
    "times_confirmed",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One fact: what it was, and is. `is_long` where it is a text of many lines."""

    label: str
    before: Text | str
    after: Text | str
    is_long: bool = False


@dataclass(frozen=True)
class Entry:
    """One thing that differs. `remark` says what no line could: that it is new, cancelled or gone.

    `session` is the id of the session that it can be published with; None for a person. `path` leads to its page.
    """

    table: str
    title: Text
    remark: str
    lines: tuple[Line, ...]
    session: int | None
    slug: str
    is_there: bool


def entries(differences: Iterable[Difference], old: Facts, new: Facts) -> list[Entry]:
    """What readers would notice, in the order of the programme, in the active language."""
    telling = _Telling(old, new)
    return [telling.entry(each) for each in sorted(differences, key=telling.place) if each.is_seen]


class _Telling:
    """Looks up what rows refer to: what is, or else what was."""

    def __init__(self, old: Facts, new: Facts) -> None:
        self.sessions = {row["id"]: row for facts in (old, new) for row in facts["sessions"]}
        self.people = {
            version: {row["id"]: row for row in [*other["speakers"], *facts["speakers"]]}
            for version, facts, other in (("before", old, new), ("after", new, old))
        }

    def place(self, difference: Difference) -> tuple[Any, ...]:
        row = _row(difference)
        if difference.table == "speakers":
            return (1, 0, "", 0, 0)
        session = self.sessions[row["session"]] if difference.table == "talks" else row
        order = row["order"] + 1 if difference.table == "talks" else 0
        return (0, session["day"], session["starts"] or "~", session["id"], order)

    def entry(self, difference: Difference) -> Entry:
        row = _row(difference)
        session = {"sessions": row["id"], "talks": row.get("session"), "speakers": None}[difference.table]
        lines = self._lines(difference) if difference.fields else ()
        title = text(row["name" if difference.table == "speakers" else "title"])
        is_there = difference.after is not None
        return Entry(difference.table, title, _remark(difference), tuple(lines), session, row["slug"], is_there)

    def _lines(self, difference: Difference) -> Iterable[Line]:
        before, after = difference.before or {}, difference.after or {}
        if difference.table != "speakers":
            yield from self._when_and_where(difference, before, after)
        for name in difference.fields:
            if name in ("people", "hosts"):
                label = _("Speakers") if name == "people" else _("Hosts")
                yield Line(label, self._names(before, name, "before"), self._names(after, name, "after"))
            elif name not in NOT_BY_ITSELF:
                yield _line(MODELS[difference.table], name, before[name], after[name])

    def _when_and_where(self, difference: Difference, before: Row, after: Row) -> Iterable[Line]:
        when = (self._when(before, difference), self._when(after, difference))
        if when[0] != when[1]:
            yield Line(_("Time"), *when)
        if "session" in difference.fields:
            yield Line(_("Session"), *(text(self.sessions[row["session"]]["title"]) for row in (before, after)))
        if "room" in difference.fields:
            yield Line(_("Room"), text(before["room"]) or UNKNOWN, text(after["room"]) or UNKNOWN)
        if "times_confirmed" in difference.fields:
            yield Line(_("Times"), _surety(before), _surety(after))

    def _when(self, row: Row, difference: Difference) -> str:
        """With the day where that is otherwise too."""
        days = {self._day(each) for each in (difference.before, difference.after) if each}
        day = _("Day %(number)s") % {"number": self._day(row)} + ", " if len(days) > 1 else ""
        ends = row["ends"] if "ends" in row else _end(row["starts"], row["minutes"])
        return day + ("–".join(filter(None, [row["starts"], ends])) or _("Time to be announced"))

    def _day(self, row: Row) -> int:
        return row["day"] if "day" in row else self.sessions[row["session"]]["day"]

    def _names(self, row: Row, name: str, version: str) -> str:
        if name == "hosts":
            return ", ".join(str(text(host["name"])) for host in row["hosts"]) or UNKNOWN
        people = self.people[version]
        return ", ".join(str(text(people[each["speaker"]]["name"])) for each in row["people"]) or UNKNOWN


def _row(difference: Difference) -> Row:
    return difference.after or difference.before or {}


def _remark(difference: Difference) -> str:
    before, after = difference.before, difference.after
    if before is None:
        return _("New")
    if after is None:
        return _("No longer in the programme")
    if difference.table == "speakers" or before["state"] == after["state"]:
        return ""
    return _("Cancelled") if after["state"] == State.CANCELLED else _("Takes place after all")


def _surety(row: Row) -> str:
    return _("Final") if row["times_confirmed"] else _("Provisional")


def _line(model: type[Model], name: str, before: Any, after: Any) -> Line:
    label = capfirst(str(model._meta.get_field(name).verbose_name))
    if isinstance(after, dict):
        return Line(label, *_in_the_language_that_differs(before, after), is_long=name in LONG)
    return Line(label, _shown(model, name, before), _shown(model, name, after))


def _in_the_language_that_differs(before: dict[str, str], after: dict[str, str]) -> tuple[Text | str, Text | str]:
    page = page_language()
    differing = [language for language in (page, "en" if page == "ko" else "ko") if before[language] != after[language]]
    return tuple(Text(**{differing[0]: words[differing[0]]}) or UNKNOWN for words in (before, after))


def _shown(model: type[Model], name: str, value: Any) -> str:
    labels = dict(model._meta.get_field(name).flatchoices)
    return str(labels.get(value) or value or UNKNOWN)


def _end(starts: str, minutes: int | None) -> str:
    if not (starts and minutes):
        return ""
    moment = dt.datetime.combine(dt.date.min, dt.time.fromisoformat(starts)) + dt.timedelta(minutes=minutes)
    return f"{moment:%H:%M}"

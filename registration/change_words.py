"""What changed in the programme, in the words of a mail: old and new beside each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from programme import changes
from programme.templatetags.forum_dates import day_long

UNKNOWN = "–"


@dataclass(frozen=True)
class Line:
    """One fact: when or where it was, and is."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One thing that changed. `remark` says what no line could: that it is cancelled, or takes place after all; `when`
    on which day it is, where the day is the same and no line would say so."""

    heading: str
    remark: str = ""
    lines: list[Line] = field(default_factory=list)
    when: str = ""


def entries(changed: Mapping[str, Any], language: str) -> list[Entry]:
    """Everything that changed, the place first, then in the order of the programme."""
    with override(language):
        rows = sorted(changed.items(), key=lambda row: _order(*row))
        return [_entry(row["before"], row["after"], language) for _key, row in rows]


def subject(changed: Mapping[str, Any], language: str) -> str:
    """The subject that says what kind of change it is; of several kinds, that there are some."""
    kinds = {kind for row in changed.values() for kind in _kinds(row["before"], row["after"])}
    with override(language):
        words = {
            "time": _("Please read: new starting time"),
            "date": _("Please read: new date"),
            "room": _("Please read: new room"),
            "venue": _("Please read: new venue"),
            "cancelled": _("Please read: a session is cancelled"),
        }
        return (
            words[kinds.pop()] if len(kinds) == 1 and kinds <= set(words) else _("Please read: the programme changed")
        )


def _order(key: str, row: dict[str, Any]) -> tuple[str, str, str]:
    facts = row["before"]
    return facts.get("date", ""), "" if facts["what"] == changes.DAY else facts.get("starts", ""), key


def _entry(before: dict[str, Any], after: dict[str, Any], language: str) -> Entry:
    if after["what"] == changes.VENUE:
        return Entry(_("Where"), lines=[Line(_("Where"), _name(before, language), _name(after, language))])
    if after["what"] == changes.DAY:
        heading = _("Day %(number)s") % {"number": after["day"]}
        when = _date(after) if before["date"] == after["date"] else ""
        return Entry(heading, lines=_lines(before, after, language), when=when)
    heading = after["title"][language] or after["title"]["ko"]
    if not changes.is_on(after):
        return Entry(heading, _("Cancelled. It was planned for %(when)s.") % {"when": _when(before)})
    if not changes.is_on(before):
        return Entry(heading, _("Takes place after all: %(when)s.") % {"when": _when(after)})
    when = _numbered(after) if before["date"] == after["date"] else ""
    return Entry(heading, lines=_lines(before, after, language), when=when)


def _lines(before: dict[str, Any], after: dict[str, Any], language: str) -> list[Line]:
    times = {"doors": _("Doors"), "starts": _("Starts"), "ends": _("Ends")}
    lines = []
    if before["date"] != after["date"]:
        lines.append(Line(_("Date"), _date(before), _date(after)))
    for name, label in times.items():
        if before.get(name) != after.get(name):
            lines.append(Line(label, before.get(name) or UNKNOWN, after.get(name) or UNKNOWN))
    if before.get("room") != after.get("room"):
        lines.append(Line(_("Room"), _name(before["room"], language), _name(after["room"], language)))
    return lines


def _kinds(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    if after["what"] == changes.VENUE:
        return {"venue"}
    if after["what"] == changes.SESSION and changes.is_on(before) != changes.is_on(after):
        return {"cancelled" if changes.is_on(before) else "reinstated"}
    moved = {
        "date": before["date"] != after["date"],
        "time": before["starts"] != after["starts"],
        "room": before.get("room") != after.get("room"),
        "other": any(before.get(name) != after.get(name) for name in ("ends", "doors")),
    }
    kinds = {kind for kind, has_moved in moved.items() if has_moved}
    return kinds - {"other"} if "time" in kinds else kinds  # who starts later ends later


def _when(facts: dict[str, Any]) -> str:
    return " ".join(filter(None, [_date(facts), facts["starts"]]))


def _numbered(facts: dict[str, Any]) -> str:
    return _("Day %(number)s · %(date)s") % {"number": facts["day"], "date": _date(facts)}


def _date(facts: dict[str, Any]) -> str:
    return day_long(dt.date.fromisoformat(facts["date"]))


def _name(place: dict[str, Any] | None, language: str) -> str:
    return (place[language] or place["ko"]) if place and place["ko"] else UNKNOWN

"""What each placeholder stands for in one mail, written in the active language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from programme.models import Day
from programme.templatetags.forum_dates import day_month, moment
from registration.kinds import KINDS

Facts = Mapping[str, Any]


def values_of(kind: str, facts: Facts) -> dict[str, str]:
    """{placeholder: value} for a mail of this kind. `facts` are those of its template."""
    return {word: str(_VALUES[word](facts)) for word in KINDS[kind].placeholders}


def _days(facts: Facts) -> str:
    """`about_days` where the mail is about other days than those with a seat."""
    return listed([day_month(day.date) for day in facts.get("about_days", facts["days"])])


def _numbered(day: Day) -> str:
    return _("day %(number)s (%(date)s)") % {"number": day.number, "date": day_month(day.date)}


def _time(time: dt.time | None) -> str:
    return f"{time:%H:%M}" if time else _("at a time to be announced")


def listed(items: Sequence[str]) -> str:
    """a; a and b; a, b and c."""
    if len(items) < 2:
        return "".join(items)
    return _("%(first)s and %(last)s") % {"first": ", ".join(items[:-1]), "last": items[-1]}


_VALUES: dict[str, Callable[[Facts], object]] = {
    "name": lambda facts: facts["registration"].name,
    "forum": lambda facts: facts["edition"].name,
    "venue": lambda facts: facts["edition"].venue.name if facts["edition"].venue else "",
    "days": _days,
    "day": lambda facts: _numbered(facts["day"]),
    "date": lambda facts: day_month(facts["day"].date),
    "doors": lambda facts: _time(facts["day"].doors),
    "starts": lambda facts: _time(facts["day"].starts),
    "desk_code": lambda facts: facts["registration"].desk_code_for_people,
    "place": lambda facts: facts["place"],
    "until": lambda facts: moment(facts["until"]),
    "closes": lambda facts: moment(facts["closes"]),
    "hours": lambda facts: facts["hours"],
}

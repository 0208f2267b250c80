"""The list for the worst case: everybody with a seat that day, on paper, with a box to tick.

| order     | whoever has               | is found by                        | and confirmed by            |
|-----------|---------------------------|------------------------------------|-----------------------------|
| `BY_NAME` | nothing with them         | the name                           | the last four of the desk code |
| `BY_CODE` | the mail or the ticket    | the desk code                      | the covered name            |

Neither list says both in full: whoever finds a sheet has nobody's name with the code that opens a door.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forum import masking, pdf
from programme.language import page_language
from programme.models import Day
from programme.templatetags.forum_dates import day_long, moment
from registration import categories, name_order
from registration.checkin import figures
from registration.models import Booking, Registration

BY_NAME, BY_CODE = "name", "code"
LAST = 4


def typeset(day: Day, order: str, printed_by: str) -> tuple[bytes, int]:
    """The PDF and how many people are on it. Some 2 s of one core for 2,000 of them."""
    people, there = everybody(day), _there(day)
    groups = {BY_NAME: _by_name, BY_CODE: _by_code}[order](people)
    now = moment(timezone.now().astimezone(day.edition.tzinfo))
    number = ngettext("%(number)s person", "%(number)s people", len(people)) % {"number": len(people)}
    heading = _("Day %(number)s · %(date)s") % {"number": day.number, "date": day_long(day.date)}
    content = pdf.typeset(
        "paper_list.typ",
        {
            "language": page_language(),
            "title": f"{_('List for the doors')} · {heading}",
            "heading": _("List for the doors"),
            "edition": day.edition.name,
            "day": heading,
            "order": _("By name") if order == BY_NAME else _("By desk code"),
            "number": number,
            "printed": _("Printed on %(moment)s by %(who)s") % {"moment": now, "who": printed_by},
            "secret": _("Personal data. Destroy it after the day."),
            "page": _("Page"),
            "columns": _columns(order),
            "groups": [[heading, [_row(each, order, there) for each in rows]] for heading, rows in groups],
        },
    )
    return content, len(people)


def everybody(day: Day) -> list[Registration]:
    """Whoever has a seat on the day."""
    seats = Booking.objects.confirmed().filter(day=day).select_related("registration")
    return [seat.registration for seat in seats if seat.registration.name]


def _there(day: Day) -> set[int]:
    """Who has come already, when the list is made in the middle of the day."""
    return set(figures.who_attended(day.edition, [day.number]).values_list("registration", flat=True))


def _by_name(people: list[Registration]) -> Iterator[tuple[str, list[Registration]]]:
    people.sort(key=lambda each: (name_order.key(each.name), each.desk_code))
    return _grouped(people, lambda each: name_order.initial(each.name))


def _by_code(people: list[Registration]) -> Iterator[tuple[str, list[Registration]]]:
    people.sort(key=lambda each: each.desk_code)
    return _grouped(people, lambda each: each.desk_code[0])


def _grouped(
    people: list[Registration], letter: Callable[[Registration], str]
) -> Iterator[tuple[str, list[Registration]]]:
    return ((heading, list(rows)) for heading, rows in itertools.groupby(people, letter))


def _row(each: Registration, order: str, there: set[int]) -> list[Any]:
    name, code = each.name, f"····-{each.desk_code[-LAST:]}"
    if order == BY_CODE:
        name, code = masking.mask_name(each.name), each.desk_code_for_people
    said = str(categories.LABELS[each.category]) if each.is_guest else ""
    return [each.pk in there, name, code, said, ", ".join(each.support_labels)]


def _columns(order: str) -> list[str]:
    return ["✓", _("Name"), _("Desk code"), _("Comes as"), _("Support")]

"""Putting the first entries of the register of cases into the database, with the press releases that tell of them."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from programme.loading import Facts, both
from programme.models import Case, CaseAddress, CaseField, Notice

SEOUL = ZoneInfo("Asia/Seoul")


@transaction.atomic
def load(facts: Facts) -> list[Case]:
    """Create the cases that were never there, each public at once, and change nothing that is. What organisers renamed
    or deleted does not come back: an address is never given twice."""
    known = set(CaseAddress.objects.values_list("slug", flat=True)) | set(Case.objects.values_list("slug", flat=True))
    press = {each["slug"]: each for each in facts["press"]}
    return [_case(each, facts, press) for each in facts["cases"] if each["slug"] not in known]


def _case(known: Facts, facts: Facts, press: dict[str, Facts]) -> Case:
    case = Case(
        slug=known["slug"],
        **both("title", known["title"]),
        **both("owner", known["owner"]),
        **both("summary", known["summary"]),
        **both("data_used", {}),
        source=_press_release(press[known["press"]]) if "press" in known else None,
        is_published=True,
    )
    case.save()
    case.fields.set(_field(key, order, facts) for order, key in enumerate(facts["fields"]) if key in known["fields"])
    return case


def _field(key: str, order: int, facts: Facts) -> CaseField:
    name: dict[str, Any] = facts["fields"][key]
    return CaseField.objects.get_or_create(key=key, defaults={**both("name", name), "order": order})[0]


def _press_release(known: Facts) -> Notice:
    """It belongs to no edition. It stands among our notices as if we had passed it on that day."""
    date = dt.date.fromisoformat(known["date"])
    return Notice.objects.get_or_create(
        edition=None,
        slug=known["slug"],
        defaults={
            "kind": Notice.Kind.PRESS,
            **both("title", known["title"]),
            **both("body", known["body"]),
            **both("source_name", known["publisher"]),
            "source_date": date,
            "published_at": dt.datetime.combine(date, dt.time(), tzinfo=SEOUL),
        },
    )[0]

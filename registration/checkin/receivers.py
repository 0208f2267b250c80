"""A newly loaded edition gets one point a day: the hall."""

from __future__ import annotations

from typing import Any

from programme import signals
from programme.models import Edition
from registration.checkin.models import Point


def listen() -> None:
    signals.edition_loaded.connect(set_up_points, dispatch_uid="checkin.set_up_points")


def set_up_points(edition: Edition, **_: Any) -> None:
    for day in edition.days.all():
        Point.objects.get_or_create(
            edition=edition,
            day=day,
            defaults={"name_ko": f"{day.number}일차 행사장", "name_en": f"Day {day.number}, hall"},
        )

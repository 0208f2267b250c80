"""What the doors do when others announce something."""

from __future__ import annotations

from typing import Any

from programme.models import Edition
from programme.signals import edition_cloned, edition_created, edition_loaded
from registration.checkin import snapshot
from registration.checkin.models import Point, Scan
from registration.signals import people_erased


def listen() -> None:
    for made in (edition_loaded, edition_created, edition_cloned):
        made.connect(set_up_points, dispatch_uid="checkin.set_up_points")
    people_erased.connect(forget_people, dispatch_uid="checkin.forget_people")


def set_up_points(edition: Edition, **_: Any) -> None:
    """A new edition gets one point a day: the hall."""
    for day in edition.days.all():
        Point.objects.get_or_create(
            edition=edition,
            day=day,
            defaults={"name_ko": f"{day.number}일차 행사장", "name_en": f"Day {day.number}, hall"},
        )


def forget_people(registrations: list[int], editions: set[int], **_: Any) -> None:
    """Scans stay as numbers; what leads to a person goes, and so do the lists for phones."""
    Scan.objects.forget_people(registrations)
    for edition in editions:
        snapshot.forget(edition)

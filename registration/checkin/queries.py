"""Figures of the door."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from programme.models import Edition
from registration.checkin.models import Attendance, Point
from registration.models import Booking


def points_with_figures(edition: Edition) -> list[Point]:
    """The points of an edition, each with `admitted` (distinct people), `expected` (confirmed) and `is_today`."""
    admitted = _count(Attendance.objects.filter(point=OuterRef("pk")), "point")
    expected = _count(Booking.objects.confirmed().filter(day=OuterRef("day")), "day")
    points = list(
        edition.points.select_related("day").annotate(
            admitted=Coalesce(Subquery(admitted), 0), expected=Coalesce(Subquery(expected), 0)
        )
    )
    today = today_of(edition)
    for point in points:
        point.is_today = point.day.date == today
    return points


def who_attended(edition: Edition, day_numbers: Collection[int]) -> QuerySet[Attendance]:
    """The ids of registrations that came on one of these days; without any, on any day."""
    came = Attendance.objects.filter(point__edition=edition)
    came = came.filter(point__day__number__in=day_numbers) if day_numbers else came
    return came.order_by().values("registration")


def today_of(edition: Edition) -> dt.date:
    return timezone.localdate(timezone=edition.tzinfo)


def _count(rows: object, by: str) -> object:
    return rows.order_by().values(by).annotate(number=Count("pk")).values("number")

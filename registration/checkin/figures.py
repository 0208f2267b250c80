"""Figures of the door. People are counted once, however often and at however many doors they were scanned.

No figure is told without who still holds scans that are not in it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.utils import timezone

from programme.models import Day, Edition
from registration.checkin import standby
from registration.checkin.models import Attendance, Device, Point
from registration.models import Booking, Registration
from registration.models.registration import Channel

SPAN = dt.timedelta(minutes=5)
FORGOTTEN_AFTER = dt.timedelta(days=2)  # what a phone still holds so long after its end is not coming


@dataclass(frozen=True)
class Waiting:
    """A device whose scans are not all here: `unsent` by its own word, `missing` by the gap in its numbers."""

    label: str
    gate: str
    unsent: int
    missing: int
    last_seen_at: dt.datetime | None


@dataclass(frozen=True)
class Figures:
    expected: int
    to_come: int  # of those expected, who has not been seen
    arrived: int
    inside: int
    standby: int
    walk_ins: int  # of those arrived, who registered at the desk
    doubles: int
    by_five_minutes: list[tuple[dt.datetime, int]] = field(default_factory=list)
    by_gate: list[tuple[str, int]] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        return not self.waiting


def who_attended(edition: Edition, day_numbers: Collection[int]) -> QuerySet[Attendance]:
    """The ids of registrations that came on one of these days; without any, on any day."""
    days = edition.days.filter(number__in=day_numbers) if day_numbers else edition.days.all()
    came = Attendance.objects.filter(point__edition=edition, first_in_at__isnull=False)
    return came.filter(_on(days)).order_by().values("registration")


def days_attended(registration: Registration) -> list[Day]:
    """The days on which the person came, in their order."""
    came = Attendance.objects.filter(registration=registration, first_in_at__isnull=False)
    return [day for day in registration.edition.days.order_by("number") if came.filter(_on([day])).exists()]


def _on(days: Iterable[Day]) -> Q:
    """Who came in on the date of the day, at a point of that day or of all days. A rehearsal is no day."""
    on = Q(pk__in=[])
    for day in days:
        then = Q(date=day.date) | Q(date__isnull=True, first_in_at__date=day.date)
        on |= then & (Q(point__day=day) | Q(point__day__isnull=True))
    return on


def at_point(point: Point, date: dt.date | None = None) -> Figures:
    """Of one point on a date (today where none is given), or in all where it counts tickets once in all."""
    rows = Attendance.objects.filter(point=point)
    date = None if point.mode == Point.Mode.ONCE else date or today_of(point.edition)
    rows = rows.filter(date=date) if date else rows
    devices = [device for device in _devices(point.edition) if device.may_scan_for(point.pk)]
    return _figures(rows, standby.seats_at(point, date), devices)


def of_day(day: Day) -> Figures:
    """Of the hall on a day: every point that counts who is inside. Who was scanned at two of them came once."""
    points = Point.objects.filter(edition=day.edition_id, counts_people=True).filter(Q(day=day) | Q(day=None))
    came_then = Q(date=day.date) | Q(date__isnull=True, first_in_at__date=day.date)
    rows = Attendance.objects.filter(came_then, point__in=points)
    return _figures(rows, day.bookings.confirmed(), _devices(day.edition))


def of_points(points: Iterable[Point]) -> dict[int, tuple[int, int]]:
    """How many came and how many are inside, today, by point. One statement."""
    points = list(points)
    if not points:
        return {}
    counted = Attendance.objects.filter(point__in=points, first_in_at__isnull=False)
    rows = (
        counted.filter(Q(date=today_of(points[0].edition)) | Q(date=None))
        .values_list("point")
        .annotate(came=Count("pk"), inside=Count("pk", filter=Q(inside=True)))
    )
    return {point: (came, inside) for point, came, inside in rows}


def waiting_devices(edition: Edition) -> list[Waiting]:
    return _waiting(_devices(edition))


def today_of(edition: Edition) -> dt.date:
    return timezone.localdate(timezone=edition.tzinfo)


def _figures(rows: QuerySet[Attendance], seats: QuerySet[Booking], devices: Iterable[Device]) -> Figures:
    came = rows.filter(first_in_at__isnull=False)
    counted = came.aggregate(
        arrived=Count("registration", distinct=True),
        inside=Count("registration", filter=Q(inside=True), distinct=True),
        standby=Count("registration", filter=Q(is_standby=True), distinct=True),
        walk_ins=Count("registration", filter=Q(registration__channel=Channel.DESK), distinct=True),
        doubles=Sum("doubles", default=0),
    )
    firsts = came.values("registration").annotate(first=Min("first_in_at")).values_list("first", flat=True)
    gates = came.order_by().values_list("first_scan__gate").annotate(number=Count("registration", distinct=True))
    has_come = Q(registration__in=came.values("registration"))
    promised = seats.aggregate(
        expected=Count("registration", distinct=True),
        to_come=Count("registration", filter=~has_come, distinct=True),
    )
    return Figures(
        by_five_minutes=_by_span(firsts),
        by_gate=sorted((gate, number) for gate, number in gates),
        waiting=_waiting(devices),
        **promised,
        **counted,
    )


def _by_span(moments: Iterable[dt.datetime]) -> list[tuple[dt.datetime, int]]:
    seconds = int(SPAN.total_seconds())
    counted = Counter(int(moment.timestamp()) // seconds * seconds for moment in moments)
    return [(dt.datetime.fromtimestamp(start, dt.UTC), counted[start]) for start in sorted(counted)]


def _devices(edition: Edition) -> QuerySet[Device]:
    recent = Q(valid_until__gt=timezone.now() - FORGOTTEN_AFTER)
    return Device.objects.filter(recent, edition=edition, paired_at__isnull=False).order_by("label", "pk")


def _waiting(devices: Iterable[Device]) -> list[Waiting]:
    return [
        Waiting(device.label, device.gate, device.unsent, device.gap, device.last_seen_at)
        for device in devices
        if device.unsent or device.gap
    ]

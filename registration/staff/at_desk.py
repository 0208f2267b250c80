"""Where a steward sits: the edition, the point that people are let into, the steward's own device."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from programme import queries
from programme.models import Day, Edition
from registration.checkin import desks, standby
from registration.checkin.models import Device, Point
from registration.models import Quota, Registration

CHOSEN = "desk_point"


@dataclass(frozen=True)
class Desk:
    """`point` is None where nobody is let in today; several `points` are there to choose from."""

    edition: Edition
    device: Device
    points: list[Point]
    point: Point | None

    @cached_property
    def day(self) -> Day | None:
        return desks.day_of(self.point) if self.point else None

    @cached_property
    def room(self) -> Room | None:
        return _room(self.point, self.day) if self.point and self.day else None


@dataclass(frozen=True)
class Room:
    """What is left today. `places` is how many may come in without a seat, None where nobody counts them;
    `standby_from` is told in the edition's zone."""

    seats: int
    places: int | None
    standby_from: dt.datetime | None
    standby_has_begun: bool

    @property
    def has_place(self) -> bool:
        return self.places is None or self.places > 0


def desk_at(request: HttpRequest) -> Desk:
    """The desk of a signed-in steward. Raises Http404 without a current edition, PermissionDenied where it was
    ended."""
    page = queries.current_edition()
    if page is None:
        raise Http404
    edition = queries.edition_row(page.slug)
    device = desks.desk_of(request.user, edition)
    if device.revoked_at:
        raise PermissionDenied(_("An organiser has ended your desk."))
    points = desks.points_today(edition)
    chosen = request.session.get(CHOSEN)
    point = next((each for each in points if each.pk == chosen), points[0] if points else None)
    return Desk(edition, device, points, point)


def choose_point(request: HttpRequest, text: str) -> None:
    """Remember which of several points this browser's desk is for."""
    if text.isdecimal():
        request.session[CHOSEN] = int(text)


def registration_at(desk: Desk, public_id: str) -> Registration:
    """Whoever is registered for this edition and not erased. Raises Http404 otherwise."""
    rows = Registration.objects.select_related("edition__venue").exclude(name="")
    return get_object_or_404(rows, edition=desk.edition, public_id=public_id)


def _room(point: Point, day: Day) -> Room:
    now = timezone.now()
    quota = Quota.objects.filter(day=day, share=Quota.Share.PUBLIC).first()
    begins = point.standby_from and point.standby_from.astimezone(point.edition.tzinfo)
    places = standby.free_places(point, point.counted_on(now, point.edition.tzinfo), now)
    return Room(max(quota.left, 0) if quota else 0, places, begins, standby.has_begun(point, now))

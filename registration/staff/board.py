"""The board: how many came, are inside and are still expected, and whether the numbers can be trusted. No names."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from forum.accounts.roles import is_organiser, steward_required
from programme.models import Day, Edition
from registration.checkin import figures, reviewing
from registration.checkin.figures import Figures
from registration.checkin.models import Device, Point
from registration.models import Booking, Quota
from registration.staff.arrivals_chart import chart

ANEW_AFTER = 10  # seconds
SILENT_AFTER = dt.timedelta(minutes=5)


@dataclass(frozen=True)
class Gate:
    """A gate with how many it let in first, and how its phones are: `online`, `silent` or, before all, `unsent`."""

    name: str
    came: int
    state: str
    unsent: int = 0


@never_cache
@require_safe
@steward_required
def board(request: HttpRequest) -> HttpResponse:
    """Of a day: of the whole hall, or of one point. Without a day, of today, the next day or the last one."""
    edition = _edition(request)
    days = list(edition.days.order_by("number"))
    day = _day(request, days)
    points = list(edition.points.filter(Q(day=day) | Q(day=None)).order_by("pk"))
    point = _point(request, points)
    told = figures.at_point(point, day.date) if point else figures.of_day(day)
    context = {
        "row": edition,
        "editions": Edition.objects.filter(points__isnull=False, is_published=True).distinct(),
        "days": days,
        "day": day,
        "points": points,
        "point": point,
        "told": told,
        "chart": chart(told.by_five_minutes, edition.tzinfo),
        "gates": _gates(edition, told),
        "now": timezone.now().astimezone(edition.tzinfo),
        "anew_after": ANEW_AFTER,
        "is_organiser": is_organiser(request.user),
    }
    return render(request, "staff/board.html", context | _standing(day) | _problems(edition))


def _edition(request: HttpRequest) -> Edition:
    slug = request.GET.get("edition")
    published = Edition.objects.filter(is_published=True)
    return get_object_or_404(published, slug=slug) if slug else get_object_or_404(published, is_current=True)


def _day(request: HttpRequest, days: list[Day]) -> Day:
    wanted = request.GET.get("day")
    if wanted:
        found = [day for day in days if str(day.number) == wanted]
    else:
        today = figures.today_of(days[0].edition) if days else None
        found = [day for day in days if day.date >= today] or days[-1:]
    if not found:
        raise Http404
    return found[0]


def _point(request: HttpRequest, points: list[Point]) -> Point | None:
    wanted = request.GET.get("point")
    if not wanted:
        return None
    found = [point for point in points if str(point.pk) == wanted]
    if not found:
        raise Http404
    return found[0]


def _gates(edition: Edition, told: Figures) -> list[Gate]:
    """Where people came in, and where phones stand ready though nobody came yet."""
    now = timezone.now()
    phones: dict[str, list[Device]] = {}
    live = edition.devices.filter(paired_at__isnull=False, revoked_at__isnull=True, valid_until__gt=now)
    for device in live:
        phones.setdefault(device.gate, []).append(device)
    came = dict(told.by_gate)
    names = sorted(came.keys() | {name for name in phones if name})
    return [Gate(name, came.get(name, 0), *_state(phones.get(name, []), now)) for name in names]


def _state(phones: list[Device], now: dt.datetime) -> tuple[str, int]:
    unsent = sum(phone.unsent for phone in phones)
    if unsent:
        return "unsent", unsent
    seen = [phone.last_seen_at for phone in phones if phone.last_seen_at]
    return ("online" if seen and max(seen) > now - SILENT_AFTER else "silent"), 0


def _standing(day: Day) -> dict[str, Any]:
    seats = Quota.objects.filter(day=day).aggregate(seats=Sum("capacity", default=0))
    return {**seats, "in_line": day.bookings.filter(state=Booking.State.WAITING).count()}


def _problems(edition: Edition) -> dict[str, Any]:
    return {"to_review": reviewing.waiting(edition).count()}

"""What the API says: the shapes of `schemas.py`, filled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum import masking
from programme.models import Day
from registration.checkin import devices, figures, standby
from registration.checkin.admission import Answer
from registration.checkin.devices import Pass
from registration.checkin.figures import Figures
from registration.checkin.models import Attendance, Device, Point, Verdict
from registration.checkin.projection import TO_REVIEW
from registration.checkin.schemas import ScanOut, to_base64url
from registration.checkin.snapshot import CATEGORY
from registration.models import Booking, Registration

NOT_THIS_POINT = _("This phone scans for another point.")


def here(device: Device) -> dict[str, Any]:
    return {
        "server_time": timezone.now(),
        "acked_seq": device.acked_seq,
        "last_seq": device.last_seq,
        "commands": [device.command] if device.command else [],
    }


def state(paired: Pass) -> dict[str, Any]:
    device, edition = paired.device, paired.device.edition
    came = figures.of_points(paired.own_points)
    today = figures.today_of(edition)
    days = {day.date: day for day in edition.days.all()}
    return here(device) | {
        "device": device,
        "edition": {
            "slug": edition.slug,
            "name": {"ko": edition.name_ko or "", "en": edition.name_en or edition.name_ko or ""},
            "timezone": edition.timezone,
            "salt": to_base64url(bytes(edition.checkin_salt)),
        },
        "points": [_point(point, today, days, came.get(point.pk, (0, 0))) for point in paired.own_points],
        "min_version": settings.CHECKIN_MIN_VERSION,
    }


def _point(point: Point, today: dt.date, days: dict[dt.date, Day], came: tuple[int, int]) -> dict[str, Any]:
    admitted, inside = came
    day = point.day or days.get(today)
    return {
        "id": point.pk,
        "name": {"ko": point.name_ko or "", "en": point.name_en or point.name_ko or ""},
        "day": day,
        "is_today": point.day is None or point.day.date == today,
        "mode": point.mode,
        "opens_at": point.opens_at,
        "closes_at": point.closes_at,
        "places": point.places,
        "standby_from": point.standby_from,
        "admitted": admitted,
        "inside": inside,
        "expected": standby.promised(point, today),
    }


def told(answer: Answer, point: Point, device: Device) -> ScanOut:
    """The verdict. Who it is about, only to a phone that may still read."""
    scan, holder = answer.scan, answer.holder
    out = ScanOut(
        scan_id=str(scan.scan_id),
        verdict=scan.verdict,
        replay=answer.is_replay,
        flags=scan.flags,
        at=scan.effective_at,
        day=point.day and {"number": point.day.number, "date": point.day.date},
    )
    if holder is None or TO_REVIEW & set(scan.flags) or not devices.is_valid(device):
        return out
    if scan.verdict != Verdict.ADMITTED:
        out.first_in_at, out.first_gate = answer.first_in_at, answer.first_gate
    claim = holder.claim_on(point, scan.effective_at.astimezone(device.edition.tzinfo).date())
    out.cancelled_at = (claim and claim.cancelled_at) or holder.cancelled_at
    out.person = {
        "name": holder.name,
        "organisation": holder.organisation,
        "category": CATEGORY,
        "support": holder.support,
        "days": [
            {"number": each.number, "date": each.date, "state": each.state}
            for each in sorted(holder.claims.values(), key=lambda each: each.number)
        ],
    }
    return out


def found(people: Iterable[Registration], point: Point, *, more: bool) -> dict[str, Any]:
    """People of a search, masked: whoever is picked is scanned, and then shown and kept as any scan."""
    people, now = list(people), timezone.now()
    came = Attendance.objects.filter(point=point, registration__in=people, first_in_at__isnull=False)
    came = came.filter(date=point.counted_on(now, point.edition.tzinfo))
    inside = set(came.values_list("registration", flat=True))
    items = [_found(person, point, is_in=person.pk in inside) for person in people]
    return {"server_time": now, "items": items, "more": more}


def _found(person: Registration, point: Point, *, is_in: bool) -> dict[str, Any]:
    ticket = next(iter(person.valid_tickets), None)
    booked = _booked(person, point)
    return {
        "ref": to_base64url(bytes(ticket.lookup)) if ticket else "",
        "name": masking.mask_name(person.name),
        "category": CATEGORY,
        "code_last4": person.desk_code[-4:],
        "state": booked.state if booked else "none",
        "is_in": is_in,
    }


def _booked(person: Registration, point: Point) -> Booking | None:
    """What the person booked for this point's day, or for today: living, or else the last."""
    today = figures.today_of(point.edition)
    booked = [
        each
        for each in person.bookings.all()
        if each.day_id == point.day_id or (point.day_id is None and each.day.date == today)
    ]
    return max(booked, key=lambda each: (each.state in Booking.LIVING, each.pk), default=None)


def stats(numbers: Figures) -> dict[str, Any]:
    return {
        "server_time": timezone.now(),
        **{name: getattr(numbers, name) for name in ("expected", "arrived", "inside", "standby", "doubles")},
        "by_five_minutes": [{"at": at, "number": number} for at, number in numbers.by_five_minutes],
        "by_gate": [{"gate": gate, "number": number} for gate, number in numbers.by_gate],
        "is_complete": numbers.is_complete,
        "waiting": numbers.waiting,
    }

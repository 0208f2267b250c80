"""The desk as a door: what stewards do on its pages are scans like any others, under their own name."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from forum.accounts.models import User
from forum.accounts.roles import is_organiser
from forum.retrying import retried
from programme.models import Day, Edition
from registration import ticketing
from registration.checkin import admission, devices
from registration.checkin.admission import Answer
from registration.checkin.figures import today_of
from registration.checkin.models import Attendance, Device, Point, Scan, Verdict
from registration.checkin.projection import TAKEN_BACK_WITHIN
from registration.checkin.readings import Reading
from registration.models import Registration

SEEN_EVERY = dt.timedelta(minutes=1)
CAME_IN = (Verdict.ADMITTED, Verdict.ADMITTED_AGAIN)


def desk_of(user: User, edition: Edition) -> Device:
    """The device of this steward's desk, made at first use. What the steward may do now is what it may do."""
    now = timezone.now()
    rights = Device.Rights.SUPERVISOR if is_organiser(user) else Device.Rights.SEARCH
    with override(settings.LANGUAGE_CODE):
        gate = _("Desk")
    made = {
        "label": str(user)[:80],
        "gate": gate,
        "rights": rights,
        "token_hash": devices.hash_of(devices.new_token()),
        "paired_at": now,
        "valid_from": now,
        "valid_until": now + devices.STEWARD_LASTS,
        "last_seen_at": now,
    }
    desk, _created = Device.objects.get_or_create(edition=edition, user=user, is_desk=True, defaults=made)
    if desk.rights != rights or desk.last_seen_at < now - SEEN_EVERY:
        desk.rights, desk.last_seen_at, desk.valid_until = rights, now, now + devices.STEWARD_LASTS
        desk.save(update_fields=["rights", "last_seen_at", "valid_until"])
    return desk


def points_today(edition: Edition) -> list[Point]:
    """What the desk lets people into today: the hall, not the rooms in it."""
    points = edition.points.filter(counts_people=True).select_related("day", "edition")
    return list(points.filter(Q(day=None) | Q(day__date=today_of(edition))).order_by("day", "pk"))


def day_of(point: Point) -> Day | None:
    """The day of the forum that the point counts for today."""
    return point.day or point.edition.days.filter(date=today_of(point.edition)).first()


@retried
@transaction.atomic
def admit(
    desk: Device,
    point: Point,
    registration: Registration,
    scan_id: uuid.UUID,
    *,
    method: str = Scan.Method.SEARCH,
    direction: str = Scan.Direction.IN,
    reason: str = "",
    is_standby: bool = False,
) -> Answer | None:
    """Scan the person's valid ticket here and now. None where this scan is kept already: a press sent twice.

    `reason` is a supervisor's, who lets in against the list; `is_standby` asks for a place without a seat.
    """
    return _scan(
        desk,
        point,
        scan_id,
        lookup=bytes(ticketing.issue(registration).lookup),
        method=method,
        direction=direction,
        override_reason=reason,
        is_standby=is_standby,
    )


@retried
@transaction.atomic
def take_back(desk: Device, scan: Scan, scan_id: uuid.UUID) -> Answer | None:
    """Take a scan back: the desk's own within ten minutes, or any where an organiser sits. None as in `admit`."""
    return _scan(desk, scan.point, scan_id, voids=scan.pk, method=Scan.Method.SEARCH)


def stay_of(registration: Registration, point: Point) -> Attendance | None:
    """What is known of the person here today."""
    date = point.counted_on(timezone.now(), point.edition.tzinfo)
    return registration.attendances.filter(point=point, date=date).select_related("first_scan").first()


def last_entry(desk: Device, registration: Registration, point: Point) -> Scan | None:
    """The scan by which the person last came in here today, where this desk may take it back."""
    scans = Scan.objects.filter(registration=registration, point=point, direction=Scan.Direction.IN)
    scans = scans.select_related("point__edition", "outcome").order_by("-effective_at", "-received_at")
    last = next((scan for scan in scans if _verdict_now(scan) in CAME_IN and _is_of_today(scan)), None)
    if last is None or desk.is_supervisor:
        return last
    is_own = last.device_id == desk.pk and timezone.now() - last.effective_at < TAKEN_BACK_WITHIN
    return last if is_own else None


def _scan(desk: Device, point: Point, scan_id: uuid.UUID, **facts: object) -> Answer | None:
    if Scan.objects.filter(pk=scan_id).exists():
        return None
    reading = Reading(scan_id=scan_id, seq=None, point=point, gate=desk.gate, scanned_at=timezone.now(), **facts)
    try:
        return admission.admit(desk, reading)
    except admission.ScanIdReused:  # the same press, twice at the same moment
        return None


def _verdict_now(scan: Scan) -> str:
    return scan.outcome.verdict if hasattr(scan, "outcome") else scan.verdict


def _is_of_today(scan: Scan) -> bool:
    zone: dt.tzinfo = scan.point.edition.tzinfo
    counted = scan.point.counted_on(timezone.now(), zone)
    return scan.point.counted_on(scan.effective_at, zone) == counted

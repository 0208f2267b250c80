"""Which phone is asking, and what it says about itself. The cookie holds a random token; the database its hash."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Greatest
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from forum.accounts.roles import ORGANISER, STEWARD, is_organiser
from programme.models import Day, Edition
from registration.checkin.models import Device, Point, Scan

COOKIE = "__Host-ck" if settings.IS_HTTPS else "ck"
STEWARD_LASTS = dt.timedelta(hours=12)
UNSENT_MAY_COME = dt.timedelta(hours=24)  # after a phone was revoked or has expired
_EDITION = ("slug", "name_ko", "name_en", "timezone", "checkin_salt")
_POINT = ("pk", "name_ko", "name_en", "mode", "opens_at", "closes_at", "counts_people", "places", "standby_from")
_POINT_COLUMNS = {f"point_{name}": F(f"edition__points__{name}") for name in (*_POINT, "day_id")}
_DAY_COLUMNS = {f"day_{name}": F(f"edition__points__day__{name}") for name in ("number", "date")}


@dataclass(frozen=True)
class Pass:
    """A phone that has been let into the API: the device, and the points of its edition by id."""

    device: Device
    points: dict[int, Point]

    @property
    def own_points(self) -> list[Point]:
        return [point for point in self.points.values() if self.device.may_scan_for(point.pk)]


def enlist(request: HttpRequest, response: HttpResponse, edition: Edition) -> Device:
    """Make a signed-in steward's browser a device: the one it is, or a new one, whose cookie `response` carries."""
    known = pass_of(request)
    if (
        known
        and is_valid(known.device)
        and (known.device.user_id, known.device.edition_id)
        == (
            request.user.pk,
            edition.pk,
        )
    ):
        return known.device
    token, now = new_token(), timezone.now()
    device = Device.objects.create(
        edition=edition,
        user=request.user,
        label=str(request.user)[:80],
        rights=Device.Rights.SUPERVISOR if is_organiser(request.user) else Device.Rights.SEARCH,
        token_hash=hash_of(token),
        paired_at=now,
        valid_from=now,
        valid_until=now + STEWARD_LASTS,
    )
    hand_cookie(response, token, device)
    return device


def hand_cookie(response: HttpResponse, token: str, device: Device) -> None:
    """Make the browser that gets this answer the device. The cookie outlasts it by as long as unsent scans may come."""
    lasts = device.valid_until + UNSENT_MAY_COME - timezone.now()
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(lasts.total_seconds()),
        httponly=True,
        secure=settings.IS_HTTPS,
        samesite="Strict",
    )


def take_cookie(response: HttpResponse) -> None:
    response.set_cookie(COOKIE, "", max_age=0, httponly=True, secure=settings.IS_HTTPS, samesite="Strict")


def pass_of(request: HttpRequest) -> Pass | None:
    """The device whose cookie the request carries, whatever became of it, and its edition's points. One statement."""
    token = request.COOKIES.get(COOKIE)
    if not token:
        return None
    devices = Device.objects.select_related("edition").filter(_is_staffed(), token_hash=hash_of(token))
    narrow = devices.only(
        *(field.name for field in Device._meta.concrete_fields), *(f"edition__{name}" for name in _EDITION)
    )
    rows = list(narrow.annotate(**_POINT_COLUMNS, **_DAY_COLUMNS).order_by("day_number", "point_pk"))
    if not rows:
        return None
    points = [_point(row) for row in rows if row.point_pk]
    return Pass(rows[0], {point.pk: point for point in points})


def is_valid(device: Device) -> bool:
    """Whether it may read and scan now."""
    return device.revoked_at is None and device.valid_from <= timezone.now() < device.valid_until


def may_still_send(device: Device) -> bool:
    """Whether scans that it made before its end are still taken."""
    ended_at = min(filter(None, (device.revoked_at, device.valid_until)))
    return timezone.now() < ended_at + UNSENT_MAY_COME


def revoke(device: Device) -> None:
    """End it: nothing is read any more from its next request on. Twice keeps the first moment."""
    Device.objects.filter(pk=device.pk, revoked_at__isnull=True).update(
        revoked_at=timezone.now(), pairing_hash=None, pairing_until=None
    )


def order(device: Device, command: str) -> None:
    """Have the phone do something at its next contact."""
    Device.objects.filter(pk=device.pk).update(command=command)


def obeyed(device: Device, command: str) -> None:
    Device.objects.filter(pk=device.pk, command=command).update(command="")


def note(device: Device, *, seqs: list[int] | None = None, gate: str = "", **said: object) -> None:
    """Keep that it was here, what it says about itself, and up to which number all its scans have come."""
    came = sorted(seqs or [])
    last = max([device.last_seq, *came])
    acked = _contiguous(device, came, last)
    changes = {"gate": gate} if gate else {}
    changes |= {name: value for name, value in said.items() if value is not None}
    Device.objects.filter(pk=device.pk).update(
        last_seen_at=timezone.now(),
        last_seq=Greatest(F("last_seq"), last),
        acked_seq=Greatest(F("acked_seq"), acked),
        **changes,
    )
    device.acked_seq, device.last_seq = max(device.acked_seq, acked), last


def recount(device: Device) -> None:
    """Find out anew up to which number everything is here: two requests at once may have overlooked each other."""
    if device.gap:
        device.acked_seq = _walk(device, device.acked_seq)


def new_token() -> str:
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _contiguous(device: Device, came: list[int], last: int) -> int:
    """The highest number below which nothing is missing. Asks the database only when a gap may have closed."""
    acked = device.acked_seq
    for seq in came:
        acked += seq == acked + 1
    is_all = acked == last
    return acked if is_all or acked == device.acked_seq else _walk(device, acked)


def _walk(device: Device, acked: int) -> int:
    seqs = Scan.objects.filter(device=device, seq__gt=acked).order_by("seq").values_list("seq", flat=True)
    for seq in seqs.iterator(chunk_size=500):
        if seq != acked + 1:
            break
        acked = seq
    return acked


def _point(row: Device) -> Point:
    point = Point(**{name: getattr(row, f"point_{name}") for name in _POINT}, edition=row.edition)
    if row.point_day_id:
        point.day = Day(pk=row.point_day_id, number=row.day_number, date=row.day_date, edition=row.edition)
    return point


def _is_staffed() -> Q:
    """A steward who lost the role or the account loses the device with it. Asked in the same statement."""
    role = get_user_model().groups.through.objects.filter(user=OuterRef("user"), group__name__in=[STEWARD, ORGANISER])
    return Q(user=None) | Q(user__is_active=True) & (Q(user__is_superuser=True) | Exists(role))

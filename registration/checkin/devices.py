"""Which phone is asking. The cookie holds a random token; the database knows only its hash."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from forum.accounts.roles import ORGANISER, STEWARD
from programme.models import Edition
from registration.checkin.models import Device

COOKIE = "ck"
STEWARD_LASTS = dt.timedelta(hours=12)


def enlist(request: HttpRequest, response: HttpResponse, edition: Edition) -> Device:
    """Make a signed-in steward's browser a device: the one it is, or a new one, whose cookie `response` carries."""
    device = device_of(request)
    if device and device.user_id == request.user.pk and device.edition_id == edition.pk:
        return device
    token = secrets.token_urlsafe(32)
    device = Device.objects.create(
        edition=edition,
        user=request.user,
        label=str(request.user),
        token_hash=_hash(token),
        valid_until=timezone.now() + STEWARD_LASTS,
    )
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(STEWARD_LASTS.total_seconds()),
        httponly=True,
        secure=settings.IS_HTTPS,
        samesite="Strict",
    )
    return device


def device_of(request: HttpRequest) -> Device | None:
    """The valid device whose cookie the request carries."""
    token = request.COOKIES.get(COOKIE)
    if not token:
        return None
    devices = Device.objects.select_related("edition").filter(token_hash=_hash(token))
    return devices.filter(_is_staffed(), revoked_at__isnull=True, valid_until__gt=timezone.now()).first()


def _is_staffed() -> Q:
    """A steward who lost the role or the account loses the device with it. Asked in the same statement."""
    role = get_user_model().groups.through.objects.filter(user=OuterRef("user"), group__name__in=[STEWARD, ORGANISER])
    return Q(user=None) | Q(user__is_active=True) & (Q(user__is_superuser=True) | Exists(role))


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()

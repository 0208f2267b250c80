"""May this visitor touch this registration? Fetching and authorising in one step.

The secret link puts the registration into a signed, HttpOnly cookie, which can hold several and lasts until the day
after the forum. Whoever holds it may do everything that the link allows; a replaced link ends it. So may whoever is
signed in to the account that the registration belongs to (`claiming.py`).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from registration import claiming
from registration.models import AccessLog, Registration

COOKIE = "tickets"
_SALT = "registration.access"
_AT_LEAST = dt.timedelta(days=1)


def registration_of(request: HttpRequest, public_id: str) -> Registration:
    """The registration, for a visitor who opened its link or is signed in to its account. Raises Http404 for others."""
    rights = _rights(request, public_id)
    if not rights:  # a stranger's words never reach the database
        raise Http404
    rows = Registration.objects.select_related("edition__venue")
    registration = rows.filter(rights, public_id=public_id).first()
    if registration is None:
        raise Http404
    return registration


def grant(request: HttpRequest, response: HttpResponse, registration: Registration) -> None:
    """Let this browser open the registration from now on."""
    held = _held(request) | {registration.public_id: registration.link_version}
    response.set_signed_cookie(
        COOKIE,
        _dump(held),
        salt=_SALT,
        max_age=_seconds_until_the_day_after(registration),
        httponly=True,
        secure=settings.IS_HTTPS,
        samesite="Lax",
    )


def note_look(request: HttpRequest, act: str, registration: Registration | None = None, detail: str = "") -> None:
    """Keep that this member of staff looked at a registration, or at many."""
    AccessLog.objects.create(
        who=request.user,
        whence=request.META.get("REMOTE_ADDR") or None,
        whose=registration.uuid if registration else None,
        act=act,
        detail=detail[:200],
    )


def note_looks(request: HttpRequest, act: str, registrations: Iterable[Registration], detail: str = "") -> None:
    """Keep that this member of staff looked at each of these."""
    who, whence = request.user, request.META.get("REMOTE_ADDR") or None
    AccessLog.objects.bulk_create(
        [AccessLog(who=who, whence=whence, whose=each.uuid, act=act, detail=detail[:200]) for each in registrations],
        batch_size=200,
    )


def note_look_by_device(request: HttpRequest, act: str, device: uuid.UUID, who: int | None, detail: str = "") -> None:
    """Keep that somebody looked at many registrations on a phone at the door, which may be signed in or only paired."""
    AccessLog.objects.create(
        who_id=who,
        device=device,
        whence=request.META.get("REMOTE_ADDR") or None,
        act=act,
        detail=detail[:200],
    )


def _rights(request: HttpRequest, public_id: str) -> Q:
    """What narrows registrations to those that this visitor may touch. Nothing for a stranger."""
    version = _held(request).get(public_id)
    by_link = Q() if version is None else Q(link_version=version)
    return by_link | claiming.rights_of(request.user) if request.user.is_authenticated else by_link


def _held(request: HttpRequest) -> dict[str, int]:
    text: Any = request.get_signed_cookie(COOKIE, default="", salt=_SALT)
    pairs = (item.partition("=") for item in text.split(".") if item)
    return {public_id: int(version) for public_id, _equals, version in pairs}


def _dump(held: dict[str, int]) -> str:
    newest = list(held.items())[-20:]
    return ".".join(f"{public_id}={version}" for public_id, version in newest)


def _seconds_until_the_day_after(registration: Registration) -> int:
    last = registration.edition.days.order_by("-date").values_list("date", flat=True).first()
    now = timezone.now()
    ends = (
        dt.datetime.combine(last + dt.timedelta(days=2), dt.time.min, tzinfo=registration.edition.tzinfo)
        if last
        else now
    )
    return int(max(ends - now, _AT_LEAST).total_seconds())

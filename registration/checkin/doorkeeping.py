"""Who is let into the API, and for what: the cookie of a device opens what its rights say, for as long as it is valid.

A page of another site cannot use the cookie: it is SameSite=Strict, and a POST needs a header of ours.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from registration.checkin import devices
from registration.checkin.devices import Pass
from registration.checkin.refusals import Refusal

BIG = 2**31 - 1


def may_read(request: HttpRequest) -> Pass | None:
    """A valid device with an app that is new enough."""
    paired = may_send(request)
    if paired is None:
        return None
    device = paired.device
    if device.revoked_at:
        raise Refusal(403, "device_revoked", _("This phone may no longer scan. Scans that wait are still taken."))
    if device.valid_until <= timezone.now():
        raise Refusal(403, "device_expired", _("The time of this phone is over. Scans that wait are still taken."))
    if timezone.now() < device.valid_from:
        raise Refusal(403, "device_not_yet", _("This phone may not scan yet."))
    if _numbers(app_version(request) or device.app_version) < _numbers(settings.CHECKIN_MIN_VERSION):
        raise Refusal(426, "app_too_old", _("Load this page again: it has changed."))
    return paired


def may_search(request: HttpRequest) -> Pass | None:
    paired = may_read(request)
    if paired and not paired.device.may_search:
        raise Refusal(403, "forbidden", _("This phone may not search for people."))
    return paired


def may_send(request: HttpRequest) -> Pass | None:
    """A device that may hand in scans: also for a while after its end, whatever its app."""
    if request.method == "POST":
        comes_from_here(request)
    paired = devices.pass_of(request)
    return paired if paired and devices.may_still_send(paired.device) else None


def comes_from_here(request: HttpRequest) -> None:
    origin = request.headers.get("Origin")
    is_ours = (
        request.headers.get("X-Checkin") == "1"
        and request.content_type == "application/json"
        and (origin is None or urlsplit(origin).netloc == request.get_host())
    )
    if not is_ours:
        raise Refusal(403, "forbidden", _("This request does not come from the scanner."))


def said_by(request: HttpRequest) -> dict[str, object]:
    """What the phone says about itself in headers of any request: version, unsent scans, how far its clock is off."""
    return {
        "app_version": app_version(request) or None,
        "unsent": _number(request, "X-Checkin-Unsent", least=0, most=BIG),
        "clock_offset_ms": _number(request, "X-Checkin-Offset", least=-(10**14), most=10**14),
    }


def app_version(request: HttpRequest) -> str:
    return "".join(sign for sign in request.headers.get("X-Checkin-Version", "")[:20] if sign.isascii() and sign > " ")


def _number(request: HttpRequest, header: str, *, least: int, most: int) -> int | None:
    try:
        return min(max(int(request.headers.get(header, "")), least), most)
    except ValueError:
        return None


def _numbers(version: str) -> tuple[int, ...]:
    """2.10 is newer than 2.9; what is no version is older than all."""
    parts = version.split(".")
    return tuple(int(part) for part in parts) if all(part.isdecimal() for part in parts) else ()

"""The check-in API: JSON over a device's cookie, and nothing but JSON. One bad item never spoils a batch."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import RequestDataTooBig
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import ValidationError as ItemError

from forum.limits import TooMany, spend
from registration import crockford
from registration.checkin import admission, devices, queries
from registration.checkin.models import Device, Point, Scan, Verdict
from registration.checkin.schemas import ErrorOut, PingOut, ScanIn, ScanOut, ScansIn, ScansOut, StateOut, to_base64url

BATCH = 100
DESK_CODES_A_MINUTE = 30


class CheckinAPI(NinjaAPI):
    def create_response(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answers name people: no cache keeps them."""
        response = super().create_response(*args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response


api = CheckinAPI(title="Check-in", version="1", urls_namespace="checkin-api", docs_url=None)


class Refusal(HttpError):
    def __init__(self, status: int, code: str, message: str, retry_after: int | None = None) -> None:
        super().__init__(status, message)
        self.code, self.retry_after = code, retry_after


def paired_device(request: HttpRequest) -> Device | None:
    """Who is asking. A page of another site cannot: the cookie is SameSite=Strict, and a POST needs our header."""
    if request.method == "POST" and not _comes_from_here(request):
        raise Refusal(403, "forbidden", _("This request does not come from the scanner."))
    return devices.device_of(request)


router = Router(auth=paired_device, tags=["check-in"])
ERRORS = dict.fromkeys((400, 401, 403, 409, 413, 429), ErrorOut)


@router.get("/ping", response={200: PingOut, **ERRORS})
def ping(request: HttpRequest) -> dict[str, Any]:
    return {"server_time": timezone.now()}


@router.get("/state", response={200: StateOut, **ERRORS})
def state(request: HttpRequest) -> dict[str, Any]:
    """What a scanner needs to know before the first scan."""
    device: Device = request.auth
    edition = device.edition
    return {
        "server_time": timezone.now(),
        "acked_seq": device.acked_seq,
        "device": device,
        "edition": {
            "slug": edition.slug,
            "name": {"ko": edition.name_ko or "", "en": edition.name_en or edition.name_ko or ""},
            "timezone": edition.timezone,
            "salt": to_base64url(bytes(edition.checkin_salt)),
        },
        "points": [_point(point) for point in queries.points_with_figures(edition)],
    }


@router.post("/scans", response={200: ScansOut, **ERRORS})
def scans(request: HttpRequest, batch: ScansIn) -> dict[str, Any]:
    """Judge up to 100 readings, each for itself. Sending one again is harmless."""
    if len(batch.items) > BATCH:
        raise Refusal(413, "batch_too_large", _("Send at most %(number)s scans at once.") % {"number": BATCH})
    device: Device = request.auth
    points = {point.pk: point for point in device.edition.points.select_related("day")}
    items = [_judge(device, points, batch.gate, item) for item in batch.items]
    _note_device(device, batch.gate)
    return {"server_time": timezone.now(), "acked_seq": device.acked_seq, "items": items}


def _judge(device: Device, points: dict[int, Point], gate: str, item: Any) -> ScanOut:
    try:
        reading = ScanIn.model_validate(item)
        point = points[reading.point]
    except (ItemError, KeyError):
        scan_id = item.get("scan_id", "") if isinstance(item, dict) else ""
        return ScanOut(scan_id=str(scan_id)[:64], verdict="malformed")
    if reading.desk_code is not None:
        _limit_guessing(device)
    try:
        answer = admission.admit(
            device,
            admission.Reading(
                scan_id=reading.scan_id,
                seq=reading.seq,
                point=point,
                gate=gate,
                method=reading.method,
                scanned_at=reading.scanned_at,
                offset_ms=reading.offset_ms,
                is_offline=reading.offline,
                lookup=reading.lookup,
                desk_code=crockford.tidy(reading.desk_code or ""),
            ),
        )
    except admission.ScanIdReused:
        return ScanOut(scan_id=str(reading.scan_id), verdict="malformed", flags=["scan_id_reused"])
    return _told(answer, point)


def _told(answer: admission.Answer, point: Point) -> ScanOut:
    scan, registration = answer.scan, answer.registration
    out = ScanOut(
        scan_id=str(scan.scan_id),
        verdict=scan.verdict,
        replay=answer.is_replay,
        flags=scan.flags,
        at=scan.effective_at,
        day={"number": point.day.number, "date": point.day.date},
    )
    if answer.first and scan.verdict != Verdict.ADMITTED:
        out.first_in_at, out.first_gate = answer.first.first_in_at, answer.first.first_scan.gate
    if registration:
        booking = answer.bookings.get(point.day_id)
        out.cancelled_at = (booking and booking.cancelled_at) or registration.cancelled_at
        out.person = {
            "name": registration.name,
            "organisation": registration.organisation,
            "support": registration.support,
            "days": [
                {"number": each.day.number, "date": each.day.date, "state": each.state}
                for each in sorted(answer.bookings.values(), key=lambda each: each.day.number)
            ],
        }
    return out


def _limit_guessing(device: Device) -> None:
    try:
        spend(f"desk-code:{device.uuid}", allowed=DESK_CODES_A_MINUTE, seconds=60)
    except TooMany as refusal:
        raise Refusal(429, refusal.code, str(refusal), refusal.seconds) from refusal


def _note_device(device: Device, gate: str) -> None:
    """Up to which number everything of this device has arrived, and that it was here."""
    device.acked_seq = Scan.objects.filter(device=device).aggregate(last=Max("seq"))["last"] or device.acked_seq
    device.gate = gate or device.gate
    device.last_seen_at = timezone.now()
    Device.objects.filter(pk=device.pk).update(
        acked_seq=device.acked_seq, gate=device.gate, last_seen_at=device.last_seen_at
    )


def _point(point: Point) -> dict[str, Any]:
    return {
        "id": point.pk,
        "name": {"ko": point.name_ko or "", "en": point.name_en or point.name_ko or ""},
        "day": point.day,
        "is_today": point.is_today,
        "admitted": point.admitted,
        "expected": point.expected,
    }


def _comes_from_here(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin")
    return (
        request.headers.get("X-Checkin") == "1"
        and request.content_type == "application/json"
        and (origin is None or urlsplit(origin).netloc == request.get_host())
    )


@api.exception_handler(Refusal)
def _refused(request: HttpRequest, error: Refusal) -> HttpResponse:
    return _error(request, error.status_code, error.code, str(error), error.retry_after)


@api.exception_handler(AuthenticationError)
def _not_paired(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return _error(request, 401, "not_paired", _("This phone is not signed in any more. Open the scanner again."))


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return _error(request, 400, "bad_request", _("The request does not have the shape that the API asks for."))


@api.exception_handler(HttpError)
def _bad_request(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _error(request, error.status_code, "bad_request", str(error))


@api.exception_handler(RequestDataTooBig)
def _too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return _error(request, 413, "batch_too_large", _("Send at most %(number)s scans at once.") % {"number": BATCH})


def _error(request: HttpRequest, status: int, code: str, message: str, retry_after: int | None = None) -> HttpResponse:
    error = {"code": code, "message": message} | ({"retry_after": retry_after} if retry_after else {})
    response = api.create_response(request, {"error": error}, status=status)
    if retry_after:
        response["Retry-After"] = str(retry_after)
    return response


api.add_router("/v1/", router)

"""The check-in API: JSON over a device's cookie, and nothing but JSON. One bad item never spoils a batch."""

from __future__ import annotations

import gzip
import json
import logging
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import ValidationError as ItemError

from forum.limits import TooMany, spend
from registration import access, crockford, searching
from registration.checkin import admission, attending, devices, figures, pairing, snapshot, telling
from registration.checkin.devices import Pass
from registration.checkin.doorkeeping import comes_from_here, may_read, may_search, may_send, said_by
from registration.checkin.models import Device, Point, Verdict
from registration.checkin.readings import Reading
from registration.checkin.refusals import BATCH, Refusal, api, limit, too_large
from registration.checkin.schemas import (
    ErrorOut,
    PairIn,
    PingOut,
    ScanIn,
    ScanOut,
    ScansIn,
    ScansOut,
    SearchIn,
    SearchOut,
    SnapshotOut,
    StateOut,
    StatsOut,
)

logger = logging.getLogger(__name__)

PAIRINGS_A_MINUTE, DESK_CODES_A_MINUTE, SEARCHES_A_MINUTE, UNKNOWN_A_MINUTE = 10, 30, 60, 60
ERRORS = dict.fromkeys((400, 401, 403, 409, 413, 426, 429, 503), ErrorOut)

router = Router(tags=["check-in"])


@router.post("/pair", auth=None, response={200: StateOut, 410: ErrorOut, **ERRORS})
def pair(request: HttpRequest, body: PairIn, response: HttpResponse) -> dict[str, Any]:
    """Hand in the code that an organiser shows, once: the browser that does becomes the device."""
    comes_from_here(request)
    limit(f"pair:{request.META.get('REMOTE_ADDR')}", allowed=PAIRINGS_A_MINUTE)
    try:
        device, token = pairing.pair(body.code, body.app_version)
    except pairing.PairingInvalid as refusal:
        raise Refusal(410, refusal.code, str(refusal)) from refusal
    devices.hand_cookie(response, token, device)
    points = device.edition.points.select_related("day", "edition")
    return telling.state(Pass(device, {point.pk: point for point in points}))


@router.get("/ping", auth=may_read, response={200: PingOut, **ERRORS})
def ping(request: HttpRequest) -> dict[str, Any]:
    """Is the server there, and is there news? Headers tell it how the phone is."""
    device = request.auth.device
    devices.note(device, **said_by(request))
    return telling.here(device) | {"list_version": snapshot.version_of(device.edition_id)}


@router.get("/state", auth=may_read, response={200: StateOut, **ERRORS})
def state(request: HttpRequest) -> dict[str, Any]:
    """What a scanner needs to know before the first scan, and again from time to time."""
    paired: Pass = request.auth
    devices.recount(paired.device)
    devices.note(paired.device, **said_by(request))
    attending.catch_up(paired.device.edition)
    return telling.state(paired)


@router.get("/snapshot", auth=may_read, response={200: SnapshotOut, 304: None, **ERRORS})
def the_list(request: HttpRequest, since: str = "") -> HttpResponse:
    """The list for doors without a network, or what changed in it after the cursor `since` (or the ETag)."""
    paired: Pass = request.auth
    known = since or request.headers.get("If-None-Match", "").strip('"')
    news = snapshot.since(known[:40], paired)
    if news is None:
        return HttpResponse(status=304, headers={"ETag": f'"{known}"', "Cache-Control": "no-store"})
    if news["full"]:
        devices.obeyed(paired.device, Device.Command.REFRESH)
    return _zipped(request, {"server_time": timezone.now().isoformat(), **news})


@router.post("/scans", auth=may_send, response={200: ScansOut, **ERRORS})
def scans(request: HttpRequest, batch: ScansIn) -> dict[str, Any]:
    """Judge up to 100 readings, each for itself. Sending one again is harmless."""
    if len(batch.items) > BATCH:
        raise too_large()
    paired: Pass = request.auth
    said = said_by(request)
    received_at = timezone.now()
    read = [_read(item) for item in batch.items]
    items = [
        _judge(paired, reading, item, batch.gate, said, received_at)
        for reading, item in zip(read, batch.items, strict=True)
    ]
    devices.note(
        paired.device,
        seqs=[
            reading.seq for reading, told in zip(read, items, strict=True) if reading and told.verdict != "malformed"
        ],
        gate=batch.gate,
        **said,
    )
    return telling.here(paired.device) | {"items": items}


@router.post("/search", auth=may_search, response={200: SearchOut, **ERRORS})
def search(request: HttpRequest, asked: SearchIn) -> dict[str, Any]:
    """Find somebody without a ticket in the hand. Masked; `ref` is what a scan of method `search` sends as `l`."""
    paired: Pass = request.auth
    point = next((point for point in paired.own_points if point.pk == asked.point), None)
    if point is None:
        raise Refusal(403, "forbidden", str(telling.NOT_THIS_POINT))
    limit(f"search:{paired.device.uuid}", allowed=SEARCHES_A_MINUTE)
    try:
        found, more = searching.find(paired.device.edition, asked.q)
    except searching.AskForMore as refusal:
        raise Refusal(400, refusal.code, str(refusal)) from refusal
    access.note_look_by_device(request, "search", paired.device.uuid, paired.device.user_id, detail=asked.q)
    return telling.found(found, point, more=more)


@router.get("/stats", auth=may_read, response={200: StatsOut, **ERRORS})
def stats(request: HttpRequest, point: int) -> dict[str, Any]:
    """Numbers of one point today, and who still holds scans that are not in them."""
    one = next((each for each in request.auth.own_points if each.pk == point), None)
    if one is None:
        raise Refusal(403, "forbidden", str(telling.NOT_THIS_POINT))
    return telling.stats(figures.at_point(one))


@router.post("/unpair", auth=may_send, response={204: None, **ERRORS})
def unpair(request: HttpRequest) -> HttpResponse:
    """End this device: the browser forgets its cookie and everything it keeps. Send what waits first."""
    device = request.auth.device
    devices.revoke(device)
    devices.note(device, **said_by(request))
    devices.obeyed(device, Device.Command.WIPE)
    response = HttpResponse(
        status=204, headers={"Clear-Site-Data": '"cookies", "storage"', "Cache-Control": "no-store"}
    )
    devices.take_cookie(response)
    return response


def _read(item: Any) -> ScanIn | None:
    try:
        return ScanIn.model_validate(item)
    except ItemError:
        return None


def _judge(paired: Pass, read: ScanIn | None, item: Any, gate: str, said: dict[str, Any], received_at: Any) -> ScanOut:
    point = read and paired.points.get(read.point)
    if point is None:
        scan_id = item.get("scan_id", "") if isinstance(item, dict) else ""
        return ScanOut(scan_id=str(scan_id)[:64], verdict="malformed")
    device = paired.device
    if read.desk_code is not None:
        limit(f"desk-code:{device.uuid}", allowed=DESK_CODES_A_MINUTE)
    try:
        answer = admission.admit(device, _reading(read, point, gate, said["app_version"] or ""), received_at)
    except admission.ScanIdReused:
        return ScanOut(scan_id=str(read.scan_id), verdict="malformed", flags=["scan_id_reused"])
    if answer.scan.verdict == Verdict.UNKNOWN_CODE and not answer.is_replay:
        _count_unknown(device)
    return telling.told(answer, point, device)


def _reading(read: ScanIn, point: Point, gate: str, app_version: str) -> Reading:
    return Reading(
        scan_id=read.scan_id,
        seq=read.seq,
        point=point,
        gate=gate,
        method=read.method,
        scanned_at=read.scanned_at,
        offset_ms=read.offset_ms,
        direction=read.direction,
        is_offline=read.offline,
        device_verdict=read.device_verdict,
        lookup=read.lookup,
        desk_code=crockford.tidy(read.desk_code or ""),
        voids=read.voids,
        override_reason=read.override.strip(),
        operator=read.operator,
        snapshot=read.snapshot,
        app_version=app_version,
    )


def _count_unknown(device: Device) -> None:
    """Many unknown codes at one door are worth a look. The queue goes on."""
    try:
        spend(f"unknown:{device.uuid}", allowed=UNKNOWN_A_MINUTE, seconds=60)
    except TooMany:
        if cache.add(f"checkin:alarm:{device.uuid}", 1, 60):
            logger.warning("Device %s reads more than %s unknown codes a minute.", device.uuid, UNKNOWN_A_MINUTE)


def _zipped(request: HttpRequest, answer: dict[str, Any]) -> HttpResponse:
    """Packed here: not every server in front packs JSON. No visitor's words are in it, so its size tells nothing."""
    body = json.dumps(answer, separators=(",", ":")).encode()
    headers = {"ETag": f'"{answer["cursor"]}"', "Cache-Control": "no-store", "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        body, headers["Content-Encoding"] = gzip.compress(body, 5), "gzip"
    return HttpResponse(body, content_type="application/json", headers=headers)


api.add_router("/v1/", router)

"""The decision at the door. Every scan is kept, once, with what was answered."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils import timezone

from registration.checkin.models import Attendance, Device, Point, Scan, Verdict
from registration.models import Booking, Registration, Ticket

COMES_BACK_AFTER = dt.timedelta(minutes=20)
CLOCK_MAY_BE_AHEAD = dt.timedelta(seconds=30)
LIVING_FIRST = ("confirmed", "offered", "waiting", "cancelled", "lapsed")

CLOCK_SUSPECT, SEQUENCE_REUSED = "clock_suspect", "sequence_reused"


@dataclass(frozen=True)
class Reading:
    """What a phone says it has read. Exactly one of `lookup` and `desk_code` is given."""

    scan_id: uuid.UUID
    seq: int
    point: Point
    gate: str
    method: str
    scanned_at: dt.datetime
    offset_ms: int = 0
    is_offline: bool = False
    lookup: bytes | None = None
    desk_code: str = ""

    @property
    def fingerprint(self) -> bytes:
        """Two readings with one scan_id must agree in this."""
        facts = [self.point.pk, (self.lookup or b"").hex(), self.desk_code, self.method, self.scanned_at.isoformat()]
        return hashlib.sha256(json.dumps(facts).encode()).digest()


@dataclass(frozen=True)
class Answer:
    """What the door is told. `registration` is None for an unknown code; `first` is the scan that let the person in."""

    scan: Scan
    is_replay: bool
    registration: Registration | None = None
    first: Attendance | None = None
    bookings: dict[int, Booking] = field(default_factory=dict)


class ScanIdReused(Exception):
    """One scan_id was used for two different readings: a fault of the device."""


def admit(device: Device, reading: Reading) -> Answer:
    """Judge a reading and keep it. The same reading again answers as before; two at once admit one person once."""
    replayed = Scan.objects.select_related("registration").filter(scan_id=reading.scan_id).first()
    if replayed:
        return _replay(replayed, reading)
    try:
        return _admit(device, reading, reading.seq, [])
    except IntegrityError:
        # The same reading is being stored by another request, or the device counted a number twice.
        replayed = Scan.objects.select_related("registration").filter(scan_id=reading.scan_id).first()
        if replayed:
            return _replay(replayed, reading)
        return _admit(device, reading, None, [SEQUENCE_REUSED])


@transaction.atomic
def _admit(device: Device, reading: Reading, seq: int | None, flags: list[str]) -> Answer:
    """Judge and keep. `seq` is the device's number for the scan, or None where that number is used up."""
    ticket = _ticket(device, reading)
    registration = ticket.registration if ticket else None
    bookings = _bookings(registration)
    scan = _scan(device, reading, seq, flags)
    scan.ticket, scan.registration = ticket, registration
    scan.verdict = _validity(ticket, bookings.get(reading.point.day_id))
    first = None
    if scan.verdict == Verdict.ADMITTED:
        first = _attend(scan)
    else:
        scan.save(force_insert=True)
    return Answer(scan, is_replay=False, registration=registration, first=first, bookings=bookings)


def _scan(device: Device, reading: Reading, seq: int | None, flags: list[str]) -> Scan:
    """The facts of a reading, not saved yet."""
    received_at = timezone.now()
    effective_at, doubts = _effective(reading, device, received_at)
    return Scan(
        scan_id=reading.scan_id,
        device=device,
        seq=seq,
        point=reading.point,
        gate=reading.gate,
        lookup=reading.lookup,
        method=reading.method,
        scanned_at=reading.scanned_at,
        offset_ms=reading.offset_ms,
        effective_at=effective_at,
        received_at=received_at,
        is_offline=reading.is_offline,
        flags=doubts + flags,
        body_sha256=reading.fingerprint,
    )


def _validity(ticket: Ticket | None, booking: Booking | None) -> str:
    """Whether the ticket opens this door at all. Asked before whether its owner is in already."""
    if ticket is None:
        return Verdict.UNKNOWN_CODE
    if ticket.registration.cancelled_at:
        return Verdict.CANCELLED
    if ticket.revoked_at:
        return Verdict.REVOKED
    if booking is None or booking.state == Booking.State.LAPSED:
        return Verdict.WRONG_DAY
    return {
        Booking.State.CONFIRMED: Verdict.ADMITTED,
        Booking.State.CANCELLED: Verdict.CANCELLED,
    }.get(booking.state, Verdict.WAITLISTED)


def _attend(scan: Scan) -> Attendance:
    """Save the scan and the attendance; the first row for person and point decides who was admitted."""
    known = Attendance.objects.filter(registration=scan.registration, point=scan.point).first()
    if known is None:
        scan.save(force_insert=True)
        known, is_first = Attendance.objects.get_or_create(
            registration=scan.registration,
            point=scan.point,
            defaults={"first_in_at": scan.effective_at, "first_scan": scan, "last_in_at": scan.effective_at},
        )
        if is_first:
            return known
        scan.verdict = _repeated(scan, known)
        scan.save(update_fields=["verdict"])
    else:
        scan.verdict = _repeated(scan, known)
        scan.save(force_insert=True)
    if scan.verdict == Verdict.ADMITTED_AGAIN:
        Attendance.objects.filter(pk=known.pk).update(last_in_at=scan.effective_at)
    return known


def _repeated(scan: Scan, known: Attendance) -> str:
    """Somebody who went for lunch is welcome back; a code shown twice in a row is not."""
    is_back = scan.effective_at - known.last_in_at >= COMES_BACK_AFTER
    return Verdict.ADMITTED_AGAIN if is_back else Verdict.ALREADY_IN


def _ticket(device: Device, reading: Reading) -> Ticket | None:
    tickets = Ticket.objects.select_related("registration").filter(registration__edition=device.edition_id)
    if reading.lookup is not None:
        return tickets.filter(lookup=reading.lookup).first()
    return tickets.filter(registration__desk_code=reading.desk_code).order_by("-version").first()


def _bookings(registration: Registration | None) -> dict[int, Booking]:
    """The booking that counts on each day, as {day id: booking}: a living one before one that has ended."""
    if registration is None:
        return {}
    rows = registration.bookings.select_related("day")
    return {row.day_id: row for row in sorted(rows, key=lambda row: (-LIVING_FIRST.index(row.state), row.pk))}


def _effective(reading: Reading, device: Device, received_at: dt.datetime) -> tuple[dt.datetime, list[str]]:
    """When the scan happened by the server's clock. A moment that cannot be is replaced, and flagged."""
    effective = reading.scanned_at + dt.timedelta(milliseconds=reading.offset_ms)
    if device.created_at <= effective <= received_at + CLOCK_MAY_BE_AHEAD:
        return min(effective, received_at), []
    return received_at, [CLOCK_SUSPECT]


def _replay(scan: Scan, reading: Reading) -> Answer:
    if bytes(scan.body_sha256) != reading.fingerprint:
        raise ScanIdReused
    first = Attendance.objects.filter(registration=scan.registration_id, point=scan.point_id).first()
    return Answer(
        scan, is_replay=True, registration=scan.registration, first=first, bookings=_bookings(scan.registration)
    )

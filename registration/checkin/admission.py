"""The decision at the door. Every scan is kept, once, with what was answered.

A scan online takes three statements: who holds the ticket, their stay here, the scan. Who is first at two doors is
decided by the unique row of the stay.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from registration.checkin import attending, projection, standby
from registration.checkin.models import LETS_IN, Device, Scan, Verdict
from registration.checkin.projection import Stay, Told
from registration.checkin.readings import Reading
from registration.checkin.rows import insert_once
from registration.checkin.standing import Holder, has_seat, holder_of, worth
from registration.models import Ticket

DOORS_AT_ONCE = 10
NO_LIST_SAID = (Verdict.ADMITTED, Verdict.ADMITTED_AGAIN, Verdict.ALREADY_IN, Verdict.EXITED, "")


@dataclass(frozen=True)
class Answer:
    """What the door is told. `holder` is None for an unknown code; `first_in_at` and `first_gate` say since when and
    by which door the person is known here."""

    scan: Scan
    is_replay: bool = False
    holder: Holder | None = None
    first_in_at: dt.datetime | None = None
    first_gate: str | None = None


class ScanIdReused(Exception):
    """One scan_id was used for two different readings: a fault of the device."""


class _Taken(Exception):
    """The scan_id or the number of the scan is there already. Nothing was written."""


def admit(device: Device, reading: Reading, received_at: dt.datetime | None = None) -> Answer:
    """Judge a reading and keep it. The same reading again answers as before; two at once admit one person once."""
    received_at = received_at or timezone.now()
    keep = _take_back if reading.voids else _judge
    for seq, flags in ((reading.seq, []), (None, [projection.SEQUENCE_REUSED])):
        try:
            return keep(device, reading, _scan(device, reading, received_at, seq, flags))
        except _Taken:
            known = Scan.objects.filter(pk=reading.scan_id).first()
            if known:
                return _replay(known, device, reading)
    raise AssertionError("a scan without a number is only refused when it is known")


@transaction.atomic
def _judge(device: Device, reading: Reading, scan: Scan) -> Answer:
    point, edition = reading.point, device.edition
    today = scan.effective_at.astimezone(edition.tzinfo).date()
    date = point.counted_on(scan.effective_at, edition.tzinfo)
    holder = holder_of(_tickets(device, reading), point, date, scan.pk)
    if holder:
        scan.ticket_id, scan.registration_id = holder.ticket_id, holder.registration_id
    # Whoever goes out goes out, whatever the ticket says by now.
    is_leaving = holder and scan.direction == Scan.Direction.OUT
    scan.validity = Verdict.ADMITTED if is_leaving else worth(holder, point, today, scan.effective_at)
    _weigh(device, reading, scan, holder, today)
    beside = _beside(scan, holder, reading, date) if holder else _alone(scan, reading)
    _keep(scan, beside.told)
    return Answer(scan, holder=holder, first_in_at=beside.stay.first_in_at, first_gate=beside.first_gate)


@transaction.atomic
def _take_back(device: Device, reading: Reading, scan: Scan) -> Answer:
    """A scan that takes another one back. It counts whenever that one is there, now or later. Of a code that nobody
    has there is nothing to take back."""
    found = Scan.objects.select_related("point__edition").filter(pk=reading.voids, device__edition=device.edition_id)
    target = found.filter(voids__isnull=True, registration__isnull=False).first()
    scan.validity = Verdict.VOIDED
    if target is None:
        _keep(scan, _alone(scan, reading).told)
        return Answer(scan)
    if not device.may_scan_for(target.point_id):
        scan.flags.append(projection.POINT_NOT_GIVEN)
    group = attending.group_of(target, target.point)
    scan.registration_id, scan.point_id = group.registration, group.point
    _keep(scan, attending.retell(group, attending.fact_of(scan)).told[scan.pk])
    return Answer(scan)


@dataclass(frozen=True)
class _Beside:
    """What a scan comes to beside all others of this person here; their stay, and the gate where it began."""

    told: Told
    stay: Stay = field(default_factory=Stay)
    first_gate: str | None = None


def _alone(scan: Scan, reading: Reading) -> _Beside:
    return _Beside(projection.project([attending.fact_of(scan)], reading.point.mode).told[scan.pk])


def _beside(scan: Scan, holder: Holder, reading: Reading, date: dt.date | None) -> _Beside:
    if not holder.is_taken_back:
        if not attending.fact_of(scan).counts:
            return replace(_alone(scan, reading), stay=holder.stay, first_gate=holder.first_gate)
        if quickly := _go_on(scan, holder, reading, date):
            return quickly
    everything = attending.retell(
        attending.Group(holder.registration_id, reading.point.pk, date), attending.fact_of(scan)
    )
    stay = everything.stay or Stay()
    first_gate = Scan.objects.filter(pk=stay.first_scan_id).values_list("gate", flat=True).first()
    return _Beside(everything.told[scan.pk], stay, first_gate)


def _go_on(scan: Scan, holder: Holder, reading: Reading, date: dt.date | None) -> _Beside | None:
    """The quick way, for a scan that is later than all before it. One that we answer is made so."""
    for _door in range(DOORS_AT_ONCE):
        if not reading.is_offline:
            scan.effective_at = attending.moment_after(holder.stay, scan.effective_at)
        told = attending.go_on(holder, attending.fact_of(scan), reading.point, date)
        if told:
            return _Beside(told, holder.stay, holder.first_gate)
        if reading.is_offline:
            return None
        # Another door was faster, and we waited for it: what it wrote can be read now.
        holder = holder_of(Ticket.objects.filter(pk=holder.ticket_id), reading.point, date, scan.pk)
    return None


def _weigh(device: Device, reading: Reading, scan: Scan, holder: Holder | None, today: dt.date) -> None:
    """Who let the person in although the ticket says no, or the other way round: flags that stay with the scan."""
    if reading.override_reason and not device.is_supervisor:
        scan.flags.append(projection.OVERRIDE_REFUSED)
    is_refused = scan.validity != Verdict.ADMITTED
    if not is_refused:
        if reading.is_offline and reading.device_verdict not in NO_LIST_SAID:
            scan.flags.append(projection.LIST_WAS_STALE)
    elif holder and scan.override_reason:
        _override(reading, scan, holder, today)
    elif reading.is_standby and scan.validity == Verdict.WAITLISTED:
        _stand_by(reading, scan)
    elif holder and reading.is_offline and reading.device_verdict in LETS_IN:
        scan.flags.append(projection.LATE_REVOCATION)


def _override(reading: Reading, scan: Scan, holder: Holder, today: dt.date) -> None:
    """A supervisor lets somebody in. Whoever has no seat needs a free place, unless they are inside already."""
    needs_place = scan.direction == Scan.Direction.IN and not holder.stay.inside
    if needs_place and not has_seat(holder, reading.point, today):
        date = reading.point.counted_on(scan.effective_at, reading.point.edition.tzinfo)
        if not standby.has_place(reading.point, date, scan.effective_at):
            if not reading.is_offline:
                scan.validity = Verdict.HALL_FULL
                return
            scan.flags.append(projection.OVER_CAPACITY)
        scan.flags.append(projection.STANDBY)
    scan.flags.append(projection.OVERRIDE)


def _stand_by(reading: Reading, scan: Scan) -> None:
    """The hour that the organiser has set is the decision: from then on whoever has no seat gets a free place."""
    point, at = reading.point, scan.effective_at
    if not standby.has_begun(point, at):
        return
    if standby.has_place(point, point.counted_on(at, point.edition.tzinfo), at):
        scan.flags.append(projection.STANDBY)
    else:
        scan.validity = Verdict.HALL_FULL


def _scan(device: Device, reading: Reading, received_at: dt.datetime, seq: int | None, flags: list[str]) -> Scan:
    """The facts of a reading, not judged yet."""
    effective_at, doubts = reading.happened_at(device, received_at)
    return Scan(
        scan_id=reading.scan_id,
        device=device,
        seq=seq,
        point=reading.point,
        gate=reading.gate,
        operator=reading.operator,
        lookup=reading.lookup if not reading.voids else None,
        direction=reading.direction,
        method=reading.method,
        voids=reading.voids,
        override_reason=reading.override_reason if device.is_supervisor else "",
        by_supervisor=device.is_supervisor,
        scanned_at=reading.scanned_at,
        offset_ms=reading.offset_ms,
        effective_at=effective_at,
        received_at=received_at,
        is_offline=reading.is_offline,
        device_verdict=reading.device_verdict,
        snapshot=reading.snapshot,
        app_version=reading.app_version,
        flags=[*doubts, *flags, *_reasons_to_review(device, reading, effective_at)],
        body_sha256=reading.fingerprint,
    )


def _reasons_to_review(device: Device, reading: Reading, effective_at: dt.datetime) -> Iterator[str]:
    """Why this phone should not have scanned. What it says is kept, and counts when a supervisor says so."""
    if not device.may_scan_for(reading.point.pk):
        yield projection.POINT_NOT_GIVEN
    if device.revoked_at:
        yield projection.DEVICE_REVOKED
    elif effective_at >= device.valid_until:
        yield projection.DEVICE_EXPIRED


def _keep(scan: Scan, told: Told) -> None:
    scan.verdict, scan.flags = told.verdict, list(told.flags)
    if not insert_once(scan):
        raise _Taken


def _tickets(device: Device, reading: Reading) -> QuerySet[Ticket]:
    tickets = Ticket.objects.filter(registration__edition=device.edition_id)
    if reading.lookup is not None:
        return tickets.filter(lookup=reading.lookup)
    return tickets.filter(registration__desk_code=reading.desk_code)


def _replay(scan: Scan, device: Device, reading: Reading) -> Answer:
    if bytes(scan.body_sha256) != reading.fingerprint:
        raise ScanIdReused
    if scan.ticket_id is None:
        return Answer(scan, is_replay=True)
    date = reading.point.counted_on(scan.effective_at, device.edition.tzinfo)
    holder = holder_of(Ticket.objects.filter(pk=scan.ticket_id), reading.point, date, scan.pk)
    known = {"first_in_at": holder.stay.first_in_at, "first_gate": holder.first_gate}
    return Answer(scan, is_replay=True, holder=holder, **known)

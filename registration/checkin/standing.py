"""Who holds a ticket, and what it is worth at a door by itself. Everything in one statement."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any

from django.db.models import Exists, FilteredRelation, Q, QuerySet

from registration.checkin.models import Point, Scan, Verdict
from registration.checkin.projection import Stay
from registration.models import Booking, Ticket

LIVING_FIRST = ("confirmed", "offered", "waiting", "standby", "cancelled", "lapsed")
SEATS = {
    Booking.State.CONFIRMED: Verdict.ADMITTED,
    Booking.State.WAITING: Verdict.WAITLISTED,
    Booking.State.OFFERED: Verdict.WAITLISTED,
    Booking.State.STANDBY: Verdict.WAITLISTED,
    Booking.State.CANCELLED: Verdict.CANCELLED,
    Booking.State.LAPSED: Verdict.WRONG_DAY,
}
_STAY = tuple(each.name for each in fields(Stay))
_COLUMNS = {
    "ticket_id": "pk",
    "version": "version",
    "revoked_at": "revoked_at",
    "registration_id": "registration_id",
    "name": "registration__name",
    "organisation": "registration__organisation",
    "category": "registration__category",
    "support": "registration__support",
    "cancelled_at": "registration__cancelled_at",
    "booking_id": "registration__bookings__pk",
    "state": "registration__bookings__state",
    "confirmed_at": "registration__bookings__confirmed_at",
    "ended_at": "registration__bookings__cancelled_at",
    "day_id": "registration__bookings__day_id",
    "number": "registration__bookings__day__number",
    "date": "registration__bookings__day__date",
    "attendance_id": "there__pk",
    "attendance_version": "there__version",
    "first_gate": "there__first_scan__gate",
    "is_taken_back": "is_taken_back",
} | {name: f"there__{name}" for name in _STAY}


@dataclass(frozen=True)
class Claim:
    """What somebody booked for a day: the living booking, or else the one that ended last."""

    day_id: int
    number: int
    date: dt.date
    state: str
    confirmed_at: dt.datetime | None
    cancelled_at: dt.datetime | None


@dataclass(frozen=True)
class Holder:
    """Whose ticket it is, and what is known of them at this point on this date."""

    ticket_id: int
    revoked_at: dt.datetime | None
    registration_id: int
    name: str
    organisation: str
    category: str
    support: list[str]
    cancelled_at: dt.datetime | None
    claims: dict[int, Claim] = field(default_factory=dict)
    attendance_id: int | None = None
    attendance_version: int | None = None
    stay: Stay = field(default_factory=Stay)
    first_gate: str | None = None
    is_taken_back: bool = False

    def claim_on(self, point: Point, date: dt.date) -> Claim | None:
        """The claim that counts here: on the point's day, or on the date where the point stands for every day."""
        if point.day_id:
            return self.claims.get(point.day_id)
        return next((claim for claim in self.claims.values() if claim.date == date), None)


def holder_of(tickets: QuerySet[Ticket], point: Point, date: dt.date | None, scan_id: uuid.UUID) -> Holder | None:
    """The holder of the newest of these tickets. `date` is what the point counts for (`Point.counted_on`)."""
    there = "registration__attendances"
    counted = Q(**{f"{there}__point": point.pk}) & Q(
        **({f"{there}__date": date} if date else {f"{there}__date__isnull": True})
    )
    rows = tickets.annotate(
        there=FilteredRelation(there, condition=counted),
        is_taken_back=Exists(Scan.objects.filter(voids=scan_id)),
    )
    found = [dict(zip(_COLUMNS, row, strict=True)) for row in rows.values_list(*_COLUMNS.values())]
    return _holder([row for row in found if row["version"] == max(each["version"] for each in found)])


def worth(holder: Holder | None, point: Point, date: dt.date, at: dt.datetime) -> str:
    """Whether the ticket opened this door at that moment. Asked before whether its owner is in already."""
    if holder is None:
        return Verdict.UNKNOWN_CODE
    if _had_ended(holder.cancelled_at, at):
        return Verdict.CANCELLED
    if _had_ended(holder.revoked_at, at):
        return Verdict.REVOKED
    seat = _seat(holder.claim_on(point, date), at)
    if seat != Verdict.ADMITTED:
        return seat
    if point.opens_at and at < point.opens_at:
        return Verdict.NOT_OPEN
    if point.closes_at and at >= point.closes_at:
        return Verdict.CLOSED
    return Verdict.ADMITTED


def has_seat(holder: Holder, point: Point, date: dt.date) -> bool:
    claim = holder.claim_on(point, date)
    return holder.cancelled_at is None and claim is not None and claim.state == Booking.State.CONFIRMED


def _seat(claim: Claim | None, at: dt.datetime) -> str:
    if claim is None:
        return Verdict.WRONG_DAY
    if claim.state == Booking.State.CANCELLED and claim.confirmed_at and not _had_ended(claim.cancelled_at, at):
        return Verdict.ADMITTED
    return SEATS[claim.state]


def _had_ended(ended_at: dt.datetime | None, at: dt.datetime) -> bool:
    """A scan that comes late is judged as of its own moment: who cancelled afterwards was let in rightly."""
    return ended_at is not None and ended_at <= at


def _holder(rows: list[dict[str, Any]]) -> Holder | None:
    if not rows:
        return None
    first = rows[0]
    return Holder(
        **{name: first[name] for name in ("ticket_id", "revoked_at", "registration_id", "name", "organisation")},
        **{name: first[name] for name in ("category", "support", "cancelled_at", "first_gate", "is_taken_back")},
        **{name: first[name] for name in ("attendance_id", "attendance_version")},
        claims=_claims(row for row in rows if row["booking_id"]),
        stay=Stay(**{name: first[name] for name in _STAY}) if first["attendance_id"] else Stay(),
    )


def _claims(rows: Iterable[dict[str, Any]]) -> dict[int, Claim]:
    """A living booking before one that has ended, and of those the last."""
    ordered = sorted(rows, key=lambda row: (-LIVING_FIRST.index(row["state"]), row["booking_id"]))
    return {
        row["day_id"]: Claim(*(row[name] for name in ("day_id", "number", "date", "state", "confirmed_at", "ended_at")))
        for row in ordered
    }

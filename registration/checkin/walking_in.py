"""Whoever stands at the desk without a seat of today: a free seat, or else stand-by, and in.

Seats come from the same rows as on the web. The point is locked before the seats, wherever both are: who takes a seat
at the desk also needs a place in the hall, which people on stand-by may have filled.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from forum.retrying import retried, retrying
from programme.models import Day
from registration import enrolling, notices, seats, sign_up, waiting_list
from registration.checkin import desks, standby
from registration.checkin.admission import Answer
from registration.checkin.models import Device, Point, Scan
from registration.errors import DayFull, NothingToday, RegisteredAlready, RegistrationOver
from registration.models import Booking, Quota, Registration
from registration.sign_up import Answers


@dataclass(frozen=True)
class WalkIn:
    """Who came, and what the door said. `answer` is None where the same form was sent before."""

    registration: Registration
    answer: Answer | None


def walk_in(desk: Device, point: Point, answers: Answers, form_key: uuid.UUID) -> WalkIn:
    """Register the person for today, give them a seat or else stand-by, issue the ticket, and let them in: all or
    nothing. The same form sent again answers the same person. Raises RegisteredAlready, and NothingToday."""
    day = desks.day_of(point)
    if day is None:
        raise NothingToday
    key = enrolling.key_of(point.edition, form_key, answers)
    try:
        return retrying(lambda: _walk_in(desk, point, day, answers, key, Booking.State.CONFIRMED))
    except DayFull:
        return retrying(lambda: _walk_in(desk, point, day, answers, key, Booking.State.STANDBY))


@retried
@transaction.atomic
def join(desk: Device, point: Point, registration: Registration, scan_id: uuid.UUID) -> Answer | None:
    """Let in somebody who is registered and has no seat of today: on a free seat of their share, or else on stand-by.

    None where it was done before. Raises RegistrationOver for who has cancelled everything, and NothingToday.
    """
    day = desks.day_of(point)
    if day is None:
        raise NothingToday
    has_place = _has_place(point)
    quotas = seats.lock(_quotas(day, registration.category).values_list("pk", flat=True))
    waiting_list.lock(registration)
    if registration.cancelled_at or not registration.name:
        raise RegistrationOver
    living = registration.bookings.living().filter(day=day).select_for_update(no_key=True).first()
    for quota in quotas.values():
        quota.day = day
        _give_seat(registration, quota, living, has_place=has_place)
    return desks.admit(desk, point, registration, scan_id, is_standby=True)


@transaction.atomic
def _walk_in(desk: Device, point: Point, day: Day, answers: Answers, key: uuid.UUID, state: str) -> WalkIn:
    same_form, known = sign_up.met_before(point.edition, answers, key)
    if same_form:
        return WalkIn(same_form, None)
    if known:
        raise RegisteredAlready(known)
    quota = _quotas(day, answers.category).first()
    if quota is None:
        raise NothingToday
    has_seat = state == Booking.State.CONFIRMED
    if has_seat and not _has_place(point):
        raise DayFull([day.number])
    registration = sign_up.write(point.edition, answers, key)
    quota.day = day
    booking = Booking.of_seat(registration, quota) if has_seat else _on_standby(registration, quota)
    booking.save(force_insert=True)
    notices.confirmed(registration, [booking])
    answer = desks.admit(
        desk, point, registration, uuid.uuid5(key, "scan"), method=Scan.Method.DESK, is_standby=not has_seat
    )
    if has_seat and not seats.take(quota):  # the last statement, as on the web
        raise DayFull([day.number])
    return WalkIn(registration, answer)


def _give_seat(registration: Registration, quota: Quota, living: Booking | None, *, has_place: bool) -> None:
    """A seat if there is one, else stand-by. Whoever waits in the line of today, or is offered a seat, keeps that."""
    if living and living.state != Booking.State.STANDBY:
        return
    if has_place and seats.take(quota):
        booking = living or Booking.of_seat(registration, quota)
        booking.state, booking.confirmed_at = Booking.State.CONFIRMED, timezone.now()
        booking.save()
    elif living is None:
        _on_standby(registration, quota).save(force_insert=True)


def _on_standby(registration: Registration, quota: Quota) -> Booking:
    return Booking(registration=registration, day=quota.day, quota=quota, state=Booking.State.STANDBY)


def _has_place(point: Point) -> bool:
    now = timezone.now()
    return standby.has_place(point, point.counted_on(now, point.edition.tzinfo), now)


def _quotas(day: Day, category: str) -> QuerySet[Quota]:
    return Quota.objects.filter(day=day, share=Quota.share_of(category))

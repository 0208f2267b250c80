"""The line for a day's seats: who moves up, who is asked, and when it closes. Nobody overtakes."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from forum.one_by_one import one_by_one
from forum.retrying import retried
from registration import notices, promotion, seats
from registration.errors import MoreAreTaken, OfferOver
from registration.models import Booking, Quota, Registration
from registration.promotion import Step


def promote_next(quota: Quota, now: dt.datetime | None = None) -> Booking | None:
    """Give a free seat to the first in line, or ask them. At most one; the caller holds the quota's lock."""
    now = now or timezone.now()
    first = (
        Booking.objects.filter(quota=quota, state=Booking.State.WAITING)
        .select_related("registration__edition", "day__edition")
        .select_for_update(no_key=True, of=("self",))
        .order_by("place")
        .first()
    )
    if first is None:
        return None
    step = promotion.step(first.day, now, asks=not first.registration.takes_any_seat)
    if step is Step.CLOSE or not seats.move_up(quota):
        return None
    if step is Step.CONFIRM:
        _confirm(first, now)
    else:
        _offer(first, now)
    return first


@retried
@transaction.atomic
def set_capacity(quota: Quota, capacity: int) -> None:
    """Give a day more seats, or fewer. A seat more goes to the first in line at once, the rest by the sweep.

    Raises MoreAreTaken for fewer seats than are taken.
    """
    locked = seats.lock([quota.pk])[quota.pk]
    if capacity < locked.taken:
        raise MoreAreTaken
    locked.capacity = capacity
    locked.save(update_fields=["capacity"])
    promote_next(locked)


@retried
@transaction.atomic
def accept(booking: Booking) -> None:
    """Take the seat that was offered. Twice is harmless. Raises OfferOver when it has gone to somebody else."""
    quota, booking = _locked(booking)
    if booking.state == Booking.State.CONFIRMED:
        return
    if booking.state != Booking.State.OFFERED or booking.offered_until <= timezone.now():
        raise OfferOver
    booking.state, booking.offered_until, booking.confirmed_at = Booking.State.CONFIRMED, None, timezone.now()
    booking.save(update_fields=["state", "offered_until", "confirmed_at"])
    notices.seat_taken(booking)


@retried
@transaction.atomic
def decline(booking: Booking) -> bool:
    """Leave the offered seat to the next. What is no offer any more stays as it is. Answers whether it was one."""
    quota, booking = _locked(booking)
    if booking.state != Booking.State.OFFERED:
        return False
    seats.give_back(quota)
    _end(booking, Booking.State.LAPSED)
    promote_next(quota)
    return True


@retried
@transaction.atomic
def lapse(booking: Booking, now: dt.datetime | None = None) -> None:
    """End an offer that nobody took in time, and ask the next. Before its time, or twice, it changes nothing."""
    now = now or timezone.now()
    quota, booking = _locked(booking)
    if booking.state != Booking.State.OFFERED or booking.offered_until > now:
        return
    seats.give_back(quota)
    _end(booking, Booking.State.LAPSED)
    notices.offer_lapsed(booking, not_before=promotion.awake(now, booking.day))
    promote_next(quota, now)


@retried
@transaction.atomic
def close(quota: Quota, now: dt.datetime | None = None) -> int:
    """End the line of a day when its time has come: free seats are for walk-ins now. Answers how many waited."""
    now = now or timezone.now()
    quota = seats.lock([quota.pk])[quota.pk]
    if now < promotion.line_closes_at(quota.day):
        return 0
    waiting = Booking.objects.filter(quota=quota, state=Booking.State.WAITING).select_related("registration", "day")
    ended = list(waiting.select_for_update(no_key=True, of=("self",)).order_by("registration_id"))
    for booking in ended:
        seats.leave_line(quota)
        _end(booking, Booking.State.LAPSED)
        notices.line_closed(booking, not_before=promotion.awake(now, quota.day))
    return len(ended)


def sweep(now: dt.datetime | None = None) -> None:
    """Do what time alone brings, each in its own transaction: offers that end, lines that close, seats left free."""
    now = now or timezone.now()
    one_by_one(
        lambda booking: lapse(booking, now),
        Booking.objects.filter(state=Booking.State.OFFERED, offered_until__lte=now),
    )
    one_by_one(
        lambda quota: _move_up(quota, now),
        Quota.objects.filter(waiting__gt=0).select_related("day__edition").order_by("pk"),
    )


def _move_up(quota: Quota, now: dt.datetime) -> None:
    if now >= promotion.line_closes_at(quota.day):
        close(quota, now)
    else:
        while _promote_one(quota, now):
            pass


@retried
@transaction.atomic
def _promote_one(quota: Quota, now: dt.datetime) -> bool:
    return promote_next(seats.lock([quota.pk])[quota.pk], now) is not None


def _confirm(booking: Booking, now: dt.datetime) -> None:
    booking.state, booking.confirmed_at = Booking.State.CONFIRMED, timezone.now()
    booking.save(update_fields=["state", "confirmed_at"])
    notices.promoted(booking, not_before=promotion.awake(now, booking.day))


def _offer(booking: Booking, now: dt.datetime) -> None:
    booking.state, booking.offered_until = Booking.State.OFFERED, promotion.offer_ends(now, booking.day)
    booking.save(update_fields=["state", "offered_until"])
    notices.offered(booking, not_before=promotion.awake(now, booking.day))


def _end(booking: Booking, state: str) -> None:
    booking.state, booking.offered_until = state, None
    booking.save(update_fields=["state", "offered_until"])
    end_if_over(booking.registration)


def end_if_over(registration: Registration) -> None:
    """A registration without a living booking has ended: its address may register anew.

    Two acts may end its last two bookings at once. The lock lets the second one see what the first has done.
    """
    lock(registration)
    if registration.cancelled_at is None and not registration.bookings.living().exists():
        registration.cancelled_at = timezone.now()
        registration.save(update_fields=["cancelled_at"])


def lock(registration: Registration) -> None:
    """Queue behind other acts on this registration, after the quotas, and see whether it has ended, or was erased."""
    registration.refresh_from_db(
        fields=["cancelled_at", "name"], from_queryset=Registration.objects.select_for_update(no_key=True)
    )


def _locked(booking: Booking) -> tuple[Quota, Booking]:
    """The quota and then the booking, both locked and fresh."""
    quota = seats.lock([booking.quota_id])[booking.quota_id]
    rows = Booking.objects.select_related("registration__edition", "day__edition")
    return quota, rows.select_for_update(no_key=True, of=("self",)).get(pk=booking.pk)

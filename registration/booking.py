"""Changing days: giving seats back, taking others, and changing one's mind about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils import timezone

from forum.retrying import retried
from programme.models import Day
from registration import notices, seats, waiting_list
from registration.errors import DayFull, RegistrationOver, SeatGone
from registration.models import Booking, Quota, Registration

UNDO_FOR = dt.timedelta(minutes=30)


@retried
@transaction.atomic
def cancel(registration: Registration, day_numbers: Iterable[int]) -> list[int]:
    """Give the seats of these days back, pass them on, and promise the notice. Answers the days; twice is harmless.

    With the last living booking the registration itself ends: its address may register anew.
    """
    wanted = set(day_numbers)
    quotas = _lock(registration)
    bookings = [booking for booking in _living(registration) if booking.day.number in wanted]
    for booking in bookings:
        _cancel(booking, quotas[booking.quota_id])
    waiting_list.end_if_over(registration)
    days = [booking.day.number for booking in bookings]
    if days:
        notices.cancelled(registration, days)
    return days


@retried  # the address may be registering anew in this moment: that one waits for our seats, and we for its address
@transaction.atomic
def undo_cancel(registration: Registration) -> list[int]:
    """Take back what was cancelled within the last half hour, each day whose seat is still free. Answers those days.

    Raises SeatGone when all of the seats are gone, or the address has registered anew, or the person is erased.
    """
    quotas = _lock(registration)
    recent = undoable(registration)
    if _is_over_for_good(registration):
        raise SeatGone
    undone = [booking for booking in recent if seats.take(quotas[booking.quota_id])]
    if recent and not undone:
        raise SeatGone
    again = [Booking.of_seat(registration, booking.quota) for booking in undone]
    for booking in again:
        booking.save(force_insert=True)
    if undone:
        _unrelease(undone)
        registration.cancelled_at = None
        registration.save(update_fields=["cancelled_at"])
        notices.changed(registration, added=again)
    return [booking.day.number for booking in undone]


def undoable(registration: Registration) -> list[Booking]:
    """Bookings that were confirmed, and cancelled less than half an hour ago, on days not booked since."""
    living = set(registration.bookings.living().values_list("day_id", flat=True))
    recent = registration.bookings.filter(
        state=Booking.State.CANCELLED, confirmed_at__isnull=False, cancelled_at__gt=timezone.now() - UNDO_FOR
    )
    latest = {booking.day_id: booking for booking in recent.select_related("day", "quota__day").order_by("pk")}
    return [booking for day_id, booking in sorted(latest.items()) if day_id not in living]


def free_again(registration: Registration) -> list[Day]:
    """The days that pages offer to take back: cancelled a moment ago, and the seat is free. The transaction decides."""
    days = [booking.day for booking in undoable(registration) if booking.quota.left > 0]
    return days if days and not _is_over_for_good(registration) else []


@retried
@transaction.atomic
def choose_days(
    registration: Registration, day_numbers: Collection[int], may_wait: Collection[int] = ()
) -> tuple[list[Booking], list[Booking]]:
    """Make these the days of the registration: others are given back, new ones taken or waited for. All or nothing.

    Answers what was added and what was given back; the mail is the caller's. Raises RegistrationOver for one that has
    ended, and DayFull for a day without a seat that is not among `may_wait`.
    """
    quotas = _lock(registration)
    if registration.cancelled_at:
        raise RegistrationOver
    living = _living(registration)
    dropped = [booking for booking in living if booking.day.number not in day_numbers]
    others = _quotas_of(registration, set(day_numbers) - {booking.day.number for booking in living})
    added = [_book(registration, quota, may_wait) for quota in others]
    for booking in dropped:
        _cancel(booking, quotas[booking.quota_id])
    waiting_list.end_if_over(registration)
    return added, dropped


def _lock(registration: Registration) -> dict[int, Quota]:
    """Queue behind everybody who moves seats of this edition, and behind other acts on this registration.

    What was read before may be stale; the registration is fresh afterwards. Answers the quotas by id.
    """
    quotas = seats.lock(Quota.objects.filter(day__edition=registration.edition_id).values_list("pk", flat=True))
    waiting_list.lock(registration)
    return quotas


def _living(registration: Registration) -> list[Booking]:
    """Bookings that hold a seat or wait, in the order of the locks."""
    rows = registration.bookings.living().select_related("day")
    return list(rows.select_for_update(no_key=True, of=("self",)).order_by("quota_id"))


def _book(registration: Registration, quota: Quota, may_wait: Collection[int]) -> Booking:
    booking = Booking.of_seat(registration, quota)
    if not seats.take(quota):
        if quota.day.number not in may_wait:
            raise DayFull([quota.day.number])
        booking.state, booking.place, booking.confirmed_at = Booking.State.WAITING, seats.join_line(quota), None
    booking.save()
    _unrelease(registration.bookings.filter(day=quota.day, released_at__isnull=False))
    return booking


def _unrelease(bookings: Iterable[Booking]) -> None:
    """The person is coming on these days after all."""
    Booking.objects.filter(pk__in=[booking.pk for booking in bookings]).update(released_at=None)


def _cancel(booking: Booking, quota: Quota) -> None:
    """End a living booking; a seat that becomes free goes to the next in line at once."""
    held = booking.state in Booking.HOLDING
    if held:
        seats.give_back(quota)
    elif booking.state == Booking.State.WAITING:
        seats.leave_line(quota)
    booking.state, booking.cancelled_at, booking.offered_until = Booking.State.CANCELLED, timezone.now(), None
    booking.save(update_fields=["state", "cancelled_at", "offered_until"])
    if held:
        waiting_list.promote_next(quota)


def _quotas_of(registration: Registration, day_numbers: Collection[int]) -> list[Quota]:
    share = Quota.share_of(registration.category)
    rows = Quota.objects.filter(day__edition=registration.edition_id, day__number__in=day_numbers, share=share)
    return list(rows.select_related("day").order_by("pk"))


def _is_over_for_good(registration: Registration) -> bool:
    """Whether it has ended and cannot come back: the person is erased, or is here with another one."""
    was_erased = not registration.name
    return registration.cancelled_at is not None and (was_erased or _has_registered_anew(registration))


def _has_registered_anew(registration: Registration) -> bool:
    twins = Registration.objects.living().filter(edition=registration.edition_id, email_key=registration.email_key)
    return bool(registration.email_key) and twins.exclude(pk=registration.pk).exists()

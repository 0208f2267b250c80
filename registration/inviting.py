"""Somebody who registered as a citizen comes as a guest: their seats move from one share to the other."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from forum.retrying import retried
from programme.models import Speaker
from registration import notices, seats, waiting_list
from registration.errors import DayFull, RegistrationOver
from registration.models import Booking, Quota, Registration


@retried
@transaction.atomic
def invite(registration: Registration, category: str, speaker: Speaker | None = None) -> None:
    """Give the person a seat of guests on each of their days, and pass on those of citizens. All or nothing.

    Who waited for one is told by mail. Twice is harmless. Raises RegistrationOver, and DayFull for a day on which no
    seat is left for guests.
    """
    quotas = seats.lock(Quota.objects.filter(day__edition=registration.edition_id).values_list("pk", flat=True))
    waiting_list.lock(registration)
    if registration.cancelled_at or not registration.name:
        raise RegistrationOver
    reserved = {quota.day_id: quota for quota in quotas.values() if quota.share == Quota.Share.RESERVED}
    living = registration.bookings.living().select_related("day").select_for_update(no_key=True, of=("self",))
    moved = [booking for booking in living.order_by("quota_id") if booking.quota_id != _pk(reserved, booking)]
    seated = [booking for booking in moved if booking.state != Booking.State.CONFIRMED]
    for booking in moved:
        _move(booking, quotas[booking.quota_id], reserved.get(booking.day_id))
    registration.category, registration.speaker = category, speaker or registration.speaker
    registration.save(update_fields=["category", "speaker"])
    if seated:
        notices.changed(registration, added=seated)


def _move(booking: Booking, old: Quota, new: Quota | None) -> None:
    if new is None or not seats.take(new):
        raise DayFull([booking.day.number])
    held, waited = booking.state in Booking.HOLDING, booking.state == Booking.State.WAITING
    booking.quota, booking.state, booking.place, booking.offered_until = new, Booking.State.CONFIRMED, None, None
    booking.confirmed_at = booking.confirmed_at or timezone.now()
    booking.save()
    if held:
        seats.give_back(old)
        waiting_list.promote_next(old)
    elif waited:
        seats.leave_line(old)


def _pk(reserved: dict[int, Quota], booking: Booking) -> int | None:
    quota = reserved.get(booking.day_id)
    return quota and quota.pk

"""Giving seats back."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from registration import notices
from registration.models import Booking, Quota, Registration


@transaction.atomic
def cancel(registration: Registration, day_numbers: Iterable[int]) -> list[int]:
    """Give the seats of these days back and promise the notice of it. Answers the days; twice changes nothing.

    With the last living booking the registration itself ends: its address may register anew.
    """
    wanted = registration.bookings.living().filter(day__number__in=list(day_numbers))
    _lock(Quota.objects.filter(bookings__in=wanted))
    # Two tabs may give back different days. The second one must see what the first has done, or none ends the rest.
    Registration.objects.select_for_update(no_key=True).get(pk=registration.pk)
    bookings = list(wanted.select_related("day").select_for_update(no_key=True, of=("self",)).order_by("pk"))
    for booking in bookings:
        _end(booking)
    if bookings and not registration.bookings.living().exists():
        registration.cancelled_at = timezone.now()
        registration.save(update_fields=["cancelled_at"])
    days = [booking.day.number for booking in bookings]
    if days:
        notices.cancelled(registration, days)
    return days


def _lock(quotas: models.QuerySet[Quota]) -> None:
    """Queue behind everybody else who moves these seats: quotas first, by ascending id, then the rest."""
    ids = sorted(set(quotas.values_list("pk", flat=True)))
    list(Quota.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))


def _end(booking: Booking) -> None:
    held = booking.state in (Booking.State.CONFIRMED, Booking.State.OFFERED)
    column = "taken" if held else "waiting"
    Quota.objects.filter(pk=booking.quota_id).update(**{column: F(column) - 1})
    booking.state, booking.cancelled_at = Booking.State.CANCELLED, timezone.now()
    booking.save(update_fields=["state", "cancelled_at"])

"""The reminder: on the day before, once for each seat, with the ticket."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from programme.models import Day
from registration import notices, promotion
from registration.models import Booking

REMINDED_FROM = dt.time(10)  # on the day before, where the forum is


def remind(now: dt.datetime | None = None) -> int:
    """Remind everybody who has a seat tomorrow. Twice reminds nobody twice; late is better than never, until doors
    open. Answers how many."""
    now = now or timezone.now()
    return sum(_remind(booking, now) for day in _days_to_remind_of(now) for booking in _unreminded(day))


def begins(day: Day) -> dt.datetime:
    return dt.datetime.combine(day.date - dt.timedelta(days=1), REMINDED_FROM, tzinfo=day.edition.tzinfo)


@transaction.atomic
def _remind(booking: Booking, now: dt.datetime) -> bool:
    """Whoever gives the seat back at this moment is before us, and then nothing is written, or after us."""
    is_ours = Booking.objects.confirmed().filter(pk=booking.pk, reminded_at__isnull=True).update(reminded_at=now)
    if not is_ours:
        return False
    not_before, expires_at = promotion.awake(now, booking.day), promotion.doors(booking.day)
    return notices.reminder(booking, not_before=not_before, expires_at=expires_at)


def _days_to_remind_of(now: dt.datetime) -> list[Day]:
    """Days of which somebody who reads the mail, at night only the next morning, can still be reminded."""
    near = (now.date(), now.date() + dt.timedelta(days=2))
    days = Day.objects.filter(date__range=near).select_related("edition__venue")
    return [day for day in days if begins(day) <= now and promotion.awake(now, day) < promotion.doors(day)]


def _unreminded(day: Day) -> list[Booking]:
    """Seats that were given before the hour of the reminder: whoever got one later has just had the ticket."""
    seats = day.bookings.confirmed().filter(reminded_at__isnull=True, confirmed_at__lt=begins(day))
    rows = seats.exclude(registration__email="").select_related("registration__edition__venue", "day__edition")
    return list(rows.order_by("pk"))

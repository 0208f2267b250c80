"""“Are you coming?”: asked once, three days before. No answer keeps the seat."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from programme.models import Day
from registration import booking, notices, promotion
from registration.models import Booking, Registration

ASKED_BEFORE = dt.timedelta(days=3)


def ask(now: dt.datetime | None = None) -> int:
    """Ask everybody whose first day is at most three days away. Twice asks nobody twice. Answers how many."""
    now = now or timezone.now()
    return sum(_ask_about(registration, now) for registration in _soon(now))


def say_coming(registration: Registration) -> None:
    """The person is coming. Saying it again changes nothing."""
    if registration.coming_since is None:
        registration.coming_since = timezone.now()
        registration.save(update_fields=["coming_since"])


@transaction.atomic
def release(registration: Registration) -> None:
    """The person is not coming, and every seat goes to the next. Kept as the answer, apart from other cancellations."""
    now = timezone.now()
    if booking.cancel(registration, registration.bookings.living().values_list("day__number", flat=True)):
        Registration.objects.filter(pk=registration.pk).update(released_at=now)


@transaction.atomic
def _ask_about(registration: Registration, now: dt.datetime) -> bool:
    first = registration.bookings.confirmed().select_related("day__edition").order_by("day__date").first()
    if first is None or not promotion.doors(first.day) - ASKED_BEFORE <= now < promotion.doors(first.day):
        return False
    asked = notices.are_you_coming(registration, not_before=promotion.awake(now, first.day))
    if registration.email:
        Registration.objects.filter(pk=registration.pk).update(asked_at=now)
    return asked


def _soon(now: dt.datetime) -> list[Registration]:
    """Living registrations with a seat on a day that is close, made before it was so close, and not asked yet."""
    days = Day.objects.filter(date__range=(now.date(), now.date() + ASKED_BEFORE + dt.timedelta(days=1)))
    seated = Booking.objects.confirmed().filter(day__in=days, booked_at__lt=now - dt.timedelta(days=1))
    return list(
        Registration.objects.living()
        .filter(bookings__in=seated, coming_since__isnull=True, asked_at__isnull=True)
        .select_related("edition")
        .distinct()
    )

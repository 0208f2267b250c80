"""“Are you coming?”: asked once, three days before. No answer keeps the seat."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from forum.one_by_one import one_by_one
from forum.retrying import retried
from programme.models import Day
from registration import booking, notices, promotion, waiting_list
from registration.errors import NoSeat
from registration.models import Booking, Registration

ASKED_BEFORE = dt.timedelta(days=3)


def ask(now: dt.datetime | None = None) -> int:
    """Ask everybody whose first day is at most three days away. Twice asks nobody twice. Answers how many."""
    now = now or timezone.now()
    return sum(one_by_one(lambda registration: _ask_about(registration, now), _soon(now)))


@retried
@transaction.atomic
def say_coming(registration: Registration) -> None:
    """The person is coming. Saying it again changes nothing. Raises NoSeat for whoever has none, or none any more."""
    waiting_list.lock(registration)
    if not registration.bookings.confirmed().exists():
        raise NoSeat
    unsaid = Registration.objects.filter(pk=registration.pk, coming_since__isnull=True)
    unsaid.update(coming_since=timezone.now())


@retried
@transaction.atomic
def release(registration: Registration, day_numbers: Iterable[int]) -> None:
    """The person is not coming on these days, and the seats go to the next. Whoever keeps a seat is coming.

    It is kept as the answer, apart from other cancellations.
    """
    now = timezone.now()
    given_back = booking.cancel(registration, day_numbers)
    if not given_back:
        return
    seats = registration.bookings.filter(day__number__in=given_back, confirmed_at__isnull=False, cancelled_at__gte=now)
    seats.update(released_at=now)
    if registration.bookings.confirmed().exists():
        say_coming(registration)


@retried
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

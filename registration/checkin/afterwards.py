"""The morning after: thanks to those who came, and a word to those who had a seat and were not seen."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from programme.models import Day, Edition
from registration import consent, notices, promotion
from registration.checkin import figures
from registration.models import Booking, Registration

WRITTEN_FROM = dt.time(10)  # on the day after a person's last day, where the forum is
WORTH_IT_FOR = dt.timedelta(days=7)


def write(now: dt.datetime | None = None) -> int:
    """Write to everybody whose days are over. Twice writes to nobody twice. Answers how many mails."""
    now = now or timezone.now()
    since = now.date() - WORTH_IT_FOR - dt.timedelta(days=1)
    editions = Edition.objects.filter(days__date__range=(since, now.date())).distinct().select_related("venue")
    return sum(_write(registration, edition, now) for edition in editions for registration in _over(edition, now))


@transaction.atomic
def _write(registration: Registration, edition: Edition, now: dt.datetime) -> bool:
    unwritten = Registration.objects.living().filter(pk=registration.pk, thanked_at__isnull=True)
    if not unwritten.update(thanked_at=now):
        return False
    registration.edition = edition
    came = figures.days_attended(registration)
    not_before = promotion.awake(now, edition.days.first())
    if came:
        return notices.thank_you(registration, came, not_before, consent.erasure_date(edition))
    seats = Booking.objects.confirmed().filter(registration=registration)
    missed = list(_days_of(edition).filter(bookings__in=seats))
    return bool(missed) and notices.missed_you(registration, missed, not_before)  # on stand-by nobody was missed


def _over(edition: Edition, now: dt.datetime) -> list[Registration]:
    """Living registrations whose last day, with a seat or on stand-by, was yesterday, or some days ago while nobody
    could write.

    Whoever came on the first of two days and has a seat on the second may still come.
    """
    local = now.astimezone(edition.tzinfo)
    yesterday = local.date() - dt.timedelta(days=1 if local.time() >= WRITTEN_FROM else 2)
    could_come = Q(bookings__state__in=[Booking.State.CONFIRMED, Booking.State.STANDBY])
    last_day = Max("bookings__day__date", filter=could_come)
    rows = edition.registrations.living().filter(thanked_at__isnull=True).exclude(email="")
    return list(
        rows.annotate(last_day=last_day).filter(last_day__range=(local.date() - WORTH_IT_FOR, yesterday)).order_by("pk")
    )


def _days_of(edition: Edition) -> QuerySet[Day]:
    return edition.days.order_by("number")

"""Destroying personal data when its time is over, or when its owner asks. Bookings and scans stay as numbers."""

from __future__ import annotations

import datetime as dt

from django.db import connection, models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from forum.outbox import records
from programme.models import Edition
from registration import booking, consent
from registration.models import AccessLog, Consent, ConsentNotice, Erasure, Registration, Ticket

WHAT = "name, e-mail address, organisation, field, support wanted, tickets, consents, mails"
METHOD = "overwritten and deleted in the database"
NEWS_LASTS = dt.timedelta(days=2 * 365)
BATCH = 500


def due(now: dt.datetime | None = None) -> list[Edition]:
    """Editions whose period of keeping is over and that still hold somebody's data."""
    now = now or timezone.now()
    editions = Edition.objects.filter(days__isnull=False).distinct()
    held = [edition for edition in editions if _people(edition, now).exists()]
    return [edition for edition in held if consent.erasure_date(edition) < timezone.localdate(now)]


def erase_edition(edition: Edition, by: str, now: dt.datetime | None = None) -> int:
    """Destroy the personal data of everybody who registered, and write the register. Twice destroys nothing twice.

    Of people who agreed to news, the address and that consent stay until it ends, two years after they gave it.
    """
    now = now or timezone.now()
    number = 0
    while batch := list(_people(edition, now)[:BATCH]):
        with transaction.atomic():  # whatever stops us later, what is destroyed stands in the register
            _destroy(batch, now)
            _note(edition, len(batch), "the period of keeping is over", by)
        number += len(batch)
    _leave_no_trace_on_disk()
    return number


def erase_person(registration: Registration, by: str) -> None:
    """Destroy one person's data because they ask, earlier entries for this edition included. Their seats go to the
    next in line first."""
    booking.cancel(registration, registration.bookings.living().values_list("day__number", flat=True))
    with transaction.atomic():
        everything = [registration, *_earlier(registration)]
        Consent.objects.filter(registration__in=everything).delete()
        _destroy(everything, timezone.now())
        _note(registration.edition, 1, "the person asked for it", by)
    _leave_no_trace_on_disk()


def _earlier(registration: Registration) -> models.QuerySet[Registration]:
    """What the same address registered and cancelled before."""
    ended = registration.edition.registrations.filter(cancelled_at__isnull=False).exclude(pk=registration.pk)
    return ended.filter(email_key=registration.email_key).exclude(email_key="")


def _people(edition: Edition, now: dt.datetime) -> models.QuerySet[Registration]:
    """Registrations that still hold something that may not be kept."""
    details = ~Q(name="") | ~Q(organisation="") | ~Q(support_note="")
    stale_address = ~Q(email="") & ~Q(pk__in=_wants_news(now))
    return edition.registrations.filter(details | stale_address)


def _wants_news(now: dt.datetime) -> models.QuerySet[Consent]:
    """Registrations whose last answer about news was yes, and is not two years old."""
    news = Consent.objects.filter(notice__kind=ConsentNotice.Kind.NEWS)
    later = news.filter(registration=OuterRef("registration"), pk__gt=OuterRef("pk"))
    return news.filter(~Exists(later), agreed=True, answered_at__gt=now - NEWS_LASTS).values("registration")


def _destroy(people: list[Registration], now: dt.datetime) -> None:
    ids = [person.pk for person in people]
    rows = Registration.objects.filter(pk__in=ids)
    rows.update(
        name="", organisation="", field="", support=[], support_note="", user=None, link_version=F("link_version") + 1
    )
    unwanted = rows.exclude(pk__in=_wants_news(now))
    Consent.objects.filter(registration__in=unwanted).delete()
    unwanted.update(email="", email_key="")
    Ticket.objects.filter(registration__in=rows).delete()
    AccessLog.objects.filter(whose__in=[person.uuid for person in people]).update(detail="")
    AccessLog.objects.filter(whose__isnull=True, at__lt=now).update(detail="")
    records.forget([person.uuid for person in people])


def _note(edition: Edition, number: int, reason: str, by: str) -> None:
    Erasure.objects.create(edition=edition, what=WHAT, number=number, reason=reason, method=METHOD, by=by)


def _leave_no_trace_on_disk() -> None:
    """SQLite overwrites what it deletes (secure_delete), but keeps copies in its log until that is cut."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

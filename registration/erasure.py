"""Destroying personal data when its time is over, or when its owner asks. Bookings and scans stay as numbers."""

from __future__ import annotations

import datetime as dt

from django.db import connection, models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from forum.accounts import citizens
from forum.accounts.models import User
from forum.outbox import records, suppression
from programme.models import Edition
from registration import booking, consent, interest, signals
from registration.models import AccessLog, Consent, ConsentNotice, Erasure, Registration, Ticket

WHAT = "name, e-mail address, organisation, field, support wanted, tickets, consents, mails"
ACCOUNT = "account: e-mail address, moments of sign-in, web sessions, sign-in mails"
NEWS_ADDRESS = "e-mail address, consent to news, mails"
METHOD = "overwritten and deleted in the database"
BATCH = 500


def due(now: dt.datetime | None = None) -> list[Edition]:
    """Editions whose period of keeping is over and that still hold somebody's data."""
    now = now or timezone.now()
    editions = Edition.objects.filter(days__isnull=False).distinct()
    held = [edition for edition in editions if _people(edition, now).exists() or edition.interests.exists()]
    return [edition for edition in held if consent.erasure_date(edition) < timezone.localdate(now, edition.tzinfo)]


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
    interest.end(edition, "the period of keeping is over", by)
    _leave_no_trace_on_disk()
    return number


def erase_person(registration: Registration, by: str) -> None:
    """Destroy one person's data because they ask, earlier entries for this edition included. Their seats go to the
    next in line first."""
    booking.cancel(registration, registration.bookings.living().values_list("day__number", flat=True))
    with transaction.atomic():
        everything = [registration, *_earlier(registration)]
        Consent.objects.filter(registration__in=everything).delete()
        for waiting in registration.edition.interests.filter(email_key=registration.email_key):
            interest.withdraw(waiting)
        _destroy(everything, timezone.now())
        _note(registration.edition, 1, "the person asked for it", by)
    _leave_no_trace_on_disk()


def end_news(registration: Registration) -> None:
    """Send no more news to this address, whichever entry it agreed with. Twice is harmless.

    Where nothing but the address is left of an entry, that goes too.
    """
    if not registration.email_key:
        return
    with transaction.atomic():
        for entry in Registration.objects.filter(email_key=registration.email_key).select_related("edition"):
            _end_news(entry)
    _leave_no_trace_on_disk()


def _end_news(registration: Registration) -> None:
    if any(each.agreed for each in consent.latest(registration) if each.notice.kind == ConsentNotice.Kind.NEWS):
        consent.answer_news(registration, agreed=False)
    if registration.name:
        return
    registration.consents.all().delete()
    suppression.forget([registration.email])
    Registration.objects.filter(pk=registration.pk).update(email="", email_key="", unreachable_since=None)
    records.forget([registration.uuid])
    _note(registration.edition, 1, "the person withdrew their consent to news", "the person", what=NEWS_ADDRESS)


def erase_unused_accounts(by: str, now: dt.datetime | None = None) -> int:
    """Destroy citizens' accounts that hold no registration with data any more, and that nobody signed in to for as long
    as an edition's data is kept. And what signing in and mails that came back left behind."""
    citizens.forget_sign_ins()
    suppression.forget_ended()
    edition = _edition_that_counts()
    if edition is None:
        return 0
    long_ago = (now or timezone.now()) - dt.timedelta(days=edition.retention_days)
    theirs = Registration.objects.exclude(name="").filter(Q(user=OuterRef("pk")) | Q(email_key=OuterRef("email")))
    accounts = citizens.unused_since(long_ago).filter(~Exists(theirs))
    number = 0
    while batch := list(accounts[:BATCH]):
        citizens.delete(batch)
        number += len(batch)
    if number:
        _note(edition, number, "the account was not used any more", by, what=ACCOUNT)
    _leave_no_trace_on_disk()
    return number


def erase_account(user: User, by: str) -> None:
    """Destroy a citizen's account because they ask. Their registrations stay, behind their links."""
    with transaction.atomic():
        citizens.delete([user])
        edition = _edition_that_counts()
        if edition:
            _note(edition, 1, "the person asked for it", by, what=ACCOUNT)
    _leave_no_trace_on_disk()


def days_an_unused_account_is_kept() -> int | None:
    """None while there is no edition that says so."""
    edition = _edition_that_counts()
    return edition.retention_days if edition else None


def _edition_that_counts() -> Edition | None:
    """Accounts belong to no edition: the current one says how long they are kept, and its register that they ended."""
    return Edition.objects.order_by("-is_current", "-year").first()


def _earlier(registration: Registration) -> models.QuerySet[Registration]:
    """What the same address registered and cancelled before."""
    ended = registration.edition.registrations.filter(cancelled_at__isnull=False).exclude(pk=registration.pk)
    return ended.filter(email_key=registration.email_key).exclude(email_key="")


def _people(edition: Edition, now: dt.datetime) -> models.QuerySet[Registration]:
    """Registrations that still hold something that may not be kept."""
    details = ~Q(name="") | ~Q(organisation="") | ~Q(support_note="")
    stale_address = ~Q(email="") & ~Q(pk__in=consent.wants_news(now))
    return edition.registrations.filter(details | stale_address)


def _destroy(people: list[Registration], now: dt.datetime) -> None:
    ids = [person.pk for person in people]
    rows = Registration.objects.filter(pk__in=ids)
    rows.update(
        name="",
        organisation="",
        field="",
        support=[],
        support_note="",
        user=None,
        speaker=None,
        link_version=F("link_version") + 1,
        ticket_opened_at=None,
        new_email="",
    )
    unwanted = rows.exclude(pk__in=consent.wants_news(now))
    Consent.objects.filter(registration__in=unwanted).delete()
    suppression.forget(unwanted.values_list("email", flat=True))
    unwanted.update(email="", email_key="", unreachable_since=None)
    Ticket.objects.filter(registration__in=rows).delete()
    AccessLog.objects.filter(whose__in=[person.uuid for person in people]).update(detail="")
    about_many = AccessLog.objects.filter(whose__isnull=True, at__lt=now)
    about_many.exclude(act__in=AccessLog.WITHOUT_NAMES).update(detail="")
    records.forget([person.uuid for person in people])
    signals.people_erased.send(Registration, registrations=ids, editions={person.edition_id for person in people})


def _note(edition: Edition, number: int, reason: str, by: str, what: str = WHAT) -> None:
    Erasure.objects.create(edition=edition, what=what, number=number, reason=reason, method=METHOD, by=by)


def _leave_no_trace_on_disk() -> None:
    """SQLite overwrites what it deletes (secure_delete), but keeps copies in its log until that is cut."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

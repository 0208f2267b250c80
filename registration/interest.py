"""“Tell me when it opens”: an address is kept until it has been told, once, and not an hour longer than needed."""

from __future__ import annotations

import datetime as dt

from django.db import models, transaction
from django.utils import timezone

from forum.outbox import records
from programme.models import Edition
from programme.phase import ANNOUNCED, OPEN, is_registration_open
from registration import notices
from registration.errors import OpeningNotAwaited
from registration.models import ConsentNotice, Erasure, Interest, Quota
from registration.normalising import email_key

BATCH = 100  # mails written in one transaction: some 0.4 s, for which SQLite lets nobody else write
WHAT = "e-mail addresses that waited for the opening of registration"
METHOD = "deleted in the database"


def ask(edition: Edition, email: str, notice: ConsentNotice) -> None:
    """Keep the address and write to it: whoever owns it says whether they want to be told, in the notice's language.

    The same for an address that is known. Raises OpeningNotAwaited once registration has opened.
    """
    if edition.phase_at(timezone.now()) != ANNOUNCED:
        raise OpeningNotAwaited
    _ask(edition, email, notice)


@transaction.atomic
def _ask(edition: Edition, email: str, notice: ConsentNotice) -> None:
    asked = {"email": email, "language": notice.language, "notice": notice, "asked_at": timezone.now()}
    interest, is_new = Interest.objects.get_or_create(edition=edition, email_key=email_key(email), defaults=asked)
    if not is_new and interest.confirmed_at is None:  # what its owner confirmed, nobody changes by typing the address
        Interest.objects.filter(pk=interest.pk, confirmed_at__isnull=True).update(**asked)
        interest.refresh_from_db()
    notices.interest_asked(interest)


def confirm(interest: Interest) -> None:
    """Its owner wants to be told. Saying so again changes nothing."""
    Interest.objects.filter(pk=interest.pk, confirmed_at__isnull=True).update(confirmed_at=timezone.now())


@transaction.atomic
def withdraw(interest: Interest) -> None:
    """Its owner does not want to be told, and the address goes, with any mail that has not left. Twice is harmless."""
    _delete([interest])


def sweep(now: dt.datetime | None = None) -> int:
    """Do what time alone brings: tell whoever waits for what has opened, and let go of whom nobody tells any more.

    Answers how many mails were written. Running it twice, or at once, or after a crash, tells nobody twice.
    """
    now = now or timezone.now()
    _expire(now)
    told = 0
    for edition in Edition.objects.filter(interests__isnull=False).distinct():
        if _can_register(edition, now):
            told += _tell(edition)
        elif edition.phase_at(now) not in (ANNOUNCED, OPEN):
            end(edition, "the forum is about to begin, or over", "interest.sweep")
    return told


def end_cancelled() -> None:
    """Let go of all who wait for an edition that was taken off the site. Nightly, so that a slip can be mended."""
    for edition in Edition.objects.filter(interests__isnull=False, is_published=False).distinct():
        end(edition, "the forum was taken off the site", "interest.end_cancelled")


@transaction.atomic
def end(edition: Edition, reason: str, by: str) -> int:
    """Delete every address that waits for this edition, and write the register of destruction. Answers how many."""
    number = _delete(edition.interests.all())
    if number:
        _note(edition, number, reason, by)
    return number


def _tell(edition: Edition) -> int:
    """In small transactions, so that nobody who registers meanwhile waits for us."""
    told = 0
    while number := _tell_some(edition):
        told += number
    return told


@transaction.atomic
def _tell_some(edition: Edition) -> int:
    """Each mail is promised in the transaction that deletes its address. What another worker holds is left to it."""
    rows = edition.interests.confirmed().order_by("pk")
    batch = list(rows.select_for_update(no_key=True, skip_locked=True)[:BATCH])
    for interest in batch:
        interest.edition = edition
        notices.registration_opened(interest)
    Interest.objects.filter(pk__in=[interest.pk for interest in batch]).delete()
    if batch:
        _note(edition, len(batch), "registration has opened, and each was told", "interest.sweep")
    return len(batch)


def _expire(now: dt.datetime) -> None:
    """Whoever did not confirm in time did not want it, or did not type it."""
    stale = Interest.objects.filter(confirmed_at__isnull=True, asked_at__lte=now - notices.CONFIRM_WITHIN)
    with transaction.atomic():  # locked, so that nobody confirms between our look and our deleting
        _delete(stale.select_for_update(no_key=True, skip_locked=True))


def _delete(rows: models.QuerySet[Interest] | list[Interest]) -> int:
    found = {interest.pk: interest.uuid for interest in rows}
    Interest.objects.filter(pk__in=found).delete()
    records.withdraw(found.values())  # afterwards: the delete may have waited for whoever wrote such a mail
    return len(found)


def _note(edition: Edition, number: int, reason: str, by: str) -> None:
    Erasure.objects.create(edition=edition, what=WHAT, number=number, reason=reason, method=METHOD, by=by)


def _can_register(edition: Edition, now: dt.datetime) -> bool:
    """Whether the form that the mail leads to takes registrations."""
    opens, closes = edition.registration_opens_at, edition.registration_closes_at
    return (
        edition.is_published
        and is_registration_open(now, opens=opens, closes=closes)
        and Quota.objects.filter(day__edition=edition, share=Quota.Share.PUBLIC).exists()
        and edition.consent_notices.filter(kind=ConsentNotice.Kind.PRIVACY).exists()
    )

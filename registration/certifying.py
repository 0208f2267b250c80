"""Certificates of attendance: for whoever was checked in, once the day is over, for as long as that holds."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from programme.models import Day, Edition
from registration import attended, crockford
from registration.errors import NothingToCertify
from registration.models import Certificate, Registration
from registration.models.certificate import CODE_DIGITS


def days(registration: Registration, now: dt.datetime | None = None) -> list[Day]:
    """What can be certified: the days on which the person came, as far as they are over."""
    now = now or timezone.now()
    return [day for day in attended.days(registration) if day.span[1] <= now]


@transaction.atomic
def issue(registration: Registration) -> Certificate:
    """The person's certificate; the first request makes it and gives it the next number. Raises NothingToCertify."""
    if not days(registration):
        raise NothingToCertify
    # Two who ask at once get two numbers, and one who asks twice gets one. Inserts of children do not wait for this.
    edition = Edition.objects.select_for_update(no_key=True).get(pk=registration.edition_id)
    found = Certificate.objects.filter(registration=registration).first()
    if found is None:
        last = edition.certificates.aggregate(last=Max("number"))["last"] or 0
        found = Certificate.objects.create(registration=registration, edition=edition, number=last + 1)
    found.registration = registration
    return found


def behind(code: str) -> Certificate | None:
    """The certificate with this code, read forgivingly; None for any other text."""
    tidy = crockford.tidy(code)
    if len(tidy) != CODE_DIGITS or set(tidy) - set(crockford.ALPHABET):
        return None
    rows = Certificate.objects.select_related("edition__venue", "registration__edition")
    return rows.filter(code=tidy).first()

"""Changing what a person told us, and the link to it."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from forum.retrying import retried
from programme.models import Edition
from registration import booking, notices
from registration.errors import ChangesClosed
from registration.models import Registration

DETAILS = ("name", "organisation", "field", "support", "support_note", "takes_any_seat")


def is_open(edition: Edition) -> bool:
    """Whether days and details can still be changed. Cancelling is always possible."""
    return edition.changes_until is None or timezone.now() < edition.changes_until


@retried
@transaction.atomic
def change(
    registration: Registration, days: Collection[int], details: dict[str, object], may_wait: Collection[int] = ()
) -> None:
    """Make these the days and DETAILS of the registration, all or nothing, with one mail if anything is different.

    Raises ChangesClosed, RegistrationOver, or DayFull for a day without a seat that is not among `may_wait`.
    """
    if not is_open(registration.edition):
        raise ChangesClosed
    added, given_back = booking.choose_days(registration, days, may_wait)
    registration.refresh_from_db(fields=DETAILS)  # an attempt that failed may have left its own
    different = [column for column in DETAILS if getattr(registration, column) != details[column]]
    for column in different:
        setattr(registration, column, details[column])
    registration.save(update_fields=different)
    if added or given_back or different:
        notices.changed(registration, added=added, given_back=given_back, details=different)


@retried
@transaction.atomic
def replace_link(registration: Registration) -> None:
    """End the link that was mailed so far, on every device, and mail a new one."""
    Registration.objects.filter(pk=registration.pk).update(link_version=F("link_version") + 1)
    registration.refresh_from_db(fields=["link_version"])
    notices.new_link(registration)

"""Changing what a person told us, and where we reach them."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from forum.retrying import retried
from programme.models import Edition
from registration import booking, notices, ticketing
from registration.errors import ChangesClosed
from registration.models import Registration
from registration.normalising import email_key

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
    has_other_days = booking.choose_days(registration, days, may_wait)
    registration.refresh_from_db(fields=DETAILS)  # an attempt that failed may have left its own
    different = [column for column in DETAILS if getattr(registration, column) != details[column]]
    for column in different:
        setattr(registration, column, details[column])
    registration.save(update_fields=different)
    if has_other_days or different:
        notices.changed(registration)


@retried
@transaction.atomic
def correct_email(registration: Registration, email: str) -> None:
    """Send everything to another address from now on. The link and the ticket that the old one holds end, and so does
    the right of an account that has only the old one: whoever signs in with the new address has it.

    The old address is told. An address that has a registration of its own keeps it, and its owner is told instead:
    nobody learns here whether an address is known.
    """
    if email_key(email) == registration.email_key:
        return
    known = Registration.objects.living().filter(edition=registration.edition_id, email_key=email_key(email)).first()
    if known:
        notices.already_registered(known)
        return
    moved = Registration.objects.filter(pk=registration.pk, link_version=registration.link_version).update(
        email=email,
        email_key=email_key(email),
        user=None,
        link_version=F("link_version") + 1,
        unreachable_since=None,
    )
    if not moved:  # erased since the page was opened: nothing of the person may come back
        return
    notices.address_changed(registration)
    registration.refresh_from_db(fields=["email", "email_key", "user", "link_version"])
    ticketing.replace(registration)
    notices.new_address(registration)


@retried
@transaction.atomic
def replace_link(registration: Registration) -> None:
    """End the link that was mailed so far, on every device, and mail a new one."""
    Registration.objects.filter(pk=registration.pk).update(link_version=F("link_version") + 1)
    registration.refresh_from_db(fields=["link_version"])
    notices.new_link(registration)

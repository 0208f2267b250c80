"""Changing what a person told us, and where we reach them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from registration import notices, ticketing
from registration.models import Registration
from registration.normalising import email_key


@transaction.atomic
def change_details(
    registration: Registration,
    *,
    name: str,
    organisation: str,
    field: str,
    support: Sequence[str],
    support_note: str,
    takes_any_seat: bool,
) -> None:
    """Keep what the person says now, and tell them if anything is different."""
    said = {
        "name": name,
        "organisation": organisation,
        "field": field,
        "support": list(support),
        "support_note": support_note,
        "takes_any_seat": takes_any_seat,
    }
    different = [column for column, value in said.items() if getattr(registration, column) != value]
    for column in different:
        setattr(registration, column, said[column])
    if different:
        registration.save(update_fields=different)
        notices.changed(registration)


@transaction.atomic
def correct_email(registration: Registration, email: str) -> None:
    """Send everything to another address from now on. The link and the ticket that the old one holds end.

    The old address is told. An address that has a registration of its own keeps it, and its owner is told instead:
    nobody learns here whether an address is known.
    """
    if email_key(email) == registration.email_key:
        return
    twins = Registration.objects.living().filter(edition=registration.edition_id, email_key=email_key(email))
    known = twins.first()
    if known:
        notices.already_registered(known)
        return
    notices.address_changed(registration)
    registration.email, registration.email_key = email, email_key(email)
    registration.link_version += 1
    registration.save(update_fields=["email", "email_key", "link_version"])
    ticketing.replace(registration)
    notices.link_to_new_address(registration)


def replace_link(registration: Registration) -> None:
    """End the link that was mailed so far, on every device, and mail a new one."""
    registration.link_version += 1
    registration.save(update_fields=["link_version"])
    notices.link_again(registration)

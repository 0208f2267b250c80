"""Reaching somebody at another e-mail address, so that nobody learns whether an address is known here."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from forum.retrying import retried
from registration import booking, notices, ticketing, waiting_list
from registration.models import Registration
from registration.normalising import email_key


@retried
@transaction.atomic
def ask(registration: Registration, email: str) -> None:
    """Everything is to come to this address: it is asked first, and until it says yes nothing changes.

    The present address is told. Where the new one has a registration of its own, its owner gets the link to that.
    """
    if email_key(email) == registration.email_key:
        return
    waiting_list.lock(registration)
    if not _is_there(registration):
        return
    Registration.objects.filter(pk=registration.pk).update(new_email=email)
    registration.refresh_from_db(fields=["new_email", "link_version"])
    known = _known(registration, email)
    if known:
        notices.already_registered(known)
    else:
        notices.confirm_address(registration)
    notices.address_change_asked(registration)


@retried
@transaction.atomic
def confirm(registration: Registration) -> bool:
    """The new address says yes. Twice is harmless. False where it has a registration of its own by now."""
    waiting_list.lock(registration)
    registration.refresh_from_db(fields=["email", "email_key", "new_email", "link_version"])
    email = registration.new_email
    if not email or not _is_there(registration):
        return True
    known = _known(registration, email)
    if known:
        notices.already_registered(known)
        return False
    notices.address_changed(registration)
    _move(registration, email)
    notices.new_address(registration)
    return True


@retried
@transaction.atomic
def correct(registration: Registration, email: str) -> None:
    """The address was mistyped in a form that has just been sent: whoever sent it says so, and nobody else can.

    The new address gets what the first one got. Where it has a registration of its own, this one ends in favour of
    that one, and its owner gets the link: whoever typed the address sees no difference.
    """
    if email_key(email) == registration.email_key:
        return
    waiting_list.lock(registration)
    if not _is_there(registration):
        return
    known = _known(registration, email)
    notices.address_changed(registration)
    if known:
        _move(registration, "")
        booking.cancel(registration, registration.bookings.living().values_list("day__number", flat=True))
        notices.already_registered(known)
    else:
        _move(registration, email)
        notices.confirmed(registration, list(registration.bookings.living().select_related("day")))


def _move(registration: Registration, email: str) -> None:
    """The link and the ticket that the old address holds end, and so does the right of an account that has only that
    one: whoever signs in with the new address has it."""
    Registration.objects.filter(pk=registration.pk).update(
        email=email,
        email_key=email_key(email),
        new_email="",
        user=None,
        link_version=F("link_version") + 1,
        unreachable_since=None,
    )
    registration.refresh_from_db(fields=["email", "email_key", "new_email", "user", "link_version"])
    ticketing.replace(registration)


def _known(registration: Registration, email: str) -> Registration | None:
    """The registration that the address has already."""
    theirs = Registration.objects.living().filter(edition=registration.edition_id, email_key=email_key(email))
    return theirs.exclude(pk=registration.pk).first()


def _is_there(registration: Registration) -> bool:
    """Not cancelled, and not erased since the page was opened: nothing of the person may come back."""
    return registration.cancelled_at is None and bool(registration.name)

"""Mails that answer what a person does with their registration."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from forum.outbox import queue
from forum.outbox.enclosures import slot
from programme.phase import is_registration_open
from registration import queries
from registration.models import Booking, Registration
from registration.notices.letters import repeat, write

NAMES_OF_DETAILS: dict[str, Promise] = {
    "name": _("Name"),
    "organisation": _("Organisation"),
    "field": _("Field of interest"),
    "support": _("Support"),
    "support_note": _("Other support"),
    "takes_any_seat": _("Whether we ask before you get a seat from the waiting list"),
}


def confirmed(registration: Registration, bookings: Sequence[Booking]) -> None:
    """The registration is complete: the ticket, the calendar and the link; or the place in the line, or stand-by."""
    # The registration, or its link, is made in this very transaction: nobody can have confirmed it before.
    key = f"confirmation:{registration.uuid}:{registration.link_version}"
    facts = {"dedupe_key": key, "bookings": bookings, "promise": queue.enqueue}
    first = bookings[0]
    if any(booking.state == Booking.State.CONFIRMED for booking in bookings):
        write("confirmation", registration, **facts)
    elif first.state == Booking.State.STANDBY:
        write("standby", registration, day=first.day, **facts)
    else:
        write("waiting", registration, day=first.day, place=queries.position(first), **facts)


def already_registered(registration: Registration, asked_days: Iterable[int] = ()) -> None:
    """Somebody registered with an address that has a registration: its owner gets the link again, and a way to the days
    that were asked for and are not in it."""
    booked = registration.bookings.living().values_list("day__number", flat=True)
    missing = list(registration.edition.days.filter(number__in=set(asked_days) - set(booked)))
    add_url = slot("edit_url") + "".join(f"&day={day.number}" for day in missing)
    repeat("already_registered", registration, missing=missing, add_url=add_url)


def link_again(registration: Registration) -> None:
    """The link was asked for once more."""
    repeat("link_again", registration)


def cancelled(registration: Registration, day_numbers: Iterable[int]) -> None:
    """Days were given back: seats, or places in the line."""
    edition = registration.edition
    given_back = [each for each in _latest_bookings(registration) if each.day.number in set(day_numbers)]
    write(
        "cancelled",
        registration,
        about_days=[each.day for each in given_back],
        registers_again=is_registration_open(
            timezone.now(), opens=edition.registration_opens_at, closes=edition.registration_closes_at
        ),
        **facts_of_change(given_back=given_back),
    )


def changed(
    registration: Registration,
    *,
    added: Sequence[Booking] = (),
    given_back: Sequence[Booking] = (),
    details: Iterable[str] = (),
) -> None:
    """The person changed days or details, and reads which. Of details it is the names only: whoever finds that it was
    not them need not read in a mail what somebody else typed."""
    write("changed", registration, **facts_of_change(added, given_back, details))


def facts_of_change(
    added: Sequence[Booking] = (), given_back: Sequence[Booking] = (), details: Iterable[str] = ()
) -> dict[str, list[Any]]:
    """What the templates of *changed* and *cancelled* list."""
    return {
        "seats_added": [each.day for each in added if each.confirmed_at],
        "places_added": [each.day for each in added if not each.confirmed_at],
        "seats_given_back": [each.day for each in given_back if each.confirmed_at],
        "places_given_back": [each.day for each in given_back if not each.confirmed_at],
        "details_changed": [NAMES_OF_DETAILS[column] for column in details],
    }


def confirm_address(registration: Registration) -> None:
    """To the new address, which may be somebody else's: whether it is theirs, and not whose registration it is."""
    write("confirm_address", registration, to=registration.new_email, confirm_url=slot("confirm_url"))


def address_change_asked(registration: Registration) -> None:
    """To the present address: what was asked for, and that nothing has changed yet."""
    write("address_change_asked", registration)


def address_changed(registration: Registration) -> None:
    """To the old address, which gets nothing more: a notice without any link."""
    write("address_changed", registration)


def new_address(registration: Registration) -> None:
    """To the address that gets everything from now on: all that a confirmation holds, with the new link and QR."""
    write("new_address", registration, dedupe_key=f"link:{registration.uuid}:{registration.link_version}")


def new_link(registration: Registration) -> None:
    """The link was replaced. Each new link is mailed, however many there were today: the old one opens nothing."""
    write("new_link", registration, dedupe_key=f"link:{registration.uuid}:{registration.link_version}")


def _latest_bookings(registration: Registration) -> list[Booking]:
    latest = {booking.day_id: booking for booking in registration.bookings.select_related("day").order_by("pk")}
    return list(latest.values())

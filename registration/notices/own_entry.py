"""Mails that answer what a person does with their registration."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from forum.outbox import queue
from forum.outbox.enclosures import slot
from registration import queries
from registration.models import Booking, Registration
from registration.notices.letters import repeat, write


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
    given_back = [each for each in _latest_bookings(registration) if each.day.number in set(day_numbers)]
    write(
        "cancelled",
        registration,
        about_days=[each.day for each in given_back],
        seats_given_back=[each.day for each in given_back if each.confirmed_at],
        places_given_back=[each.day for each in given_back if not each.confirmed_at],
    )


def changed(registration: Registration) -> None:
    """The person changed days or details."""
    write("changed", registration)


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

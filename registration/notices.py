"""Every mail that a registration causes, one function each. Each is a row of the outbox in the caller's transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from forum.outbox import queue
from forum.outbox.enclosures import slot
from forum.outbox.models import Message
from registration import links, queries
from registration.models import Booking, Interest, Registration

REPEATS_A_DAY = 3  # how often a stranger can make us write to an address
CONFIRM_WITHIN = dt.timedelta(hours=48)  # else nobody is told, and the address goes

Enqueue = Callable[..., Message | None]

_inliner = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)


def confirmed(registration: Registration, bookings: Sequence[Booking]) -> None:
    """The registration is complete: the ticket, the calendar and the link; or the place in the line."""
    seated = any(booking.state == Booking.State.CONFIRMED for booking in bookings)
    kind = "confirmation" if seated else "waiting"
    # The registration is made in this very transaction: nobody can have confirmed it before.
    key = f"confirmation:{registration.uuid}"
    _write(kind, registration, dedupe_key=key, bookings=bookings, promise=queue.enqueue)


def already_registered(registration: Registration, asked_days: Iterable[int] = ()) -> None:
    """Somebody registered with an address that has a registration: its owner gets the link again, and a way to the days
    that were asked for and are not in it."""
    booked = registration.bookings.living().values_list("day__number", flat=True)
    missing = list(registration.edition.days.filter(number__in=set(asked_days) - set(booked)))
    add_url = slot("edit_url") + "".join(f"&day={day.number}" for day in missing)
    _repeat("already_registered", registration, missing=missing, add_url=add_url)


def link_again(registration: Registration) -> None:
    """The link was asked for once more."""
    _repeat("link_again", registration)


def news_kept(registration: Registration) -> None:
    """Of this person nothing is kept but the address, for news. Asked for the link, they get the one that ends it."""
    today = timezone.localdate().isoformat()
    key = f"news_kept:{registration.uuid}:{today}"
    _promise("news_kept", registration, {"end_news_url": slot("end_news_url")}, queue.enqueue_once, dedupe_key=key)


def cancelled(registration: Registration, day_numbers: Iterable[int]) -> None:
    """Days were given back: seats, or places in the line."""
    given_back = [each for each in _latest_bookings(registration) if each.day.number in set(day_numbers)]
    _write(
        "cancelled",
        registration,
        seats_given_back=[each.day for each in given_back if each.confirmed_at],
        places_given_back=[each.day for each in given_back if not each.confirmed_at],
    )


def changed(registration: Registration) -> None:
    """The person changed days or details."""
    _write("changed", registration)


def address_changed(registration: Registration) -> None:
    """To the old address, which gets nothing more: a notice without any link."""
    _write("address_changed", registration)


def new_address(registration: Registration) -> None:
    """To the address that gets everything from now on: all that a confirmation holds, with the new link and QR."""
    _write("new_address", registration, dedupe_key=f"link:{registration.uuid}:{registration.link_version}")


def new_link(registration: Registration) -> None:
    """The link was replaced. Each new link is mailed, however many there were today: the old one opens nothing."""
    _write("new_link", registration, dedupe_key=f"link:{registration.uuid}:{registration.link_version}")


def are_you_coming(registration: Registration, not_before: dt.datetime) -> bool:
    """Shortly before: come, or release the seat. Once."""
    return _write("are_you_coming", registration, f"are_you_coming:{registration.uuid}", not_before=not_before)


def promoted(booking: Booking, not_before: dt.datetime) -> None:
    """A seat became free and is the person's now."""
    _write("promoted", booking.registration, _once(booking, "promoted"), not_before=not_before, day=booking.day)


def offered(booking: Booking, not_before: dt.datetime) -> None:
    """A seat became free; it is the person's if they take it in time."""
    _write(
        "offered",
        booking.registration,
        _once(booking, "offered"),
        not_before=not_before,
        expires_at=booking.offered_until,
        day=booking.day,
        until=booking.offered_until.astimezone(booking.day.edition.tzinfo),
    )


def seat_taken(booking: Booking) -> None:
    """The offered seat was taken: the ticket."""
    _write("confirmation", booking.registration, _once(booking, "taken"))


def offer_lapsed(booking: Booking) -> None:
    _write("offer_lapsed", booking.registration, _once(booking, "offer_lapsed"), day=booking.day)


def line_closed(booking: Booking) -> None:
    """The line ended without a seat for this person."""
    _write("line_closed", booking.registration, _once(booking, "line_closed"), day=booking.day)


def interest_asked(interest: Interest) -> None:
    """Somebody typed this address to be told of the opening. Its owner says whether that is so."""
    today = timezone.localdate().isoformat()
    for number in range(REPEATS_A_DAY):
        if _write_about_opening(
            "interest_asked",
            interest,
            dedupe_key=f"interest_asked:{interest.uuid}:{today}:{number}",
            expires_at=interest.asked_at + CONFIRM_WITHIN,
        ):
            return


def registration_opened(interest: Interest) -> None:
    """Registration is open. Once, behind everything that is urgent, and worthless when it closes."""
    _write_about_opening(
        "registration_opened",
        interest,
        dedupe_key=f"registration_opened:{interest.uuid}",
        priority=queue.BULK,
        expires_at=interest.edition.registration_closes_at,
    )


def _once(booking: Booking, what: str) -> str:
    return f"{what}:{booking.pk}"


def _repeat(kind: str, registration: Registration, **context: Any) -> None:
    """At most REPEATS_A_DAY of a kind, whatever is typed into forms: the key of each is taken once."""
    today = timezone.localdate().isoformat()
    for number in range(REPEATS_A_DAY):
        if _write(kind, registration, dedupe_key=f"{kind}:{registration.uuid}:{today}:{number}", **context):
            return


def _write(
    kind: str,
    registration: Registration,
    dedupe_key: str = "",
    *,
    bookings: Sequence[Booking] | None = None,
    not_before: dt.datetime | None = None,
    expires_at: dt.datetime | None = None,
    promise: Enqueue | None = None,
    **context: Any,
) -> bool:
    """Put a mail of this kind into the outbox. False where the key was taken, or there is no address to write to.

    `bookings` are the living ones, from whoever has them in hand. `promise` is how to enqueue a mail whose key nobody
    can have used.
    """
    if not registration.email:
        return False
    if bookings is None:
        bookings = registration.bookings.living().select_related("day")
    with override(registration.language):
        context |= {
            "registration": registration,
            "days": [booking.day for booking in bookings if booking.state == Booking.State.CONFIRMED],
            "waiting": [
                (booking.day, queries.position(booking))
                for booking in bookings
                if booking.state == Booking.State.WAITING
            ],
            "offers": [
                (booking.day, booking.offered_until.astimezone(registration.edition.tzinfo))
                for booking in bookings
                if booking.state == Booking.State.OFFERED
            ],
            "ticket_url": slot("ticket_url"),
            **{f"{page}_url": slot(f"{page}_url") for page in links.PAGES},
        }
    promise = promise or (queue.enqueue_once if dedupe_key else queue.enqueue)
    envelope = {"dedupe_key": dedupe_key, "not_before": not_before, "expires_at": expires_at}
    return _promise(kind, registration, context, promise, **envelope)


def _write_about_opening(kind: str, interest: Interest, **envelope: Any) -> bool:
    """As `_write`, to somebody of whom we know nothing but the address. The outbox forgets it with the mail."""
    edition, zone = interest.edition, interest.edition.tzinfo
    context = {
        "interest": interest,
        "opens": edition.registration_opens_at and edition.registration_opens_at.astimezone(zone),
        "closes": edition.registration_closes_at and edition.registration_closes_at.astimezone(zone),
        "hours": CONFIRM_WITHIN // dt.timedelta(hours=1),
        "confirm_url": slot("confirm_url"),
        "withdraw_url": slot("withdraw_url"),
    }
    return _promise(kind, interest, context, queue.enqueue_once, forgets_address=True, **envelope)


def _promise(
    kind: str,
    person: Registration | Interest,
    context: dict[str, Any],
    promise: Enqueue,
    **envelope: Any,
) -> bool:
    """The three parts of the mail in the person's language, into the outbox. False where the key was taken."""
    folder = f"emails/{kind}/{person.language}"
    with override(person.language):
        context |= {
            "edition": person.edition,
            "privacy_url": settings.PUBLIC_URL + reverse("registration:privacy"),
            "register_url": settings.PUBLIC_URL + reverse("registration:form", args=[person.edition.slug]),
        }
        message = promise(
            kind=kind,
            to_email=person.email,
            language=person.language,
            subject=render_to_string(f"{folder}.subject.txt", context).strip(),
            text=render_to_string(f"{folder}.txt", context),
            html=_inliner.inline(render_to_string(f"{folder}.html", context)),
            about=person.uuid,
            reply_to=person.edition.contact_email,
            **envelope,
        )
    return message is not None


def _latest_bookings(registration: Registration) -> list[Booking]:
    latest = {booking.day_id: booking for booking in registration.bookings.select_related("day").order_by("pk")}
    return list(latest.values())

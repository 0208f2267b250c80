"""Every mail that a registration causes, one function each. Each is a row of the outbox in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from forum.outbox import queue
from forum.outbox.enclosures import slot
from registration.models import Booking, Registration

REPEATS_A_DAY = 3  # how often a stranger can make us write to an address

_inliner = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)


def confirmed(registration: Registration) -> None:
    """The registration is complete: the ticket, the calendar and the link."""
    _write("confirmation", registration, dedupe_key=f"confirmation:{registration.uuid}")


def already_registered(registration: Registration) -> None:
    """Somebody registered with an address that has a registration: its owner gets the link again."""
    _repeat("already_registered", registration)


def link_again(registration: Registration) -> None:
    """The link was asked for once more."""
    _repeat("link_again", registration)


def cancelled(registration: Registration, day_numbers: Iterable[int]) -> None:
    """Days were given back."""
    days = [booking.day for booking in _latest_bookings(registration) if booking.day.number in set(day_numbers)]
    _write("cancelled", registration, cancelled_days=days)


def _repeat(kind: str, registration: Registration) -> None:
    """At most REPEATS_A_DAY of a kind, whatever is typed into forms: the key of each is taken once."""
    today = timezone.localdate().isoformat()
    for number in range(REPEATS_A_DAY):
        if _write(kind, registration, dedupe_key=f"{kind}:{registration.uuid}:{today}:{number}"):
            return


def _write(kind: str, registration: Registration, dedupe_key: str = "", **context: Any) -> bool:
    """Put a mail of this kind into the outbox. False where the key was taken, or there is no address to write to."""
    if not registration.email:
        return False
    edition = registration.edition
    folder = f"emails/{kind}/{registration.language}"
    with override(registration.language):
        context |= {
            "registration": registration,
            "edition": edition,
            "days": [booking.day for booking in registration.bookings.confirmed().select_related("day")],
            "ticket_url": slot("ticket_url"),
            "privacy_url": settings.PUBLIC_URL + reverse("registration:privacy"),
        }
        message = queue.enqueue(
            kind=kind,
            to_email=registration.email,
            language=registration.language,
            subject=render_to_string(f"{folder}.subject.txt", context).strip(),
            text=render_to_string(f"{folder}.txt", context),
            html=_inliner.inline(render_to_string(f"{folder}.html", context)),
            about=registration.uuid,
            reply_to=edition.contact_email,
            dedupe_key=dedupe_key,
        )
    return message is not None


def _latest_bookings(registration: Registration) -> list[Booking]:
    latest = {booking.day_id: booking for booking in registration.bookings.select_related("day").order_by("pk")}
    return list(latest.values())

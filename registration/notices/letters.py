"""From facts to a row of the outbox: in the person's language, in standard words or in those that organisers typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils import timezone

from forum.outbox import queue
from forum.outbox.models import Message
from registration import queries
from registration.kinds import KINDS
from registration.models import Booking, Interest, Registration
from registration.notices import alike
from registration.notices.rendering import letter_of, own_links
from registration.notices.typed import typed_parts

REPEATS_A_DAY = 3  # how often a stranger can make us write to an address

Enqueue = Callable[..., Message | None]


def write(
    kind: str,
    registration: Registration,
    dedupe_key: str = "",
    *,
    bookings: Sequence[Booking] | None = None,
    not_before: dt.datetime | None = None,
    expires_at: dt.datetime | None = None,
    promise: Enqueue | None = None,
    to: str = "",
    **more: Any,
) -> bool:
    """Put a mail of this kind into the outbox. False where the key was taken, or there is no address to write to.

    `bookings` are the living ones, from whoever has them in hand, `more` facts of this kind. `promise` is how to
    enqueue a mail whose key nobody can have used. `to` is another address than the person's.
    """
    if not (to or registration.email):
        return False
    if bookings is None:
        bookings = registration.bookings.living().select_related("day")
    facts = standing(registration, bookings) | more
    promise = promise or (queue.enqueue_once if dedupe_key else queue.enqueue)
    envelope = {"dedupe_key": dedupe_key, "not_before": not_before, "expires_at": expires_at, "to": to}
    return put(kind, registration, facts, promise, **envelope)


def repeat(kind: str, registration: Registration, **more: Any) -> None:
    """At most REPEATS_A_DAY of a kind, whatever is typed into forms: the key of each is taken once."""
    today = timezone.localdate().isoformat()
    for number in range(REPEATS_A_DAY):
        if write(kind, registration, dedupe_key=f"{kind}:{registration.uuid}:{today}:{number}", **more):
            return


def put(
    kind: str,
    person: Registration | Interest,
    facts: Mapping[str, Any],
    promise: Enqueue,
    *,
    to: str = "",
    **envelope: Any,
) -> bool:
    """The three parts of the mail in the person's language, into the outbox. False where the key was taken."""
    if alike.is_alike(kind, facts):
        letter = alike.confirmation(facts["registration"], facts["days"])
    else:
        typed = typed_parts(person.edition_id, kind, person.language)
        letter = letter_of(kind, person.edition, person.language, facts, typed)
    message = promise(
        kind=kind,
        to_email=to or person.email,
        language=person.language,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        about=person.uuid,
        priority=KINDS[kind].priority,
        reply_to=person.edition.contact_email,
        **envelope,
    )
    return message is not None


def standing(registration: Registration, bookings: Sequence[Booking]) -> dict[str, Any]:
    """How the registration stands, day by day, and the marks of its secret links."""
    zone = registration.edition.tzinfo
    waiting, offered = Booking.State.WAITING, Booking.State.OFFERED
    return own_links() | {
        "registration": registration,
        "days": [booking.day for booking in bookings if booking.state == Booking.State.CONFIRMED],
        "waiting": [(booking.day, queries.position(booking)) for booking in bookings if booking.state == waiting],
        "offers": [
            (booking.day, booking.offered_until.astimezone(zone)) for booking in bookings if booking.state == offered
        ],
    }

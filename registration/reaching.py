"""Whether our mail reaches a person, and what to do where it does not.

Nobody needs a mail to get in. But who gets none hears nothing of changes either, so the pages say how it stands.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q, QuerySet
from django.utils import timezone

from forum.outbox import suppression
from forum.outbox.failures import Failure
from forum.outbox.models import Message
from registration import notices
from registration.models import Registration
from registration.normalising import email_key

State, Delivery = Message.State, Message.Delivery
JUST_PRESSED = dt.timedelta(seconds=10)
HELD_UP_AFTER = dt.timedelta(minutes=2)


class Arrival(StrEnum):
    """What became of a mail, as far as it concerns whom it was for."""

    ON_ITS_WAY = "on_its_way"
    HELD_UP = "held_up"  # no mail leaves just now, whoever it is for
    SENT = "sent"
    DELAYED = "delayed"
    FAILED = "failed"


@dataclass(frozen=True)
class LastMail:
    """`at` is when it was sent, in the edition's zone."""

    arrival: Arrival
    at: dt.datetime | None = None


def last_mail(registration: Registration) -> LastMail | None:
    """What became of the latest mail about the registration to its present address. News does not count.

    None for somebody who was never written to, as who registered at the desk.
    """
    if registration.unreachable_since:
        return LastMail(Arrival.FAILED)
    if not registration.email:
        return None
    theirs = Message.objects.filter(about=registration.uuid, to_email=registration.email, is_news=False)
    not_due = Q(state=State.QUEUED, attempts=0, next_attempt_at__gt=timezone.now())
    message = _told(theirs.exclude(not_due)).last()
    return _of(message, registration.edition.tzinfo) if message else None


def mail_of_form(email: str, until: dt.datetime) -> LastMail | None:
    """What became of the latest mail to this address that a form caused before this moment.

    The same answer for who was registered before and who was not, so there is no moment in it: after a few forms in a
    day an address gets no further mail, and then the latest one is older than the form.
    """
    caused = Q(dedupe_key__startswith="confirmation:") | Q(dedupe_key__startswith="already_registered:")
    message = _told(Message.objects.filter(caused, to_email__iexact=email, created_at__lte=until)).last()
    if message is None:
        return None
    arrival = _of(message, dt.UTC).arrival
    has_waited = timezone.now() - until > JUST_PRESSED
    return LastMail(Arrival.ON_ITS_WAY if arrival == Arrival.SENT and not has_waited else arrival)


def try_again(registration: Registration) -> None:
    """Write to the address again that was given up, beginning with the link. If it still fails, that shows again."""
    suppression.lift(registration.email)
    notices.link_again(registration)


def note_unreachable(email: str) -> None:
    """No mail goes to this address: whoever it belongs to is shown so."""
    _with(email).filter(unreachable_since=None).update(unreachable_since=timezone.now())


def note_reachable(email: str) -> None:
    _with(email).update(unreachable_since=None)


def _with(email: str) -> QuerySet[Registration]:
    key = email_key(email)
    return Registration.objects.filter(email_key=key) if key else Registration.objects.none()


def _told(messages: QuerySet[Message]) -> QuerySet[Message]:
    return messages.exclude(state__in=[State.EXPIRED, State.CANCELLED]).order_by("pk")


def _of(message: Message, zone: dt.tzinfo) -> LastMail:
    if message.state in (State.QUEUED, State.SENDING):
        return LastMail(_under_way(message))
    if message.state != State.SENT or message.delivery in (Delivery.HARD_BOUNCE, Delivery.COMPLAINT):
        return LastMail(Arrival.FAILED)
    if message.delivery == Delivery.SOFT_BOUNCE:
        return LastMail(Arrival.DELAYED)
    return LastMail(Arrival.SENT, message.sent_at.astimezone(zone))


def _under_way(message: Message) -> Arrival:
    if message.failure == Failure.LATER.value:
        return Arrival.DELAYED
    due = message.first_tried_at or message.next_attempt_at
    return Arrival.HELD_UP if timezone.now() - due > HELD_UP_AFTER else Arrival.ON_ITS_WAY

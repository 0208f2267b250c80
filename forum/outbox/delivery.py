"""Sending what the outbox promises: at least once, and by one worker at a time.

Exactly once is impossible over SMTP: a server may accept a mail and drop the line before saying so. The Message-ID
therefore stays the same over all attempts, so that mail programs show one copy.

Three ways lead here, and any one alone delivers everything: the nudge after a promise, the sweep that beat starts, and
`manage.py drain_outbox`, which needs no broker. They share one claim, and the database's clock.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from datetime import timedelta

from django.core.mail import EmailMessage
from django.db import OperationalError
from django.db.models.functions import Now

from forum.outbox import bounces, holding, lines, provider, suppression
from forum.outbox.composing import compose
from forum.outbox.enclosures import Postponed, Withdrawn
from forum.outbox.failures import Failure
from forum.outbox.lines import Undelivered
from forum.outbox.models import BULK, Message, MessageQuerySet
from forum.outbox.provider import Turn
from forum.outbox.suppression import Suppressed

logger = logging.getLogger(__name__)

URGENT_WAITS, BULK_WAITS = 20.0, 5.0  # seconds for a turn
BATCH = 50  # then it is asked again what is most urgent
REFUSED_TOO_OFTEN, LATELY = 3, timedelta(minutes=10)


def deliver(message_id: int, patience: float = URGENT_WAITS) -> bool:
    """Send one message if it is due and nobody else is at it. Calling it again is harmless.

    `patience` is how many seconds to wait for a turn at the server. False: it is to be left alone for now, or slowly.
    """
    if provider.is_left_alone() if patience else not provider.is_free():
        return False
    message = holding.claim(message_id)
    if message is None:
        return True
    if message.expires_at and message.expires_at <= message.last_tried_at:
        holding.end(message, state=Message.State.EXPIRED)
        return True
    mail = _compose(message)
    if mail is None:
        return True
    turn = provider.turn(message.priority, patience)
    if turn is None:
        holding.release(message)
        return False
    try:
        lines.send(mail, turn)
    except lines.NotNow:
        holding.release(message)
        return False
    except Undelivered as undelivered:
        return _fail(message, undelivered, turn)
    outcome = {"sent_at": Now(), "failure": "", "failures": 0, "last_error": "", **bounces.number_of(mail)}
    holding.end(message, state=Message.State.SENT, **outcome)
    _is_well(turn)
    return True


def _compose(message: Message) -> EmailMessage | None:
    """The mail. None where it is not to leave, or not now, which is noted."""
    try:
        suppression.look(message)
        return compose(message)
    except OperationalError as error:  # our database, not the mail server
        holding.try_again(message, error, Failure.AWAY)
    except Suppressed:
        holding.end(message, state=Message.State.SUPPRESSED)
    except Withdrawn:
        holding.end(message, state=Message.State.CANCELLED)
    except Postponed as later:  # no fault of anybody, so no attempt either
        holding.release(message, next_attempt_at=later.until)
    except Exception as error:  # a bug in our own words or enclosures: trying again would not mend it
        logger.exception("Message %s cannot be written.", message.uuid)
        holding.give_up(message, error, Failure.BUG)
    return None


def sweep(
    among: MessageQuerySet | None = None,
    *,
    due_for: timedelta = timedelta(0),
    seconds: float = math.inf,
    is_over: Callable[[], bool] = lambda: False,
) -> int:
    """Send whatever is due, most urgent first, for so many seconds. Answers how many were tried.

    Ends where the server is to be left alone: else it would cost a timeout for each message.
    """
    among = Message.objects.all() if among is None else among
    due = among.claimable(for_at_least=due_for).order_by("priority", "pk").values_list("pk", "priority")
    ends_at = time.monotonic() + seconds
    tried, has_asked = 0, False
    while True:
        batch = list(due[:BATCH])
        if not batch and not has_asked:
            batch, has_asked = _whoever_asks_whether_it_is_back(among), True
        if not batch:
            return tried
        for message_id, priority in batch:
            if time.monotonic() > ends_at or is_over():
                return tried
            if not deliver(message_id, BULK_WAITS if priority >= BULK else URGENT_WAITS):
                return tried
            tried += 1


def _whoever_asks_whether_it_is_back(among: MessageQuerySet) -> list[tuple[int, int]]:
    """Nothing is due since the server was away: then its return would be noticed by nobody for up to an hour.

    As soon as its pause is over, one mail need not wait for its own to end: the one that has been tried least.
    """
    if not provider.may_be_back():
        return []
    waiting = among.filter(state=Message.State.QUEUED, failure=Failure.AWAY.value)
    asks = waiting.order_by("attempts", "priority", "pk").first()
    if asks is None:
        return []
    waiting.filter(pk=asks.pk).update(next_attempt_at=Now())
    return [(asks.pk, asks.priority)]


def _is_well(turn: Turn) -> None:
    """Whoever waits because the server was away need not wait any longer."""
    if provider.has_answered(turn):
        waiting = Message.objects.filter(state=Message.State.QUEUED, failure=Failure.AWAY.value)
        waiting.update(next_attempt_at=Now())


def _fail(message: Message, undelivered: Undelivered, turn: Turn) -> bool:
    """What the kind of failure asks for. A mail is given up only for what is its own fault, or after two days.

    Answers whether the server can be called for the next one.
    """
    error, failure = undelivered.error, undelivered.failure
    # What is said of the server is kept, and logged, without whose mail it was.
    sentence = holding.sentence(error, message).replace(message.to_email, "…")
    match failure:
        case Failure.OURS:  # however long it takes to mend: no mail is burned, and no attempt
            provider.leave_alone(failure, sentence, turn)
            holding.release(message, last_error=holding.sentence(error, message))
            return False
        case Failure.AWAY | Failure.UNCERTAIN:
            provider.leave_alone(failure, sentence, turn)
            holding.try_again(message, error, failure)
            return False
        case Failure.TOO_FAST:
            provider.slow_down()
            holding.try_again(message, error, failure)
        case Failure.LATER:
            holding.try_again(message, error, failure)
        case _:
            logger.warning("Message %s failed: %s", message.uuid, failure.value)
            if failure is Failure.BUG:
                logger.error("Message %s cannot be sent.", message.uuid, exc_info=error)
            if failure is Failure.NO_SUCH_ADDRESS:
                bounces.note_refusal(message)
            holding.give_up(message, error, failure)
            if failure is Failure.CONTENT and _is_refused_too_often():
                provider.leave_alone(failure, sentence, turn)
                return False
    provider.give_back(turn)
    return True


def _is_refused_too_often() -> bool:
    """Several in a few minutes are not several bad mails, but something in all of them."""
    refused = Message.objects.filter(state=Message.State.FAILED, failure=Failure.CONTENT.value)
    return refused.filter(last_tried_at__gt=Now() - LATELY).count() >= REFUSED_TOO_OFTEN

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
import uuid
from collections.abc import Callable
from datetime import timedelta

from django.core.mail import EmailMessage
from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.db.models import F
from django.db.models.functions import Coalesce, Now

from forum.outbox import bounces, lines, pauses, provider, suppression
from forum.outbox.composing import compose
from forum.outbox.enclosures import Postponed, Withdrawn
from forum.outbox.failures import Failure
from forum.outbox.lines import Undelivered
from forum.outbox.models import BULK, Message, MessageQuerySet
from forum.outbox.provider import Turn
from forum.outbox.suppression import Suppressed

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=120)  # more than waiting for a turn, for a line and for the deadline of a mail together
URGENT_WAITS, BULK_WAITS = 20.0, 5.0  # seconds for a turn
BATCH = 50  # then it is asked again what is most urgent
REFUSED_TOO_OFTEN, LATELY = 3, timedelta(minutes=10)
NOTE_AGAIN_AFTER = (0.5, 2, 5, 10, 20)  # seconds, while the database stumbles


def deliver(message_id: int, patience: float = URGENT_WAITS) -> bool:
    """Send one message if it is due and nobody else is at it. Calling it again is harmless.

    `patience` is how many seconds to wait for a turn at the server. False: it is to be left alone for now, or slowly.
    """
    if provider.is_left_alone() if patience else not provider.is_free():
        return False
    message = _claim(message_id)
    if message is None:
        return True
    if message.expires_at and message.expires_at <= message.last_tried_at:
        _end(message, state=Message.State.EXPIRED)
        return True
    mail = _compose(message)
    if mail is None:
        return True
    turn = provider.turn(message.priority, patience)
    if turn is None:
        _release(message)
        return False
    try:
        lines.send(mail, turn)
    except lines.NotNow:
        _release(message)
        return False
    except Undelivered as undelivered:
        return _fail(message, undelivered, turn)
    outcome = {"sent_at": Now(), "failure": "", "failures": 0, "last_error": "", **bounces.number_of(mail)}
    _end(message, state=Message.State.SENT, **outcome)
    _is_well(turn)
    return True


def _compose(message: Message) -> EmailMessage | None:
    """The mail. None where it is not to leave, or not now, which is noted."""
    try:
        suppression.look(message)
        return compose(message)
    except OperationalError as error:  # our database, not the mail server
        _try_again(message, error, Failure.AWAY)
    except Suppressed:
        _end(message, state=Message.State.SUPPRESSED)
    except Withdrawn:
        _end(message, state=Message.State.CANCELLED)
    except Postponed as later:  # no fault of anybody, so no attempt either
        _release(message, next_attempt_at=later.until)
    except Exception as error:  # a bug in our own words or enclosures: trying again would not mend it
        logger.exception("Message %s cannot be written.", message.uuid)
        _give_up(message, error, Failure.BUG)
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


def _claim(message_id: int) -> Message | None:
    """Take the message for the time of a lease. One UPDATE decides between workers."""
    claimed = (
        Message.objects.claimable()
        .filter(pk=message_id)
        .update(
            state=Message.State.SENDING,
            attempts=F("attempts") + 1,
            first_tried_at=Coalesce("first_tried_at", Now()),
            last_tried_at=Now(),
            lease_until=Now() + LEASE,
            lease_token=uuid.uuid4(),
        )
    )
    return Message.objects.get(pk=message_id) if claimed else None


def _end(message: Message, **fields: object) -> None:
    """Nothing follows: sent, failed, expired or cancelled. What must not be kept goes."""
    blank = {"subject": "", "text": "", "html": ""} if message.blank_when_sent else {}
    blank |= {"to_email": ""} if message.forgets_address else {}
    _finish(message, **fields, **blank)


def _give_up(message: Message, error: Exception, failure: Failure) -> None:
    fields = {"failure": failure.value, "failures": _times(message, failure), "last_error": _sentence(error, message)}
    _end(message, state=Message.State.FAILED, **fields)


def _release(message: Message, **fields: object) -> None:
    """Nobody was called, or it was no fault of this mail: as if it had not been tried."""
    if message.attempts == 1:
        fields["first_tried_at"] = None
    _finish(message, state=Message.State.QUEUED, attempts=message.attempts - 1, **fields)


def _finish(message: Message, **fields: object) -> None:
    """Write the outcome, unless the lease ran out and another worker took over.

    A database that stumbles just now is waited for: what has been sent and is not noted would be sent again.
    """
    held = Message.objects.filter(pk=message.pk, lease_token=message.lease_token)
    for pause in (*NOTE_AGAIN_AFTER, None):
        try:
            held.update(lease_until=None, lease_token=None, **fields)
            return
        except (OperationalError, InterfaceError):
            if pause is None or connection.in_atomic_block:
                raise
            time.sleep(pause)
            close_old_connections()


def _fail(message: Message, undelivered: Undelivered, turn: Turn) -> bool:
    """What the kind of failure asks for. A mail is given up only for what is its own fault, or after two days.

    Answers whether the server can be called for the next one.
    """
    error, failure = undelivered.error, undelivered.failure
    # What is said of the server is kept, and logged, without whose mail it was.
    sentence = _sentence(error, message).replace(message.to_email, "…")
    match failure:
        case Failure.OURS:  # however long it takes to mend: no mail is burned, and no attempt
            provider.leave_alone(failure, sentence, turn)
            _release(message, last_error=_sentence(error, message))
            return False
        case Failure.AWAY | Failure.UNCERTAIN:
            provider.leave_alone(failure, sentence, turn)
            _try_again(message, error, failure)
            return False
        case Failure.TOO_FAST:
            provider.slow_down()
            _try_again(message, error, failure)
        case Failure.LATER:
            _try_again(message, error, failure)
        case _:
            logger.warning("Message %s failed: %s", message.uuid, failure.value)
            if failure is Failure.BUG:
                logger.error("Message %s cannot be sent.", message.uuid, exc_info=error)
            if failure is Failure.NO_SUCH_ADDRESS:
                bounces.note_refusal(message)
            _give_up(message, error, failure)
            if failure is Failure.CONTENT and _is_refused_too_often():
                provider.leave_alone(failure, sentence, turn)
                return False
    provider.give_back(turn)
    return True


def _try_again(message: Message, error: Exception, failure: Failure) -> None:
    remaining = pauses.GIVE_UP_AFTER - (message.last_tried_at - message.first_tried_at)
    if remaining <= timedelta(0):
        logger.warning("Message %s failed: %s, for two days", message.uuid, failure.value)
        _give_up(message, error, failure)
        return
    times = _times(message, failure)
    if failure is Failure.UNCERTAIN and times == 2:
        logger.error("Message %s may have arrived twice: the line was cut after its content.", message.uuid)
    _finish(
        message,
        state=Message.State.QUEUED,
        next_attempt_at=Now() + min(pauses.of_a_mail(failure, times), remaining),
        failure=failure.value,
        failures=times,
        last_error=_sentence(error, message),
    )


def _times(message: Message, failure: Failure) -> int:
    """How often in a row it has failed in this way, this time included."""
    return message.failures + 1 if message.failure == failure.value else 1


def _is_refused_too_often() -> bool:
    """Several in a few minutes are not several bad mails, but something in all of them."""
    refused = Message.objects.filter(state=Message.State.FAILED, failure=Failure.CONTENT.value)
    return refused.filter(last_tried_at__gt=Now() - LATELY).count() >= REFUSED_TOO_OFTEN


def _sentence(error: Exception, message: Message | None = None) -> str:
    """What went wrong. A server's words often repeat the address, which some messages must not keep."""
    if message and message.forgets_address:
        return type(error).__name__
    return f"{type(error).__name__}: {error}"[:500]

"""A message in a worker's hand: taken for the time of a lease, and let go of with what came of it."""

from __future__ import annotations

import logging
import time
import uuid
from datetime import timedelta

from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.db.models import F
from django.db.models.functions import Coalesce, Now

from forum.outbox import pauses
from forum.outbox.failures import Failure
from forum.outbox.models import Message

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=120)  # more than waiting for a turn, for a line and for the deadline of a mail together
NOTE_AGAIN_AFTER = (0.5, 2, 5, 10, 20)  # seconds, while the database stumbles


def claim(message_id: int) -> Message | None:
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


def end(message: Message, **fields: object) -> None:
    """Nothing follows: sent, failed, expired or cancelled. What must not be kept goes."""
    blank = {"subject": "", "text": "", "html": ""} if message.blank_when_sent else {}
    blank |= {"to_email": ""} if message.forgets_address else {}
    _finish(message, **fields, **blank)


def give_up(message: Message, error: Exception, failure: Failure) -> None:
    fields = {"failure": failure.value, "failures": _times(message, failure), "last_error": sentence(error, message)}
    end(message, state=Message.State.FAILED, **fields)


def release(message: Message, **fields: object) -> None:
    """Nobody was called, or it was no fault of this mail: as if it had not been tried."""
    if message.attempts == 1:
        fields["first_tried_at"] = None
    _finish(message, state=Message.State.QUEUED, attempts=message.attempts - 1, **fields)


def try_again(message: Message, error: Exception, failure: Failure) -> None:
    remaining = pauses.GIVE_UP_AFTER - (message.last_tried_at - message.first_tried_at)
    if remaining <= timedelta(0):
        logger.warning("Message %s failed: %s, for two days", message.uuid, failure.value)
        give_up(message, error, failure)
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
        last_error=sentence(error, message),
    )


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


def _times(message: Message, failure: Failure) -> int:
    """How often in a row it has failed in this way, this time included."""
    return message.failures + 1 if message.failure == failure.value else 1


def sentence(error: Exception, message: Message | None = None) -> str:
    """What went wrong. A server's words often repeat the address, which some messages must not keep."""
    if message and message.forgets_address:
        return type(error).__name__
    return f"{type(error).__name__}: {error}"[:500]

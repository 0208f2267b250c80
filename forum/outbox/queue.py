"""Writing a mail into the outbox, and nudging the worker once it is committed."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from kombu.exceptions import OperationalError

from forum.breaker import Breaker
from forum.outbox.models import BULK, Batch, Message
from forum.outbox.tasks import deliver_bulk, deliver_message

logger = logging.getLogger(__name__)

LAST = 9  # what nobody waits for
broker_breaker = Breaker(pause_seconds=30)


def enqueue(
    *,
    kind: str,
    to_email: str,
    language: str,
    subject: str,
    text: str,
    html: str = "",
    about: uuid.UUID | None = None,
    dedupe_key: str = "",
    priority: int = 0,
    reply_to: str = "",
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
    blank_when_sent: bool = False,
    forgets_address: bool = False,
    batch: Batch | None = None,
    is_news: bool = False,
) -> Message:
    """Promise a mail, in the caller's transaction. A `dedupe_key` that was used before raises IntegrityError.

    `not_before` and `expires_at` are aware moments. `blank_when_sent` empties the texts after sending (sign-in codes),
    `forgets_address` the address, and what a server said about it (people of whom nothing else is kept). `is_news` says
    that the mail can be ended by itself, so that ending it never costs anybody their ticket. Mails of a `batch` are
    paused and cancelled together.
    """
    # By the clock that made it. What is due now is due at once also where the database's clock is behind.
    is_for_later = not_before is not None and not_before > timezone.now()
    message_uuid = uuid.uuid4()
    message = Message.objects.create(
        uuid=message_uuid,
        dedupe_key=dedupe_key or f"{kind}:{message_uuid}",
        kind=kind,
        priority=priority,
        to_email=to_email,
        reply_to=reply_to,
        language=language,
        about=about,
        subject=" ".join(subject.split()),
        text=text,
        html=html,
        expires_at=expires_at,
        blank_when_sent=blank_when_sent,
        forgets_address=forgets_address,
        batch=batch,
        is_news=is_news,
        **({"next_attempt_at": not_before} if is_for_later else {}),
    )
    if not is_for_later:
        _nudge_once_committed(message)
    return message


def enqueue_once(*, dedupe_key: str, **promise: Any) -> Message | None:
    """As `enqueue`, where the mail may have been promised before: then nothing is, and the answer is None."""
    try:
        with transaction.atomic():
            return enqueue(dedupe_key=dedupe_key, **promise)
    except IntegrityError:
        if not Message.objects.filter(dedupe_key=dedupe_key).exists():
            raise
    return None


def send_again(messages: QuerySet[Message]) -> list[Message]:
    """Let failed messages try once more, as new but with the same Message-ID. Answers those for which that is possible.

    What was emptied at its end, or is worthless by now, cannot be sent again.
    """
    failed = Q(state=Message.State.FAILED) & ~Q(to_email="") & ~Q(text="")
    in_time = Q(expires_at=None) | Q(expires_at__gt=Now())
    again = []
    for message in messages.filter(failed, in_time):
        if Message.objects.filter(failed, pk=message.pk).update(
            state=Message.State.QUEUED,
            next_attempt_at=Now(),
            attempts=0,
            first_tried_at=None,
            failure="",
            failures=0,
        ):
            again.append(message)
            _nudge_once_committed(message)
    return again


def _nudge_once_committed(message: Message) -> None:
    # robust: a broker that fails must not turn a committed registration into an error page.
    transaction.on_commit(lambda: _nudge(message.pk, message.priority), robust=True)


def _nudge(message_id: int, priority: int) -> None:
    """Tell the worker at once. Without a broker the sweep finds the row, or `manage.py drain_outbox`."""
    if broker_breaker.is_open:
        return
    task = deliver_bulk if priority >= BULK else deliver_message
    try:
        task.apply_async((message_id,), retry=False)
    except (OperationalError, OSError):
        broker_breaker.trip()
        logger.warning("The broker does not answer; the sweep will send message %s.", message_id)

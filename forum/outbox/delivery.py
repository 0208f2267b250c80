"""Sending what the outbox promises: at least once, and by one worker at a time.

Exactly once is impossible over SMTP: a server may accept a mail and drop the line before saying so. The Message-ID
therefore stays the same over all attempts, so that mail programs show one copy.
"""

from __future__ import annotations

import logging
import smtplib
import uuid
from datetime import timedelta
from email.encoders import encode_base64
from email.mime.base import MIMEBase
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, SafeMIMEMultipart, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import OperationalError
from django.db.models import F
from django.utils import timezone

from forum.outbox import bounces, failures, provider, suppression
from forum.outbox.enclosures import Attachment, Postponed, Withdrawn, enclosures_for, fill
from forum.outbox.failures import Failure
from forum.outbox.models import Heartbeat, Message
from forum.outbox.suppression import Suppressed

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=120)
GIVE_UP_AFTER = timedelta(hours=48)
PAUSES = [timedelta(seconds=30), *(timedelta(minutes=minutes) for minutes in (2, 5, 15, 30)), timedelta(hours=1)]
SWEEP_SIZE = 500


class EnclosedMail(EmailMultiAlternatives):
    """A mail whose HTML shows pictures of its own: mixed(related(alternative(text, HTML), pictures), files).

    Some mail programs hide files that stand beside the pictures.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pictures: list[MIMEBase] = []

    def _create_alternatives(self, msg: Any) -> Any:
        alternatives = super()._create_alternatives(msg)
        if not self.pictures:
            return alternatives
        related = SafeMIMEMultipart(_subtype="related", encoding=self.encoding or settings.DEFAULT_CHARSET)
        for part in (alternatives, *self.pictures):
            related.attach(part)
        return related


def deliver(message_id: int, connection: BaseEmailBackend | None = None) -> None:
    """Send one message if it is due and nobody else is at it. Calling it again is harmless."""
    if provider.is_left_alone():
        return
    message = _claim(message_id)
    if message is None:
        return
    if message.expires_at and message.expires_at <= timezone.now():
        _end(message, state=Message.State.EXPIRED)
        return
    connection = connection or get_connection()
    try:
        suppression.look(message)
        mail = compose(message, connection)
        mail.send()
    except (smtplib.SMTPException, OSError) as error:
        _fail(message, error, failures.of(error, content_was_sent=getattr(connection, "content_was_sent", False)))
        connection.close()  # what comes next starts on a fresh line
    except OperationalError as error:  # our database, not the mail server
        _try_again(message, error)
    except Suppressed:
        _end(message, state=Message.State.SUPPRESSED)
    except Withdrawn:
        _end(message, state=Message.State.CANCELLED)
    except Postponed as later:  # no fault of anybody, so no attempt either
        _finish(message, state=Message.State.QUEUED, next_attempt_at=later.until, attempts=message.attempts - 1)
    except Exception as error:  # a bug in our own words or enclosures: trying again would not mend it
        logger.exception("Message %s cannot be written.", message.uuid)
        _end(message, state=Message.State.FAILED, last_error=_sentence(error, message))
    else:
        _end(message, state=Message.State.SENT, sent_at=timezone.now(), last_error="", **bounces.number_of(mail))
        provider.has_answered()


def sweep(limit: int = SWEEP_SIZE) -> int:
    """Send whatever is due, most urgent first, over one connection. Answers how many were tried.

    A server that does not answer is left alone until the next sweep: else it would cost a timeout for each message.
    """
    if provider.is_left_alone():
        return 0
    due = list(Message.objects.claimable().order_by("priority", "pk").values_list("pk", flat=True)[:limit])
    connection = get_connection()
    tried = 0
    for message_id in due:
        if provider.is_left_alone() or not _opens(connection):
            break
        deliver(message_id, connection)
        tried += 1
    connection.close()
    return tried


def beat(name: str) -> None:
    """Note that this part is alive."""
    Heartbeat.objects.update_or_create(name=name, defaults={"beaten_at": timezone.now()})


def compose(message: Message, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    """The mail itself, with every slot filled. What it holds now is in nobody's database."""
    enclosures = enclosures_for(message)
    mail = EnclosedMail(
        subject=fill(message.subject, enclosures.slots),
        body=fill(message.text, enclosures.slots),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[message.to_email],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers={
            "Message-ID": f"<{message.uuid}@{settings.PUBLIC_HOST}>",
            "X-Forum-Message": str(message.uuid),
            "Auto-Submitted": "auto-generated",
            "Content-Language": message.language,
            **enclosures.headers,
        },
        connection=connection,
    )
    mail.metadata = bounces.marks_of(message)  # for a provider's own protocol; over SMTP the headers say it
    if message.html:
        mail.attach_alternative(fill(message.html, enclosures.slots), "text/html")
    for attachment in enclosures.attachments:
        if attachment.disposition == "inline":
            mail.pictures.append(_part(attachment))
        else:
            mail.attach(_part(attachment))
    return mail


def _claim(message_id: int) -> Message | None:
    """Take the message for the time of a lease. One UPDATE decides between workers."""
    now = timezone.now()
    token = uuid.uuid4()
    claimed = (
        Message.objects.claimable()
        .filter(pk=message_id)
        .update(state=Message.State.SENDING, attempts=F("attempts") + 1, lease_until=now + LEASE, lease_token=token)
    )
    return Message.objects.get(pk=message_id) if claimed else None


def _opens(connection: BaseEmailBackend) -> bool:
    """Whether the server answers. An open connection stays as it is."""
    try:
        connection.open()
    except (smtplib.SMTPException, OSError) as error:
        provider.leave_alone(failures.of(error), _sentence(error))
        return False
    return True


def _end(message: Message, **fields: object) -> None:
    """Nothing follows: sent, failed, expired or cancelled. What must not be kept goes."""
    blank = {"subject": "", "text": "", "html": ""} if message.blank_when_sent else {}
    blank |= {"to_email": ""} if message.forgets_address else {}
    _finish(message, **fields, **blank)


def _finish(message: Message, **fields: object) -> None:
    """Write the outcome, unless the lease ran out and another worker took over."""
    Message.objects.filter(pk=message.pk, lease_token=message.lease_token).update(
        lease_until=None, lease_token=None, **fields
    )


def _fail(message: Message, error: Exception, failure: Failure) -> None:
    """What the kind of failure asks for. A mail is given up only for what is its own fault, or after two days."""
    if failure in (Failure.NO_SUCH_ADDRESS, Failure.REFUSED):
        logger.warning("Message %s failed: %s", message.uuid, failure.value)
        if failure is Failure.NO_SUCH_ADDRESS:
            bounces.note_refusal(message)
        _end(message, state=Message.State.FAILED, last_error=_sentence(error, message))
        return
    if failure in (Failure.AWAY, Failure.OURS, Failure.TOO_FAST):
        # What is said of the server is kept, and logged, without whose mail it was.
        provider.leave_alone(failure, _sentence(error, message).replace(message.to_email, "…"))
    if failure is Failure.OURS:  # however long it takes to mend: no mail is burned, and no attempt
        _finish(
            message, state=Message.State.QUEUED, attempts=message.attempts - 1, last_error=_sentence(error, message)
        )
    else:
        _try_again(message, error)


def _try_again(message: Message, error: Exception) -> None:
    now = timezone.now()
    if now - message.created_at > GIVE_UP_AFTER:
        logger.warning("Message %s failed: %s", message.uuid, type(error).__name__)
        _end(message, state=Message.State.FAILED, last_error=_sentence(error, message))
        return
    pause = PAUSES[min(message.attempts - 1, len(PAUSES) - 1)]
    _finish(message, state=Message.State.QUEUED, next_attempt_at=now + pause, last_error=_sentence(error, message))


def _sentence(error: Exception, message: Message | None = None) -> str:
    """What went wrong. A server's words often repeat the address, which some messages must not keep."""
    if message and message.forgets_address:
        return type(error).__name__
    return f"{type(error).__name__}: {error}"[:500]


def _part(attachment: Attachment) -> MIMEBase:
    main, _slash, sub = attachment.mimetype.partition("/")
    part = MIMEBase(main, sub, **attachment.parameters)
    part.set_payload(attachment.content)
    encode_base64(part)
    part.add_header("Content-Disposition", attachment.disposition, filename=attachment.name)
    if attachment.disposition == "inline":
        part.add_header("Content-ID", f"<{attachment.name}>")
    return part

"""What becomes of a mail after a server took it: delivered, delayed, returned, or reported as unwanted.

Reports come late, twice and in any order, and sometimes before we have noted that the mail was sent. Whatever the
order, the outcome is the same.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from forum.outbox import suppression
from forum.outbox.models import DeliveryReport, Message, Suppression

Delivery = Message.Delivery

MARK = "forum_message"
STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def note(message: Message, delivery: Delivery, *, source: str, key: str, at: dt.datetime | None = None) -> bool:
    """Keep what was reported of this mail, and write no more to an address that returns it or complains of it.

    False for a report that is known already: it changes nothing, also when both come at the same moment.
    """
    at = at or timezone.now()
    with transaction.atomic():
        _report, is_new = DeliveryReport.objects.get_or_create(
            source=source, key=key, defaults={"message": message, "delivery": delivery, "reported_at": at}
        )
        if not is_new:
            return False
        _strengthen(message, delivery, at)
        if delivery == Delivery.HARD_BOUNCE:
            _suppress(message, Suppression.Reason.HARD_BOUNCE, Suppression.Scope.ALL)
        elif delivery == Delivery.COMPLAINT:
            # Whoever is tired of news still wants the ticket.
            scope = Suppression.Scope.NEWS if message.is_news else Suppression.Scope.ALL
            _suppress(message, Suppression.Reason.COMPLAINT, scope)
    return True


def note_refusal(message: Message) -> None:
    """The server said at once that there is no such address."""
    with transaction.atomic():
        _strengthen(message, Delivery.HARD_BOUNCE, timezone.now())
        _suppress(message, Suppression.Reason.HARD_BOUNCE, Suppression.Scope.ALL)


def note_end_of_news(message: Message) -> None:
    """The person ended the news at the provider."""
    _suppress(message, Suppression.Reason.UNSUBSCRIBED, Suppression.Scope.NEWS)


def key_of(*facts: object) -> str:
    """What tells one report from another."""
    return hashlib.sha256("\n".join(str(fact) for fact in facts).encode()).hexdigest()


def is_about_the_address(words: str) -> bool | None:
    """Whether a status (RFC 3463) in these words says that there is no such mailbox. None where there is no status.

    A mailbox that is full, a mail that is too big and a sender that is distrusted say nothing against the address.
    """
    found = [(int(kind), int(subject), int(detail)) for kind, subject, detail in STATUS.findall(words)]
    telling = [each for each in found if each[1:] != (0, 0)]
    if not telling:
        return None
    kind, subject, detail = telling[0]
    return kind == 5 and ((subject == 1 and detail not in (7, 8)) or (subject, detail) in ((2, 1), (4, 4)))


def message_in(words: str) -> Message | None:
    """The message whose Message-ID or X-Forum-Message stands in these words."""
    host = re.escape(settings.PUBLIC_HOST)
    ours = rf"({UUID})@{host}|X-Forum-Message\W+(?:value\W+)?({UUID})"
    numbers = [first or second for first, second in re.findall(ours, words, re.IGNORECASE)]
    return Message.objects.filter(uuid__in=numbers).first() if numbers else None


def marks_of(message: Message) -> dict[str, str]:
    """What a provider hands back with each event."""
    return {MARK: str(message.uuid)}


def number_of(mail: EmailMessage) -> dict[str, Any]:
    """The number that a provider gave the mail, as a column. None over SMTP."""
    number = getattr(getattr(mail, "anymail_status", None), "message_id", None)
    return {"provider_id": str(number)[:255]} if isinstance(number, str | int) else {}


def _strengthen(message: Message, delivery: Delivery, at: dt.datetime) -> None:
    weaker = Delivery.values[: Delivery.values.index(delivery)]
    Message.objects.filter(pk=message.pk, delivery__in=weaker).update(delivery=delivery, delivery_at=at)


def _suppress(message: Message, reason: Suppression.Reason, scope: Suppression.Scope) -> None:
    """Unless the address was forgotten with the mail: then nobody will write to it again."""
    if message.to_email:
        suppression.suppress(message.to_email, reason, scope)

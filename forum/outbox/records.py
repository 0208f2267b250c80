"""Letting go of what was written to people."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

from django.conf import settings
from django.utils import timezone

from forum.mailbox import backend
from forum.outbox.models import Message

CODES_ARE_KEPT = dt.timedelta(days=1)  # the address and the moment, so that a complaint can be looked into


def forget(about: Collection[uuid.UUID]) -> int:
    """Destroy every message about these subjects, sent or not, and a development mailbox. Answers how many."""
    number, _rows = Message.objects.filter(about__in=about).delete()
    _empty_the_mailbox()
    return number


def forget_codes(to: Collection[str] | None = None) -> int:
    """Destroy messages that were never to be kept, such as sign-in codes: to these addresses, or all a day past use."""
    codes = Message.objects.filter(blank_when_sent=True)
    if to is None:
        number, _rows = codes.filter(expires_at__lt=timezone.now() - CODES_ARE_KEPT).delete()
        return number
    number, _rows = codes.filter(to_email__in=to).delete()
    _empty_the_mailbox()
    return number


def _empty_the_mailbox() -> None:
    if settings.EMAIL_BACKEND == "forum.mailbox.backend.MailboxBackend":
        backend.empty()


def mails_about(subject: uuid.UUID) -> list[dict[str, object]]:
    """What was written about this subject and when it was sent, for whoever asks what we hold. Oldest first."""
    rows = Message.objects.filter(about=subject).order_by("pk")
    return list(rows.values("kind", "subject", "to_email", "state", "created_at", "sent_at"))


def withdraw(about: Collection[uuid.UUID]) -> int:
    """Destroy the messages about these subjects that have not been sent yet. Answers how many."""
    number, _rows = Message.objects.waiting().filter(about__in=about).delete()
    return number

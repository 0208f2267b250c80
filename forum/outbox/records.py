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
    """Destroy every message about these subjects, sent or not, and what a development mailbox holds for the same
    addresses. Answers how many."""
    messages = Message.objects.filter(about__in=about)
    addresses = set(messages.values_list("to_email", flat=True))
    number, _rows = messages.delete()
    _forget_in_the_mailbox(addresses)
    return number


def forget_codes(to: Collection[str] | None = None) -> int:
    """Destroy messages that were never to be kept, such as sign-in codes: to these addresses, or all a day past use."""
    codes = Message.objects.filter(blank_when_sent=True)
    if to is None:
        number, _rows = codes.filter(expires_at__lt=timezone.now() - CODES_ARE_KEPT).delete()
        return number
    number, _rows = codes.filter(to_email__in=to).delete()
    _forget_in_the_mailbox(to)
    return number


def _forget_in_the_mailbox(addresses: Collection[str]) -> None:
    if settings.EMAIL_BACKEND == "forum.mailbox.backend.MailboxBackend":
        backend.forget(addresses)


def mails_about(subject: uuid.UUID) -> list[dict[str, object]]:
    """What was written about this subject and when it was sent, for whoever asks what we hold. Oldest first."""
    rows = Message.objects.filter(about=subject).order_by("pk")
    return list(rows.values("kind", "subject", "to_email", "state", "created_at", "sent_at"))


def withdraw(about: Collection[uuid.UUID]) -> int:
    """Destroy the messages about these subjects that have not been sent yet. Answers how many."""
    number, _rows = Message.objects.waiting().filter(about__in=about).delete()
    return number


def codes_mailed_to(address: str) -> list[dt.datetime]:
    """When sign-in codes were written to this address, as far as that is still kept. Oldest first."""
    codes = Message.objects.filter(blank_when_sent=True, to_email__iexact=address)
    return list(codes.order_by("pk").values_list("created_at", flat=True))

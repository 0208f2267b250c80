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
    _all, rows = Message.objects.filter(about__in=about).delete()
    _empty_the_mailbox()
    return _messages(rows)


def forget_codes(to: Collection[str] | None = None) -> int:
    """Destroy messages that were never to be kept, such as sign-in codes: to these addresses, or all a day past use."""
    codes = Message.objects.filter(blank_when_sent=True)
    if to is None:
        _all, rows = codes.filter(expires_at__lt=timezone.now() - CODES_ARE_KEPT).delete()
        return _messages(rows)
    _all, rows = codes.filter(to_email__in=to).delete()
    _empty_the_mailbox()
    return _messages(rows)


def _empty_the_mailbox() -> None:
    if settings.EMAIL_BACKEND == "forum.mailbox.backend.MailboxBackend":
        backend.empty()


def mails_about(subject: uuid.UUID) -> list[dict[str, object]]:
    """What was written about this subject and when it was sent, for whoever asks what we hold. Oldest first."""
    rows = Message.objects.filter(about=subject).order_by("pk")
    return list(rows.values("kind", "subject", "to_email", "state", "created_at", "sent_at", "delivery"))


def fates_of(subject: uuid.UUID) -> list[tuple[dt.datetime, str, str, str]]:
    """When each mail about this subject was written, its kind, its state and what was reported of it. Newest first."""
    rows = Message.objects.filter(about=subject).order_by("-pk")
    return [(row.created_at, row.kind, row.get_state_display(), row.get_delivery_display()) for row in rows]


def withdraw(about: Collection[uuid.UUID]) -> int:
    """Destroy the messages about these subjects that have not been sent yet. Answers how many."""
    _all, rows = Message.objects.waiting().filter(about__in=about).delete()
    return _messages(rows)


def _messages(rows: dict[str, int]) -> int:
    """Of what was deleted, without what was reported of each."""
    return rows.get(Message._meta.label, 0)

"""Letting go of what was written to people."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.conf import settings

from forum.mailbox import backend
from forum.outbox.models import Message


def forget(about: Collection[uuid.UUID]) -> int:
    """Destroy every message about these subjects, sent or not, and a development mailbox. Answers how many."""
    number, _rows = Message.objects.filter(about__in=about).delete()
    if settings.EMAIL_BACKEND == "forum.mailbox.backend.MailboxBackend":
        backend.empty()
    return number


def withdraw(about: Collection[uuid.UUID]) -> int:
    """Destroy the messages about these subjects that have not been sent yet. Answers how many."""
    number, _rows = Message.objects.waiting().filter(about__in=about).delete()
    return number

"""Writes each mail as a file that any mail program opens."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


def folder() -> Path:
    return settings.VAR / "mail"


class MailboxBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder().mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            (folder() / f"{time.time_ns()}.eml").write_bytes(message.message().as_bytes())
        return len(email_messages)


def empty() -> None:
    for path in folder().glob("*.eml"):
        path.unlink(missing_ok=True)

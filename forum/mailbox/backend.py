"""Writes each mail as a file that any mail program opens."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from email.parser import BytesHeaderParser
from email.utils import getaddresses
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


def forget(addresses: Collection[str]) -> None:
    """Destroy every mail to these addresses. Everybody else's stays."""
    wanted = {address.casefold() for address in addresses if address}
    for path in folder().glob("*.eml") if wanted else ():
        if wanted & _recipients(path):
            path.unlink(missing_ok=True)


def _recipients(path: Path) -> set[str]:
    with path.open("rb") as file:
        headers = BytesHeaderParser().parse(file)
    found = getaddresses([str(value) for value in headers.get_all("To", [])])
    return {address.casefold() for _name, address in found}

"""A mail server of the test's own, which can have a bad day."""

from __future__ import annotations

import asyncio
import email
import email.policy
import logging
from collections import Counter
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

logging.getLogger("mail.log").setLevel(logging.WARNING)


class PostOffice(Controller):
    """Takes every mail and keeps it. `seconds` is how long it thinks about each; `answer`, when set, is a refusal."""

    def __init__(self) -> None:
        self.seconds, self.answer = 0.0, ""
        self.begun = 0  # conversations that came to a mail's content
        self.mails: list[EmailMessage] = []
        super().__init__(handler=self, hostname="127.0.0.1", port=0)

    @property
    def address(self) -> str:
        """As EMAIL_URL names it."""
        return "smtp://{}:{}".format(*self.server.sockets[0].getsockname())

    @property
    def copies(self) -> Counter[str]:
        """How many copies of each mail came, by Message-ID."""
        return Counter(mail["Message-ID"] for mail in self.mails)

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["To"] == address]

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        self.begun += 1
        if self.seconds:
            await asyncio.sleep(self.seconds)
        if self.answer:
            return self.answer
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"

    def _trigger_server(self) -> None:
        """Asked to listen on any free port, it knows only now which one that is."""
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    def __enter__(self) -> PostOffice:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

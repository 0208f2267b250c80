"""A post office: a real SMTP server that keeps what it takes, and refuses what it is told to."""

from __future__ import annotations

import email
import email.policy
import socket
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller

from forum.outbox import queue
from forum.outbox.models import Message


class PostOffice:
    """`refusals` are answers to RCPT by address, `refuses_data` one to every DATA, `calls` counts conversations."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.refusals: dict[str, str] = {}
        self.refuses_data = ""
        self.refuses_senders = ""
        self.calls = 0

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802 (the library's name)
        self.calls += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        if self.refuses_senders:
            return self.refuses_senders
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.refuses_data:
            return self.refuses_data
        self.recipients.append(list(envelope.rcpt_tos))
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"


@pytest.fixture
def post_office(settings) -> Iterator[PostOffice]:
    office = PostOffice()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(office, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "forum.outbox.smtp.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield office
    controller.stop()


@pytest.fixture
def promise(db):
    """Promise a mail; what it says is given where a test is about it."""

    def write(to_email: str = "seowoo@example.org", **more) -> Message:
        words = {"kind": "greeting", "language": "ko", "subject": "안녕하세요", "text": "반갑습니다."} | more
        promise = queue.enqueue_once if "dedupe_key" in more else queue.enqueue
        return promise(to_email=to_email, **words)

    return write

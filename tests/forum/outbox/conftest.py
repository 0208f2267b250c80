"""A post office: a real SMTP server that keeps what it takes, and refuses what it is told to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from forum.outbox import lines, queue
from forum.outbox.models import Message
from tests.post_office import PostOffice


@pytest.fixture(autouse=True)
def _no_line_of_another_test():
    yield
    lines.end_all()


@pytest.fixture
def post_office(settings) -> Iterator[PostOffice]:
    with PostOffice() as office:
        settings.EMAIL_BACKEND = "forum.outbox.smtp.SmtpBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
        yield office
        lines.end_all()


@pytest.fixture
def promise(db):
    """Promise a mail; what it says is given where a test is about it."""

    def write(to_email: str = "seowoo@example.org", **more) -> Message:
        words = {"kind": "greeting", "language": "ko", "subject": "안녕하세요", "text": "반갑습니다."} | more
        promise = queue.enqueue_once if "dedupe_key" in more else queue.enqueue
        return promise(to_email=to_email, **words)

    return write

"""A mail server that never quite stops talking costs a mail's deadline and no more."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from forum.outbox import delivery
from forum.outbox.models import Message

DEADLINE = 0.6
DRIP = 0.1  # seconds between two bytes: far below the timeout of one step


class Tarpit:
    """Answers a letter at a time. `polite` is how many whole answers come at once before that begins."""

    def __init__(self, polite: int) -> None:
        self.polite = polite
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def end(self) -> None:
        self.is_over.set()
        self.server.close()
        self.thread.join(5)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            self.server.settimeout(5)
            line, _address = self.server.accept()
            with line:
                for _each in range(self.polite):
                    line.sendall(b"250 go on\r\n" if _each else b"220 welcome\r\n")
                    line.recv(4096)
                while not self.is_over.wait(DRIP):
                    line.sendall(b"2")


@pytest.fixture(params=[0, 1, 3], ids=["greets slowly", "says its name slowly", "hesitates at the recipient"])
def tarpit(request, settings) -> Iterator[Tarpit]:
    server = Tarpit(request.param)
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "forum.outbox.smtp.SmtpBackend", "127.0.0.1"
    settings.EMAIL_PORT, settings.EMAIL_TIMEOUT, settings.EMAIL_DEADLINE = server.port, 5, DEADLINE
    yield server
    server.end()


def test_the_worker_hangs_up_and_the_mail_waits_for_its_next_attempt(promise, tarpit):
    message = promise()
    began = time.monotonic()

    delivery.deliver(message.pk)

    message.refresh_from_db()
    assert time.monotonic() - began < 4  # the server alone would go on for ever, one step for five seconds
    assert (message.state, message.attempts) == (Message.State.QUEUED, 1)
    assert message.lease_until is None


def test_the_sweep_gives_up_such_a_server_too(promise, tarpit):
    promise()

    delivery.sweep()

    assert Message.objects.get().state == Message.State.QUEUED


def test_a_mail_in_time_is_sent_and_nobody_hangs_up_later(promise, post_office, settings):
    settings.EMAIL_DEADLINE = 0.3
    delivery.deliver(promise().pk)
    time.sleep(0.5)  # a timer that was left behind would have cut the line by now
    delivery.deliver(promise().pk)

    assert len(post_office.mails) == 2
    assert post_office.calls == 1  # one conversation

"""SMTP with a deadline for each mail as a whole.

`EMAIL_TIMEOUT` holds for one answer of the server. One that says a word every nine seconds would keep a worker for
ever, and with it the lease of the message.
"""

from __future__ import annotations

import contextlib
import smtplib
import socket
import threading
from collections.abc import Iterator, Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

GO_ON = 354  # the server's answer to DATA: now the content


class SmtpBackend(EmailBackend):
    """Django's own, which hangs up when a mail takes longer than EMAIL_DEADLINE seconds, connecting included.

    Whoever waits then gets smtplib's SMTPServerDisconnected, or OSError, as when the line is cut by itself.
    """

    line: smtplib.SMTP | None = None
    content_was_sent = False  # of the last mail: cut off after that, nobody knows whether it arrived
    _is_timed = False

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        backend, kind = self, super().connection_class

        class Line(kind):  # type: ignore[misc, valid-type]
            def __init__(self, *args: object, **kwargs: object) -> None:
                backend.line = self  # known before the server has said its first word
                super().__init__(*args, **kwargs)

            def getreply(self) -> tuple[int, bytes]:
                code, words = super().getreply()
                backend.content_was_sent |= code == GO_ON
                return code, words

        return Line

    def open(self) -> bool | None:
        with self.deadline():
            return super().open()

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self.content_was_sent = False
        with self.deadline():
            return super().send_messages(email_messages)

    def hang_up(self) -> None:
        """Cut the line, whoever waits at it in whichever thread."""
        talking = getattr(self.line, "sock", None)
        if talking is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(talking, socket.SHUT_RDWR)  # below TLS, whose state is the other thread's

    @contextlib.contextmanager
    def deadline(self) -> Iterator[None]:
        """For everything that happens inside, together. One inside another changes nothing."""
        if self._is_timed:
            yield
            return
        timer = threading.Timer(settings.EMAIL_DEADLINE, self.hang_up)
        timer.daemon = True
        timer.start()
        self._is_timed = True
        try:
            yield
        finally:
            self._is_timed = False
            timer.cancel()

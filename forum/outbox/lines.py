"""Lines to the mail server that stay open for the next mail: signing in for each would cost more than sending it.

A line is one thread's at a time. It ends after fifty mails, or when nobody has needed it for thirty seconds.
"""

from __future__ import annotations

import contextlib
import threading
import time

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from forum.outbox import failures, provider
from forum.outbox.failures import Failure
from forum.outbox.provider import Turn

MAILS, IDLE_SECONDS = 50, 30
OPENING_PATIENCE = 20  # seconds to wait for another thread that is just calling
HUNG_UP_WITHIN = 10  # seconds: whoever needs longer to say that a line is dead did not just hang up

LISTENS_ON = (Failure.LATER, Failure.NO_SUCH_ADDRESS, Failure.REFUSED, Failure.CONTENT)  # it said no, and is well

_idle: list[Line] = []
_among_idle = threading.Lock()
_watch: threading.Timer | None = None  # ends those that nobody needs
_opening = threading.Lock()  # one thread of a process calls: a wrong sign-in is tried once, not once by each


class Undelivered(Exception):
    """The mail was not taken, or nobody knows. `failure` says why."""

    def __init__(self, error: Exception, failure: Failure) -> None:
        super().__init__(str(error))
        self.error, self.failure = error, failure


class NotNow(Exception):
    """Nobody was called: another thread learnt meanwhile that it is no use."""


class Line:
    def __init__(self) -> None:
        self.backend: BaseEmailBackend = get_connection()
        self.settings = provider.fingerprint()
        self.mails, self.used_at = 0, time.monotonic()

    @property
    def is_good(self) -> bool:
        is_young = self.mails < MAILS and time.monotonic() - self.used_at < IDLE_SECONDS
        return is_young and self.settings == provider.fingerprint()

    @property
    def content_was_sent(self) -> bool:
        return getattr(self.backend, "content_was_sent", False)

    def open(self) -> None:
        with self._deadline():
            self.backend.open()

    def send(self, mail: EmailMessage) -> None:
        mail.connection = self.backend
        with self._deadline():
            self.backend.send_messages([mail])

    def end(self) -> None:
        with contextlib.suppress(Exception):  # a goodbye that nobody hears
            self.backend.close()

    def cut(self) -> None:
        """Without a goodbye: the other side does not answer."""
        getattr(self.backend, "hang_up", lambda: None)()
        self.end()

    def _deadline(self) -> contextlib.AbstractContextManager[None]:
        return getattr(self.backend, "deadline", contextlib.nullcontext)()


def send(mail: EmailMessage, turn: Turn) -> None:
    """Over a line that is open, or a new one. Raises Undelivered or NotNow.

    A server hangs up when it likes. Where that is found out before the mail was said, the mail goes over a new line.
    """
    line = _open_one()
    if line is not None:
        began = time.monotonic()
        try:
            _send_over(line, mail)
        except Undelivered as why:
            if why.failure is not Failure.AWAY or time.monotonic() - began > HUNG_UP_WITHIN:
                raise
        else:
            return
    _send_over(_call(turn), mail)


def end_all() -> None:
    """Nobody needs a line any more."""
    global _watch
    with _among_idle:
        lines, _idle[:] = list(_idle), []
        if _watch is not None:
            _watch.cancel()
            _watch = None
    for line in lines:
        line.end()


def _send_over(line: Line, mail: EmailMessage) -> None:
    try:
        line.send(mail)
    except Exception as error:
        failure = failures.of(error, content_was_sent=line.content_was_sent)
        if failure in LISTENS_ON:
            _keep(line)
        else:
            line.cut()
        raise Undelivered(error, failure) from error
    _keep(line)


def _call(turn: Turn) -> Line:
    if not _opening.acquire(timeout=OPENING_PATIENCE):
        raise NotNow
    try:
        if not turn.still_holds:
            raise NotNow
        line = Line()
        try:
            line.open()
        except Exception as error:
            line.cut()
            failure = failures.of(error)
            provider.leave_alone(failure, f"{type(error).__name__}: {error}"[:500], turn)  # before the next one calls
            raise Undelivered(error, failure) from error
        return line
    finally:
        _opening.release()


def _open_one() -> Line | None:
    """The one used last, so that those that are not needed fall idle."""
    with _among_idle:
        line = _idle.pop() if _idle else None
    if line is None or line.is_good:
        return line
    line.end()
    return _open_one()


def _keep(line: Line) -> None:
    line.mails += 1
    line.used_at = time.monotonic()
    if not line.is_good:
        line.end()
        return
    with _among_idle:
        _idle.append(line)
        _look_again_later()


def _end_idle() -> None:
    global _watch
    with _among_idle:
        _watch = None
        ended = [line for line in _idle if not line.is_good]
        _idle[:] = [line for line in _idle if line not in ended]
        if _idle:
            _look_again_later()
    for line in ended:
        line.end()


def _look_again_later() -> None:
    global _watch
    if _watch is None:
        _watch = threading.Timer(IDLE_SECONDS, _end_idle)
        _watch.daemon = True
        _watch.start()

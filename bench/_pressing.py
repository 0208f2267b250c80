"""Many people who press the last button: real HTTP with real forms, and as little work of our own as can be."""

from __future__ import annotations

import contextlib
import socket
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import urlencode, urlsplit

from tests.citizen import DONE, Citizen, hidden_fields

AGAIN_AT_MOST = 8  # presses, on the page that says that the site is busy


@dataclass(frozen=True)
class Form:
    """A form that is filled in. `cookie` is the browser's, with the token against forgery."""

    cookie: str
    fields: tuple[tuple[str, str], ...]

    @property
    def request(self) -> bytes:
        body = urlencode(self.fields).encode()
        head = (
            f"POST {DONE} HTTP/1.1\r\nHost: {{host}}\r\nCookie: {self.cookie}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def as_somebody_else(self, email: str, key: str) -> Form:
        """The same page in another browser tab: only the form's key and the person differ."""
        changed = {"email": email, "submission_key": key}
        return replace(self, fields=tuple((name, changed.get(name, value)) for name, value in self.fields))

    def accepting_the_line(self, page: str) -> Form:
        """What the page that refuses a full day asks to be sent instead."""
        asked = dict(hidden_fields(page))["may_wait"]
        kept = tuple((name, value) for name, value in self.fields if name != "may_wait")
        return replace(self, fields=(*kept, ("may_wait", asked)))


def open_form(site: str, email: str, days: tuple[int, ...] = (1,)) -> Form:
    with Citizen(site) as citizen:
        fields = citizen.fill_in(email, days)
        cookie = "; ".join(f"{name}={value}" for name, value in citizen.cookies.items())
        return Form(cookie, tuple(fields))


class Button:
    """One connection that stays open. `press(form)` answers (status, page)."""

    def __init__(self, site: str) -> None:
        self.host = urlsplit(site).netloc
        self.socket: socket.socket | None = None

    def press(self, form: Form) -> tuple[int, str]:
        request = form.request.replace(b"{host}", self.host.encode(), 1)
        with contextlib.suppress(ConnectionError):
            if self.socket:
                return self._ask(request)
        # New, or closed by the server while it was idle: nothing was answered, so a browser asks again.
        self.close()
        host, _colon, port = self.host.partition(":")
        self.socket = socket.create_connection((host, int(port)), timeout=60)
        return self._ask(request)

    def press_until_answered(self, form: Form) -> tuple[int, str]:
        """As `press`; where the site is busy, its page's button is pressed again: the same form with the same key."""
        for _attempt in range(AGAIN_AT_MOST):
            status, page = self.press(form)
            if status != 503:
                break
        return status, page

    def close(self) -> None:
        if self.socket:
            self.socket.close()
        self.socket = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _ask(self, request: bytes) -> tuple[int, str]:
        self.socket.sendall(request)
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._receive()
        head, _blank, body = received.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next(int(line[15:]) for line in lines if line.startswith(b"content-length:"))
        while len(body) < length:
            body += self._receive()
        if b"connection: close" in lines:
            self.close()
        return int(lines[0][9:12]), body.decode()

    def _receive(self) -> bytes:
        received = self.socket.recv(65536)
        if not received:
            raise ConnectionError("the server closed the connection")
        return received

"""Many people who press buttons: real HTTP with real forms, and as little work of our own as can be."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import urlencode, urlsplit

from tests.citizen import DONE, Citizen, hidden_fields

AT_MOST = 12  # presses: a site that is never well ends the measurement, not the patience of its people


@dataclass(frozen=True)
class Form:
    """A form that is filled in. `cookie` is the browser's, with the token against forgery."""

    cookie: str
    fields: tuple[tuple[str, str], ...]
    path: str = DONE

    @property
    def request(self) -> bytes:
        body = urlencode(self.fields).encode()
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: {{host}}\r\nCookie: {self.cookie}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def as_somebody_else(self, email: str, key: str) -> Form:
        """The same page in another browser tab: only the form's key and the person differ."""
        changed = {"email": email, "submission_key": key}
        return replace(self, fields=tuple((name, changed.get(name, value)) for name, value in self.fields))

    def accepting_the_line(self, page: str) -> Form:
        """What the page that refuses a full day asks to be sent instead: a seat may have come free since."""
        asked = dict(hidden_fields(page))["may_wait"]
        kept = tuple((name, value) for name, value in self.fields if name != "may_wait")
        return replace(self, fields=(*kept, ("may_wait", asked)))

    def kept_by(self, page: str) -> Form:
        """What the button of the page sends that says that the site is busy."""
        if f'action="{self.path}"' not in page:
            raise LookupError("the page has no button that sends the form again")
        return replace(self, fields=tuple(hidden_fields(page)))


def open_form(site: str, email: str, days: tuple[int, ...] = (1,)) -> Form:
    with Citizen(site) as citizen:
        fields = citizen.fill_in(email, days)
        return Form(_cookie(citizen), tuple(fields))


def open_question(site: str, token: str) -> Form:
    """The page behind a secret link that asks whether to cancel. One day is booked, so nothing is left to choose."""
    with Citizen(site) as citizen:
        citizen.get(f"/t/{token}/?to=cancel")
        path = f"/ko/ticket/{token.partition('-')[0]}/cancel/"
        status, page = citizen.get(path)
        fields = hidden_fields(page)
        if status != 200 or "days" not in dict(fields):
            raise ConnectionError(f"{path} answers {status}, and not with a question")
        return Form(_cookie(citizen), tuple(fields), path)


def _cookie(citizen: Citizen) -> str:
    return "; ".join(f"{name}={value}" for name, value in citizen.cookies.items())


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

    def press_until_done(self, form: Form) -> list[int]:
        """What a person does who wants this, and the status of every answer that they see. 302 is done.

        A day that has filled up asks whether the line will do, and it does. 503 holds the form, and its button is
        pressed. After a fault (500) they go back and press again. Anything else ends it, and so does a page without
        what it should hold.
        """
        seen: list[int] = []
        with contextlib.suppress(LookupError):
            while len(seen) < AT_MOST:
                status, page = self.press(form)
                seen.append(status)
                if status == 503:
                    form = form.kept_by(page)
                elif status == 200:
                    form = form.accepting_the_line(page)
                elif status != 500:
                    break
        return seen

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


def fivexx(everybody: Sequence[Sequence[int]]) -> int:
    """How many answers that somebody saw were of the kind that no site wants to give, the page that is busy among
    them."""
    return sum(status >= 500 for seen in everybody for status in seen)

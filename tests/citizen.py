"""Somebody who registers, as the server sees it: a browser's requests over one connection, without the browser."""

from __future__ import annotations

import html
import http.client
import re
from http.cookies import SimpleCookie
from typing import Self
from urllib.parse import urlencode, urlsplit

FORM = "/ko/2022/register/"
CHECK, DONE = f"{FORM}check/", f"{FORM}done/"


class Citizen:
    """Keeps cookies and the connection. `register(email)` answers the status of the last answer: 302 is success."""

    def __init__(self, site: str) -> None:
        self.host = urlsplit(site).netloc
        self.connection = http.client.HTTPConnection(self.host, timeout=60)
        self.cookies: dict[str, str] = {}

    def register(self, email: str, days: tuple[int, ...] = (1,)) -> int:
        """The whole way: form, check, done."""
        filled = self.fill_in(email, days)
        status, page = self.post(CHECK, filled)
        if status != 200 or f'action="{DONE}"' not in page:
            return status if status != 200 else 409
        return self.post(DONE, hidden_fields(page))[0]

    def fill_in(self, email: str, days: tuple[int, ...] = (1,)) -> list[tuple[str, str]]:
        """Open the form and answer what it asks. What comes back can be posted to CHECK, and to DONE."""
        status, page = self.get(FORM)
        if status != 200:
            raise ConnectionError(f"the form answers {status}")
        typed = [("days", str(day)) for day in days] + [("name", "홍서우"), ("email", email)]
        typed += [("is_of_age", "on"), ("agree", "on")]
        return hidden_fields(page) + typed

    def get(self, path: str) -> tuple[int, str]:
        return self._ask("GET", path)

    def post(self, path: str, fields: list[tuple[str, str]]) -> tuple[int, str]:
        return self._ask("POST", path, urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.connection.close()

    def _ask(self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None):
        jar = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        try:
            self.connection.request(method, path, body, {**jar, **(headers or {})})
            answer = self.connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            # A server ends connections that were idle. Nothing was answered, so a browser asks again.
            self.connection.close()
            self.connection.request(method, path, body, {**jar, **(headers or {})})
            answer = self.connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies.update({name: morsel.value for name, morsel in SimpleCookie(line).items()})
        return answer.status, answer.read().decode()


def hidden_fields(page: str) -> list[tuple[str, str]]:
    """The hidden fields of the form in the page's main part, as a browser would send them."""
    main = page[page.index("<main") : page.index("</main>")]
    fields = []
    for tag in re.findall(r'<(?:input|textarea)[^>]*type="hidden"[^>]*>', main):
        found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        fields.append((found["name"], html.unescape(found.get("value", ""))))
    return fields

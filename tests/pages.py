"""Reading pages as a visitor does: what is wrong, what is filled in, where links lead."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from django.http import HttpResponse
from django.utils.translation import gettext, ngettext, override

WITHOUT_END = {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Page(HTMLParser):
    """A page. `fields` is what a browser would post of its form, `actions` where forms post to, `summary` the error
    summary as (address, sentence)."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.title = self.language = self.text = ""
        self.ids: list[str] = []
        self.links: list[str] = []
        self.actions: list[str] = []
        self.fields: dict[str, list[str]] = {}
        self.summary: list[tuple[str, str]] = []
        self.disabled: list[str] = []
        self._open: list[tuple[str, dict[str, str]]] = []
        self._select = ""
        self.feed(response.content.decode())
        self.text = " ".join(self.text.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self._note(tag, found)
        if tag in ("input", "option"):
            self._fill(tag, found)
        if tag not in WITHOUT_END:
            self._open.append((tag, found))

    def handle_endtag(self, tag: str) -> None:
        if tag in [name for name, _found in self._open]:
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        tag, found = self._open[-1] if self._open else ("", {})
        if tag == "title":
            self.title += data
        elif tag == "textarea":
            # A browser drops the first line break and reads the others as CR LF.
            self.fields[found["name"]] = [data.removeprefix("\n")]
        elif tag not in ("script", "style"):
            self.text += data + " "
        if self._is_in("error-summary") and data.strip() and tag in ("a", "li"):
            self.summary.append((found.get("href", ""), data.strip()))

    def _note(self, tag: str, found: dict[str, str]) -> None:
        if tag == "html":
            self.language = found.get("lang", "")
        if tag == "select":
            self._select = found["name"]
        if tag == "textarea":
            self.fields[found["name"]] = [""]
        if "id" in found:
            self.ids.append(found["id"])
        if "action" in found:
            self.actions.append(found["action"])
        if "href" in found:
            self.links.append(found["href"])

    def _fill(self, tag: str, found: dict[str, str]) -> None:
        is_box = found.get("type") in ("checkbox", "radio")
        if tag == "option" and "selected" in found:
            self.fields[self._select] = [found["value"]]
        elif tag == "input" and (not is_box or "checked" in found):
            self.fields.setdefault(found["name"], []).append(found.get("value", "on" if is_box else ""))

    def _is_in(self, name: str) -> bool:
        return any(name == found.get("class") for _tag, found in self._open)


def said(language: str, sentence: str, **facts: object) -> str:
    """The sentence as pages in that language say it."""
    with override(language):
        return gettext(sentence) % facts if facts else gettext(sentence)


def is_korean(sentence: str) -> bool:
    return any("가" <= letter <= "힣" for letter in sentence)


def without_codes(text: str) -> str:
    """What was written by somebody: links and codes are drawn by chance, and any word may turn up inside of one."""
    return re.sub(r"[0-9A-Z-]{8,}", "…", text)


def asks_to_pause(page: Page) -> bool:
    """Whether the only complaint is that there were too many attempts, and after how many minutes to come back."""
    [(_address, sentence)] = page.summary
    one, many = (
        "Too many attempts. Please try again in about %(number)d minute.",
        "Too many attempts. Please try again in about %(number)d minutes.",
    )
    with override(page.language):
        patterns = [re.escape(ngettext(one, many, number) % {"number": 77}).replace("77", r"\d+") for number in (1, 2)]
    return any(re.fullmatch(pattern, sentence) for pattern in patterns)

"""Words in braces that stand for a value: {name}. Put in by plain substitution, never by a template or by str.format.

Whoever types a text can reach the values of its kind of mail and nothing else, and what a value holds is never read
again: a person called {forum} stays that.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from django.utils.encoding import iri_to_uri
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

_BRACED = re.compile(r"\{(\w+)\}")
_EVERY_BRACE = re.compile(r"\{[^{}]*\}|[{}]")
# Korean particles follow an address without a space. So letters beyond ASCII belong to it where it goes on after them;
# at its end, only after a sign that parts words, and unless they could be, or hold, a particle.
_LETTERS = r"[^\W\x00-\x7f]+"
_LINK = re.compile(
    rf"https?://(?:[A-Za-z0-9_\-.~:/?#\[\]@!$&'()*+,;=%]|{_LETTERS}(?=[/?#&=%_\-])"
    rf"|(?<=[/?#&=_\-.]){_LETTERS}(?=\.?[A-Za-z0-9]))+"
)
_END = re.compile(rf"(?<=[/?#&=_\-]){_LETTERS}")
_PARTICLE = re.compile(r"(?:에서|으로|까지|부터|입니다|[은는이가을를에로와과의도만])+$")
_NOT_AT_THE_END = ".,;:!?'"
FULL_WIDTH = {"｛": "{", "｝": "}"}  # as Korean and Japanese keyboards type them: they look alike and stand for nothing
_IN_AN_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S*?(\{\w+\})", re.IGNORECASE)


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with the values put in. A word that has none stays as it is."""
    return _BRACED.sub(lambda match: values.get(match[1], match[0]), text)


def fill_line(text: str, values: Mapping[str, str]) -> SafeString:
    """One line as HTML: whatever was typed is text."""
    return _fill_html(escape(text), values)


def fill_paragraphs(text: str, values: Mapping[str, str]) -> SafeString:
    """As HTML: an empty line begins a paragraph, and the text's own addresses become links. Those in values do not, or
    a person's name could be one."""
    return _fill_html("\n".join(f"<p>{paragraph}</p>" for paragraph in _paragraphs(text)), values)


def first_wrong(text: str, allowed: Collection[str]) -> str | None:
    """The first thing in braces that stands for nothing here, or a brace that stands alone."""
    found = (match[0] for match in _EVERY_BRACE.finditer(text))
    return next((each for each in found if each not in {f"{{{word}}}" for word in allowed}), None)


def full_width_complaint(text: str) -> str:
    """Which sign to type in place of the first brace that looks like one and is none. Empty where there is none."""
    wide = next((sign for sign in text if sign in FULL_WIDTH), None)
    if wide is None:
        return ""
    words = {"wide": wide, "brace": FULL_WIDTH[wide]}
    return _("“%(wide)s” is a full-width sign. Switch the keyboard to English and type “%(brace)s” instead.") % words


def first_in_an_address(text: str) -> str | None:
    """The first placeholder inside an address: nobody can say where such a link leads."""
    match = _IN_AN_ADDRESS.search(text)
    return match and match[1]


def _paragraphs(text: str) -> list[str]:
    blocks = [block.strip() for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if block.strip()]
    return ["<br>".join(_linked(line) for line in block.split("\n")) for block in blocks]


def _linked(line: str) -> str:
    parts, end = [], 0
    for found in _LINK.finditer(line):
        address = _address(found, line)
        if address:
            link = format_html('<a href="{}">{}</a>', _encoded(address), address)
            parts += [escape(line[end : found.start()]), link]
            end = found.start() + len(address)
    return "".join([*parts, escape(line[end:])])


def _address(found: re.Match[str], line: str) -> str:
    """What of it is address. Empty where nobody can say where it ends: a link to another page would be worse."""
    more = _END.match(line, found.end())
    particle = more and _PARTICLE.search(more[0])
    if more and not particle:
        return found[0] + more[0]
    if particle and particle.start() > 0:
        return ""
    address = found[0].rstrip(_NOT_AT_THE_END)
    return address[:-1] if address.endswith(")") and "(" not in address else address


def _encoded(address: str) -> str:
    """As every mail program takes it. A host in Hangul is theirs to write in its own way."""
    return iri_to_uri(address) if urlsplit(address).netloc.isascii() else address


def _fill_html(html: str, values: Mapping[str, str]) -> SafeString:
    escaped = {word: conditional_escape(str(value)) for word, value in values.items()}
    return mark_safe(fill(html, escaped))  # noqa: S308 (both were escaped)

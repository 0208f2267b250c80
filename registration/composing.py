"""Making a mail of what organisers type: plain paragraphs, links that can be pressed, and the person's name.

A letter is made once for each language; a name is put in for each person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override

from forum.outbox.enclosures import fill, slot
from registration import change_words
from registration.models import Broadcast

NAME = "{name}"
BRACED = re.compile(r"\{[^{}\n]*\}|[{}]")
# Only signs that an address may hold: Korean particles follow a word without a space.
LINK = re.compile(r"https?://[\w\-.~:/?#\[\]@!$&'()*+,;=%]+", re.ASCII)
NOT_AT_THE_END = ".,;:!?'"

_inliner = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)


@dataclass(frozen=True)
class Letter:
    """The three parts, with slots for the name and for secret links."""

    subject: str
    text: str
    html: str

    def to(self, name: str) -> Letter:
        """The same with the person's name in it. Of some people no name is kept."""
        name, mark = name or _("Participant"), slot("name")
        return Letter(
            subject=self.subject.replace(mark, name),
            text=self.text.replace(mark, name),
            html=self.html.replace(mark, escape(name)),
        )

    def with_links(self, address: str) -> Letter:
        """For looking at: secret links lead to this address instead."""
        links = {"ticket_url": address, "end_news_url": address}
        return Letter(self.subject, fill(self.text, links), fill(self.html, links))


def unknown_placeholders(text: str) -> list[str]:
    """Whatever stands in braces and is not {name}."""
    return [found for found in BRACED.findall(text) if found != NAME]


def letter(broadcast: Broadcast, language: str) -> Letter:
    """What everybody who reads this language gets."""
    folder = f"emails/broadcast/{language}"
    subject, body = (_with_slot(text) for text in (broadcast.subject_in(language), broadcast.body_in(language)))
    is_news = broadcast.purpose == Broadcast.Purpose.NEWS
    with override(language):
        context = {
            "edition": broadcast.edition,
            "subject": subject,
            "body": body,
            "paragraphs": paragraphs(body),
            "changes": change_words.entries(broadcast.changes, language),
            "is_news": is_news,
            "ticket_url": "" if is_news else slot("ticket_url"),
            "end_news_url": slot("end_news_url") if is_news else "",
            "privacy_url": settings.PUBLIC_URL + reverse("registration:privacy"),
        }
        return Letter(
            subject=render_to_string(f"{folder}.subject.txt", context).strip(),
            text=render_to_string(f"{folder}.txt", context),
            html=_inliner.inline(render_to_string(f"{folder}.html", context)),
        )


def sample(broadcast: Broadcast, language: str, name: str) -> Letter:
    """To look at, for whoever has this name. Secret links lead to the front page."""
    with override(language):
        return letter(broadcast, language).to(name or _("Gildong Hong")).with_links(settings.PUBLIC_URL + "/")


def paragraphs(text: str) -> list[SafeString]:
    """An empty line begins a new paragraph, a line break stays one. Everything is escaped."""
    blocks = [block.strip() for block in re.split(r"\n\s*\n", text) if block.strip()]
    return [mark_safe("<br>".join(_linked(line) for line in block.split("\n"))) for block in blocks]  # noqa: S308


def _linked(line: str) -> SafeString:
    parts, end = [], 0
    for found in LINK.finditer(line):
        address = found[0].rstrip(NOT_AT_THE_END)
        if address.endswith(")") and "(" not in address:
            address = address[:-1]
        parts += [
            escape(line[end : found.start()]),
            format_html('<a href="{}">{}</a>', address, address),
        ]
        end = found.start() + len(address)
    return mark_safe("".join([*parts, escape(line[end:])]))  # noqa: S308 (each part is escaped)


def _with_slot(text: str) -> str:
    return "\n".join(text.strip().splitlines()).replace(NAME, slot("name"))

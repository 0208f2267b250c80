"""What a mail says: the words of its kind and language, in the frames that all mails share.

`templates/emails/<kind>/` holds the words, `ko.txt` and `en.txt`, in PARTS; and two frames, `mail.html` and `mail.txt`,
with the facts between opening and closing: days, ticket, button. Words hold placeholders such as {name}, and somebody
may have typed others in their place. What a placeholder cannot do, a secret link for instance, belongs to the facts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import css_inline
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.text import Truncator
from django.utils.translation import override

from forum.outbox.models import Message
from forum.outbox.placeholders import fill, fill_line, fill_paragraphs

LINES, PARAGRAPHS = ("subject", "preheader", "heading"), ("opening", "closing")
PARTS = (*LINES, *PARAGRAPHS)
LONGEST_SUBJECT = Message._meta.get_field("subject").max_length

_inliner = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)


@dataclass(frozen=True)
class Letter:
    """A mail that can be promised: its three parts, and the line that mail programs show beside the subject."""

    subject: str
    preheader: str
    text: str
    html: str

    def filled(self, marks: Mapping[str, str]) -> Letter:
        """Each mark, a character that stands in no text, replaced by what it stands for. What is put in is not read
        again."""
        plain, rich = str.maketrans(dict(marks)), str.maketrans({mark: escape(text) for mark, text in marks.items()})
        return Letter(
            subject=_one_line(self.subject.translate(plain)),
            preheader=self.preheader.translate(plain),
            text=self.text.translate(plain),
            html=self.html.translate(rich),
        )


def write(
    kind: str, language: str, facts: Mapping[str, Any], values: Mapping[str, str], typed: Mapping[str, str]
) -> Letter:
    """The mail of this kind. `values` are those of the placeholders, `typed` the parts that replace standard ones."""
    with override(language):
        words = standard_words(kind, language, facts) | {part: text for part, text in typed.items() if text}
        plain = {part: fill(words[part], values) for part in PARTS}
        rich = {part: fill_line(words[part], values) for part in LINES}
        rich |= {part: fill_paragraphs(words[part], values) for part in PARAGRAPHS}
        text = render_to_string(f"emails/{kind}/mail.txt", {**facts, **plain})
        html = render_to_string(f"emails/{kind}/mail.html", {**facts, **rich})
    return Letter(
        subject=_one_line(plain["subject"]),
        preheader=plain["preheader"],
        text=re.sub(r"\n{3,}", "\n\n", text.replace("\r\n", "\n")).strip() + "\n",
        html=_inliner.inline(html),
    )


def standard_words(kind: str, language: str, facts: Mapping[str, Any]) -> dict[str, str]:
    """The words of the template, by part, with their placeholders. The language is the active one."""
    parts = dict.fromkeys(PARTS, "")
    render_to_string(f"emails/{kind}/{language}.txt", {**facts, "parts": parts})
    return parts


def _one_line(subject: str) -> str:
    return Truncator(" ".join(subject.split())).chars(LONGEST_SUBJECT)

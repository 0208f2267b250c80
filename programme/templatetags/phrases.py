"""Showing phrases that exist in two languages (see `read_model.Text`)."""

from __future__ import annotations

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from forum.markup import html
from programme.language import page_language
from programme.read_model import Text

register = template.Library()


@register.filter
def phrase(text: object) -> SafeString:
    """The text, escaped. What is not in the page's language is marked with `lang`, so that it is read out rightly."""
    return _marked(text, conditional_escape(text))


@register.filter
def paragraphs(text: object) -> SafeString:
    """As `phrase`, with an empty line between paragraphs in the source becoming a new paragraph."""
    blocks = [block.strip() for block in str(text).replace("\r\n", "\n").split("\n\n") if block.strip()]
    lang = format_html(' lang="{}"', text.language) if is_foreign(text) else ""
    return SafeString("".join(format_html("<p{}>{}</p>", lang, block) for block in blocks))


@register.filter
def formatted(text: object) -> SafeString:
    """A long text with lists, links and the like (see `forum/markup.py`), marked with `lang` as `phrase` does."""
    lang = format_html(' lang="{}"', text.language) if is_foreign(text) else ""
    return format_html('<div class="prose"{}>{}</div>', lang, html(str(text)))


@register.filter
def headline(text: Text) -> SafeString:
    """A theme with one part lit up: what stands before a colon or comma, or else the last two words."""
    words = str(text)
    for mark in (": ", ", "):
        head, found, tail = words.partition(mark)
        if found:
            return _marked(text, format_html("<em>{}{}</em> <span>{}</span>", head, mark.strip(), tail))
    *head, before_last, last = ["", "", *words.split()]
    return _marked(text, format_html("<span>{}</span> <em>{} {}</em>", " ".join(head).strip(), before_last, last))


@register.filter
def is_foreign(text: object) -> bool:
    """Whether a page in the active language must fall back to the other one for this text."""
    return isinstance(text, Text) and bool(text) and text.language != page_language()


@register.filter
def counterpart(text: Text) -> SafeString:
    """The same phrase in the language that the page does not use, marked with `lang`. Empty where there is none."""
    other = "ko" if text.language == "en" else "en"
    words = getattr(text, other)
    return format_html('<span lang="{}">{}</span>', other, words) if words else SafeString("")


@register.filter
def nth(number: int) -> str:
    """Which forum of the series this is: 제4회, 4th."""
    if page_language() == "ko":
        return f"제{number}회"
    teen = number % 100 in (11, 12, 13)
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _marked(text: object, html: SafeString) -> SafeString:
    return format_html('<span lang="{}">{}</span>', text.language, html) if is_foreign(text) else html

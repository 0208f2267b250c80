"""Dates and times as both languages write them. A moment is shown in its own time zone, which is the edition's.

Filters answer plain text, for titles and mails; tags answer `<time datetime>` elements, for pages.
"""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils.dateformat import format as written
from django.utils.html import format_html
from django.utils.safestring import SafeString

from programme.language import page_language

register = template.Library()

HOME = "Asia/Seoul"
WEEKDAYS = "월화수목금토일"
WITH_A_CLOCK = ("clock", "second", "moment")
PATTERNS = {
    "ko": {
        "day_long": "Y년 n월 j일(D)",
        "day_month": "n월 j일(D)",
        "day_short": "n. j.(D)",
        "day_dotted": "Y. n. j.(D)",
        "day_only": "j.(D)",
        "clock": "H:i",
        "second": "H:i:s",
        "moment": "n월 j일(D) H:i",
        "weekday": "l",
        "day_figure": "n.j",
    },
    "en": {
        "day_long": "D j M Y",
        "day_month": "D j M",
        "day_short": "D j M",
        "day_dotted": "D j M Y",
        "day_only": "D j M",
        "clock": "H:i",
        "second": "H:i:s",
        "moment": "D j M, H:i",
        "weekday": "l",
        "day_figure": "j M",
    },
}


@register.filter
def day_long(value: date | None) -> str:
    """2022년 11월 28일(월) · Mon 28 Nov 2022"""
    return _write(value, "day_long")


@register.filter
def day_month(value: date | None) -> str:
    """11월 28일(월) · Mon 28 Nov"""
    return _write(value, "day_month")


@register.filter
def day_short(value: date | None) -> str:
    """11. 28.(월) · Mon 28 Nov"""
    return _write(value, "day_short")


@register.filter
def day_dotted(value: date | None) -> str:
    """2022. 11. 28.(월) · Mon 28 Nov 2022: as official documents write it"""
    return _write(value, "day_dotted")


@register.filter
def clock(value: datetime | None) -> str:
    """09:30 in both languages"""
    return _write(value, "clock")


@register.filter
def second(value: datetime | None) -> str:
    """09:30:05 in both languages"""
    return _write(value, "second")


@register.filter
def moment(value: datetime | None) -> str:
    """11월 25일(금) 18:00 · Fri 25 Nov, 18:00 KST. In Korean the zone is said only where it is not Korea's."""
    if value is None:
        return ""
    is_plain = page_language() == "ko" and str(value.tzinfo) == HOME
    zone = "" if is_plain else f" {value.tzname()}"
    return _write(value, "moment") + zone


@register.simple_tag
def time(value: date | str | None, form: str) -> SafeString:
    """`{% time day.date "day_long" %}`: any of the forms above, as a `<time>` element. Empty for an unknown time, and
    for that of a thing that is not there, which templates take for an empty text."""
    if not value:
        return SafeString("")
    text = moment(value) if form == "moment" else _write(value, form)
    shown = value.date() if isinstance(value, datetime) and form not in WITH_A_CLOCK else value
    return format_html('<time datetime="{}">{}</time>', shown.isoformat(), text)


@register.simple_tag
def time_range(starts: datetime | None, ends: datetime | None) -> SafeString:
    """13:30–15:20, or only the start where the end is unknown."""
    if starts is None or ends is None:
        return time(starts, "clock")
    return format_html("{}–{}", time(starts, "clock"), time(ends, "clock"))


@register.simple_tag
def date_range(first: date | None, last: date | None) -> SafeString:
    """2022. 11. 28.(월) – 29.(화) · Mon 28 – Tue 29 Nov 2022"""
    if first is None or last is None or first == last:
        return time(first or last, "day_dotted")
    begins, ends = _range_patterns(first, last)
    return format_html("{} – {}", _dated(first, begins), _dated(last, ends))


def _range_patterns(first: date, last: date) -> tuple[str, str]:
    """What the second date shares with the first is said once: after it in English, before it in Korean."""
    same_year, same_month = first.year == last.year, (first.year, first.month) == (last.year, last.month)
    if page_language() == "ko":
        return "Y. n. j.(D)", "j.(D)" if same_month else "n. j.(D)" if same_year else "Y. n. j.(D)"
    return "D j" if same_month else "D j M" if same_year else "D j M Y", "D j M Y"


def _dated(value: date, pattern: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), _by(pattern, value))


def _write(value: date | None, form: str) -> str:
    return _by(PATTERNS[page_language()][form], value) if value is not None else ""


def _by(pattern: str, value: date) -> str:
    """By Django's pattern, but a weekday in brackets is one letter: Django has no short Korean names."""
    return written(value, pattern.replace("(D)", f"({WEEKDAYS[value.weekday()]})"))

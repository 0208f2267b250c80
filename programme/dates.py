"""Dates and times as people write them in Korean and English. Times are on the 24-hour clock in both."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import get_language

KOREAN_WEEKDAYS = "월화수목금토일"


def long_date(date: dt.date) -> str:
    """2022년 11월 28일(월), or Mon 28 Nov 2022."""
    if _is_english():
        return f"{date:%a} {date.day} {date:%b %Y}"
    return f"{date.year}년 {date.month}월 {date.day}일({KOREAN_WEEKDAYS[date.weekday()]})"


def day_date(date: dt.date) -> str:
    """11월 28일(월), or Mon 28 Nov: where the year is plain."""
    if _is_english():
        return f"{date:%a} {date.day} {date:%b}"
    return f"{date.month}월 {date.day}일({KOREAN_WEEKDAYS[date.weekday()]})"


def clock(moment: dt.time | dt.datetime) -> str:
    """09:30."""
    return f"{moment:%H:%M}"


def date_and_time(moment: dt.datetime) -> str:
    """11월 27일(일) 18:00, or Sun 27 Nov, 18:00 KST. The moment is shown in the time zone that it carries."""
    if _is_english():
        return f"{day_date(moment)}, {clock(moment)} {moment:%Z}"
    return f"{day_date(moment)} {clock(moment)}"


def _is_english() -> bool:
    return (get_language() or "ko").startswith("en")

"""How a person is shown: initials and tone of the avatar, country, and where they appear."""

from __future__ import annotations

import re
from zlib import crc32

from django import template
from django_countries import countries

from programme.language import page_language
from programme.read_model import Speaker

register = template.Library()

TONES = 6
HANGUL_NAME = re.compile(r"[가-힣]{2,4}")


@register.filter
def tone(slug: str) -> int:
    """One of six colours, always the same for the same person."""
    return crc32(slug.encode()) % TONES


@register.filter
def initials(speaker: Speaker) -> str:
    """Two letters: a Korean given name on Korean pages, else the first and the last Latin initial.

    A foreign name spelled in Hangul has a space in it, and keeps its Latin initials.
    """
    korean, latin = speaker.name.ko.strip(), speaker.name.en.split()
    wants_hangul = not latin or page_language() == "ko"
    if wants_hangul and HANGUL_NAME.fullmatch(korean):
        return korean[-2:] if len(korean) > 2 else korean
    if latin:
        return (latin[0][0] + (latin[-1][0] if len(latin) > 1 else "")).upper()
    return korean[:2]


@register.filter
def country_name(code: str) -> str:
    """The country's name in the page's language."""
    return countries.name(code)

"""Finding Hangul by the consonants that its syllables begin with: ㅎㄱㄷ finds 홍길동."""

from __future__ import annotations

import re
import unicodedata

# The consonants that a syllable can begin with, in the order of Unicode: 588 syllables each.
FIRST_CONSONANTS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
SYLLABLES, LAST_SYLLABLE, EACH = 0xAC00, 0xD7A3, 588


def as_typed(text: str) -> str:
    """Composed, and full-width letters made plain; but NFKC would turn typed consonants into letters that only stand
    inside of syllables."""
    return text if has_consonants(text) else unicodedata.normalize("NFKC", text)


def has_consonants(text: str) -> bool:
    return any(letter in FIRST_CONSONANTS for letter in text)


def is_hangul(letter: str) -> bool:
    return letter in FIRST_CONSONANTS or SYLLABLES <= ord(letter) <= LAST_SYLLABLE


def pattern(words: str) -> str:
    """ㅎㄱㄷ or 홍ㄱㄷ as a regular expression of what matches 홍길동, spaces or none between."""
    return " ?".join(_range(letter) for letter in words if letter != " ")


def _range(letter: str) -> str:
    place = FIRST_CONSONANTS.find(letter)
    if place < 0:
        return re.escape(letter)
    first = SYLLABLES + place * EACH
    return f"[{chr(first)}-{chr(first + EACH - 1)}]"

"""The order of names on paper, as a Korean list has it: Hangul first, then letters of other scripts."""

from __future__ import annotations

import unicodedata

FIRST_CONSONANTS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
PLAIN = str.maketrans("ㄲㄸㅃㅆㅉ", "ㄱㄷㅂㅅㅈ")
SYLLABLES, EACH = 0xAC00, 588  # so many begin with each consonant
OTHER = "…"


def key(name: str) -> tuple[int, str, str]:
    """What to sort by. Upper and lower case, spaces and accents decide only between names that are alike without."""
    plain = "".join(_letters(name))
    return (0 if _is_hangul(plain[:1]) else 1 if plain[:1].isalpha() else 2), plain, name


def initial(name: str) -> str:
    """Under which letter a name stands: its first consonant, its first letter, or `…` where there is neither."""
    first = "".join(_letters(name))[:1]
    if _is_hangul(first):
        place = (ord(first) - SYLLABLES) // EACH
        return FIRST_CONSONANTS[place].translate(PLAIN)
    return first.upper() if first.isalpha() else OTHER


def _letters(name: str) -> list[str]:
    """Without spaces and marks over letters; Hangul stays whole."""
    found = []
    for letter in name.casefold():
        if _is_hangul(letter):
            found.append(letter)
        else:
            found += [each for each in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(each)]
    return [letter for letter in found if not letter.isspace()]


def _is_hangul(letter: str) -> bool:
    return bool(letter) and SYLLABLES <= ord(letter) <= 0xD7A3

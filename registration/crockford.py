"""Crockford's base 32: digits that people read, type and say without confusing them. No I, L, O or U."""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FORGIVEN = str.maketrans("OIL", "011", " -\t\r\n")


def tidy(text: str) -> str:
    """What was meant: upper case, O as 0, I and L as 1, without spaces and hyphens."""
    return text.upper().translate(_FORGIVEN)


def encode(number: int, digits: int) -> str:
    """The number with that many digits, zero-padded."""
    return "".join(ALPHABET[number >> (5 * place) & 31] for place in reversed(range(digits)))


def decode(text: str) -> int:
    """The number that the digits stand for. Raises ValueError for anything else."""
    number = 0
    for digit in text:
        number = number << 5 | ALPHABET.index(digit)
    return number


def random(digits: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(digits))


def random_public_id() -> str:
    return random(10)


def random_desk_code() -> str:
    return random(8)

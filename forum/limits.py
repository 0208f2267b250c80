"""Rate limits on the shared cache: how often something may happen within a while."""

from __future__ import annotations

import time

from django.core.cache import cache
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from forum.errors import Refused


class TooMany(Refused):
    """`seconds` says when it is worth trying again."""

    code = "rate_limited"

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds

    def __str__(self) -> str:
        minutes = -(-self.seconds // 60)
        if minutes < 90:
            sentence = ngettext(
                "Too many attempts. Please try again in about %(number)d minute.",
                "Too many attempts. Please try again in about %(number)d minutes.",
                minutes,
            )
            return sentence % {"number": minutes}
        hours = round(minutes / 60)
        sentence = ngettext(
            "Too many attempts. Please try again in about %(number)d hour.",
            "Too many attempts. Please try again in about %(number)d hours.",
            hours,
        )
        return sentence % {"number": hours}


def spend(key: str, *, allowed: int, seconds: int) -> int:
    """Count one attempt under `key`. Answers which it is in the current window of `seconds`, and raises TooMany beyond
    `allowed`."""
    window = int(time.time()) // seconds
    # Hashed with our secret: a cache may write down what it holds, and an address is personal data.
    name = f"limit:{salted_hmac('forum.limits', f'{key}:{window}', algorithm='sha256').hexdigest()}"
    try:
        spent = cache.incr(name)
    except ValueError:  # the first in this window
        spent = 1 if cache.add(name, 1, timeout=seconds) else cache.incr(name)
    if spent > allowed:
        raise TooMany(seconds - int(time.time()) % seconds)
    return spent

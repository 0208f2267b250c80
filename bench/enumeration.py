"""Whether a stranger can tell by the clock, or by the page, that an address is registered.

200 pairs of a known and an unknown address press the last button of registering, and ask for their link again, one
after the other over one connection, the known one first in every second pair. The medians may differ by at most 50 ms,
and what comes back may differ in nothing but the address itself. No worker runs.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable
from typing import Any

from bench._measure import product, report, say
from tests.citizen import DONE, Citizen, hidden_fields

PAIRS = 200
BOUND_MS = 50
RESEND = "/ko/2022/tickets/resend/"

Answer = tuple[float, str]  # seconds, and everything that came back


def measure() -> dict[str, Any]:
    with product() as copy:
        copy.start_web()
        _make_room()
        known, unknown, stranger = (
            [f"{kind}-{number:03}@example.org" for number in range(PAIRS)] for kind in ("known", "fresh", "other")
        )
        with Citizen(copy.url) as citizen:
            say(f"{PAIRS} people register")
            for email in known:
                _register(citizen, email)
            return {
                "bench": "enumeration",
                "registering": _compare(lambda email: _register(citizen, email), known, unknown),
                "asking_for_the_link": _compare(lambda email: _resend(citizen, email), known, stranger),
            }


def _compare(ask: Callable[[str], Answer], known: list[str], unknown: list[str]) -> dict[str, Any]:
    """Answers medians, their difference, and in how many pairs both saw the same."""
    from django.core.cache import cache

    waits: dict[str, list[float]] = {"known": [], "unknown": []}
    same = 0
    for number, pair in enumerate(zip(known, unknown, strict=True)):
        cache.clear()  # limits by network would end this soon
        asked = {}
        for kind, email in sorted(zip(waits, pair, strict=True), reverse=bool(number % 2)):
            seconds, seen = ask(email)
            waits[kind].append(seconds)
            asked[kind] = _without_what_was_typed(seen, email)
        same += asked["known"] == asked["unknown"]
    medians = {f"{kind}_ms": round(statistics.median(each) * 1000, 1) for kind, each in waits.items()}
    difference = round(medians["unknown_ms"] - medians["known_ms"], 1)
    figures = {"pairs": len(known), **medians, "difference_ms": difference, "same_answer": same}
    figures["ok"] = abs(difference) <= BOUND_MS and same == len(known)
    say(f"{figures}")
    return figures


def _register(citizen: Citizen, email: str) -> Answer:
    filled = citizen.fill_in(email)
    began = time.perf_counter()
    status, page = citizen.post(DONE, filled)
    seconds = time.perf_counter() - began
    return seconds, f"{status} {page} {citizen.get(DONE)}"


def _resend(citizen: Citizen, email: str) -> Answer:
    fields = [*hidden_fields(citizen.get(RESEND)[1]), ("email", email)]
    began = time.perf_counter()
    status, page = citizen.post(RESEND, fields)
    return time.perf_counter() - began, f"{status} {page}"


def _without_what_was_typed(seen: str, email: str) -> str:
    """CSRF tokens are masked anew in every page."""
    return re.sub(r'(csrfmiddlewaretoken" value=")\w+', r"\1", seen).replace(email, "")


def _make_room() -> None:
    from registration.models import Quota

    Quota.objects.update(capacity=100_000)


if __name__ == "__main__":
    report(__doc__, measure)

"""Whether a stranger can tell by the clock, or by the page, that an address is registered.

200 pairs of a known and an unknown address press the last button of registering, ask for their link again, and are
what somebody corrects the own address to: on the page after registering, and behind the own link. One after the other
over one connection, the known one first in every second pair. The medians may differ by at most 50 ms, and what comes
back may differ in nothing but the addresses. What comes back is the answer, the pages that the asker can open
afterwards, and the mails to the address that the asker had. No worker runs.
"""

from __future__ import annotations

import os
import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench._measure import product, report, say
from tests.citizen import DONE, Citizen, hidden_fields

PAIRS = 200
BOUND_MS = 50
RESEND = "/ko/2022/tickets/resend/"
CORRECT = f"{DONE}address/"

Answer = tuple[float, str]  # seconds, and everything that came back


def measure() -> dict[str, Any]:
    with product() as copy:
        copy.start_web()
        _make_room()
        known, unknown, stranger, new, newer = (
            [f"{kind}-{number:03}@example.org" for number in range(PAIRS)]
            for kind in ("known", "fresh", "other", "newly", "later")
        )
        with Citizen(copy.url) as citizen:
            say(f"{PAIRS} people register")
            for email in known:
                _register(citizen, email)
            return {
                "bench": "enumeration",
                "registering": _compare(lambda email: _register(citizen, email), known, unknown),
                "asking_for_the_link": _compare(lambda email: _resend(citizen, email), known, stranger),
                "correcting_after_registering": _compare(lambda email: _correct_after(copy.url, email), known, new),
                "correcting_behind_the_link": _compare(lambda email: _correct_behind(copy.url, email), known, newer),
            }


def _compare(ask: Callable[[str], Answer], known: list[str], unknown: list[str]) -> dict[str, Any]:
    """Answers medians, their difference, and in how many pairs both saw the same."""
    from django.core.cache import cache

    waits: dict[str, list[float]] = {"known": [], "unknown": []}
    same, differing = 0, ("", "")
    for number, pair in enumerate(zip(known, unknown, strict=True)):
        cache.clear()  # limits by network would end this soon
        asked = {}
        for kind, email in sorted(zip(waits, pair, strict=True), reverse=bool(number % 2)):
            seconds, seen = ask(email)
            waits[kind].append(seconds)
            asked[kind] = _without_what_was_typed(seen, email)
        same += asked["known"] == asked["unknown"]
        differing = differing if differing[0] else _where_different(asked["known"], asked["unknown"])
    medians = {f"{kind}_ms": round(statistics.median(each) * 1000, 1) for kind, each in waits.items()}
    difference = round(medians["unknown_ms"] - medians["known_ms"], 1)
    figures = {"pairs": len(known), **medians, "difference_ms": difference, "same_answer": same}
    figures["ok"] = abs(difference) <= BOUND_MS and same == len(known)
    if differing[0]:
        figures["for_example"] = dict(zip(waits, differing, strict=True))
    say(f"{figures}")
    return figures


def _where_different(known: str, unknown: str) -> tuple[str, str]:
    """Both from a little before the first difference on; nothing where there is none."""
    if known == unknown:
        return "", ""
    at = max(len(os.path.commonprefix([known, unknown])) - 40, 0)
    return known[at : at + 120], unknown[at : at + 120]


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


def _correct_after(site: str, email: str) -> Answer:
    """Somebody registers, and then says that this was the address."""
    with Citizen(site) as citizen:
        own = _asker(citizen, f"after-{email}")
        seconds, answer = _correct(citizen, CORRECT, email)
        pages = [citizen.get(path) for path in (DONE, CORRECT)]
        return seconds, _seen(own, [answer, *pages, _opened(citizen, own), _mails_to(own)])


def _correct_behind(site: str, email: str) -> Answer:
    """Somebody opens the own link, and says that this is the address from now on."""
    with Citizen(site) as citizen:
        own = _asker(citizen, f"behind-{email}")
        citizen.get(f"/t/{own.token}/")
        seconds, answer = _correct(citizen, f"/ko/ticket/{own.public_id}/email/", email)
        return seconds, _seen(own, [answer, _opened(citizen, own), _mails_to(own)])


@dataclass(frozen=True)
class Own:
    """What the asker has, before the correction."""

    email: str
    public_id: str
    token: str


def _asker(citizen: Citizen, email: str) -> Own:
    from registration import links
    from registration.models import Registration

    _register(citizen, email)
    registration = Registration.objects.get(email=email)
    return Own(email, registration.public_id, links.token_of(registration))


def _correct(citizen: Citizen, path: str, email: str) -> tuple[float, object]:
    fields = [*hidden_fields(citizen.get(path)[1]), ("email", email)]
    began = time.perf_counter()
    answer = citizen.post(path, fields)
    return time.perf_counter() - began, answer


def _opened(citizen: Citizen, own: Own) -> list[int]:
    """Whether the ticket still opens, in this browser and by the link."""
    return [citizen.get(path)[0] for path in (f"/ko/ticket/{own.public_id}/", f"/t/{own.token}/")]


def _mails_to(own: Own) -> list[str]:
    from forum.outbox.models import Message

    return list(Message.objects.filter(to_email=own.email).order_by("pk").values_list("kind", flat=True))


def _seen(own: Own, everything: list[object]) -> str:
    seen = " ".join(map(str, everything))
    for secret in (own.token, own.public_id, own.email):
        seen = seen.replace(secret, "")
    return seen


def _without_what_was_typed(seen: str, email: str) -> str:
    """CSRF tokens are masked anew in every page."""
    return re.sub(r'(csrfmiddlewaretoken" value=")\w+', r"\1", seen).replace(email, "")


def _make_room() -> None:
    from registration.models import Quota

    Quota.objects.update(capacity=100_000)


if __name__ == "__main__":
    report(__doc__, measure)

"""200 people cancel while 200 register and two processes promote: is every seat right, and did anybody overtake?

All seats are taken, and twenty people wait. Then 200 press the button on the page behind their link that asks whether
to cancel, and 200 others press the last button of registering, over 64 connections and in any order, while two
processes sweep the lines without end. Whoever is told that the day has filled up meanwhile joins the line. Ten times.
Afterwards nobody may have overtaken: those promoted are the first in the order of their places, in that order.
"""

from __future__ import annotations

import collections
import json
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench._crowd import button, empty, people
from bench._measure import all_at_once, milliseconds, product, report, say
from tests.pressing import Form, fivexx, open_question
from tests.product import Product, wait_until

ROUNDS, SEATS, IN_LINE, COMING = 10, 200, 20, 200
CONNECTIONS, PROMOTERS = 64, ("promoter-1", "promoter-2")
PAUSE = 0.05  # seconds at most between two sweeps
TROUBLE = ("ERROR", "WARNING", "Traceback")


def measure() -> dict[str, Any]:
    with product(DJANGO_SETTINGS_MODULE="forum.settings") as copy:
        copy.start_web()
        sums: collections.Counter[str] = collections.Counter()
        waits: list[float] = []
        for turn in range(ROUNDS):
            figures = _round(copy, turn, waits)
            say(f"round {turn + 1}: {figures}")
            sums.update(figures)
        invariants = copy.manage("invariants").strip()
    wrong = sum(sums[name] for name in ("errors", "fivexx", "overtaken", "miscounted", "broken_invariants"))
    return {
        "bench": "line",
        "ok": not wrong and invariants == "everything holds",
        "rounds": ROUNDS,
        "cancellations": ROUNDS * SEATS,
        "registrations": ROUNDS * COMING,
        "promoters": len(PROMOTERS),
        **sums,
        "invariants": invariants,
        **milliseconds(waits),
    }


def _round(copy: Product, turn: int, waits: list[float]) -> dict[str, int]:
    from registration import invariants, waiting_list

    empty(seats=SEATS, longest_line=SEATS + COMING)
    forms = people(copy, SEATS + IN_LINE + COMING, f"round-{turn}")
    before, coming = forms[: SEATS + IN_LINE], forms[SEATS + IN_LINE :]
    for some in (before[:SEATS], before[SEATS:]):  # first all seats are taken, then the line begins
        if any(seen[-1] != 302 for seen in _press_all(copy, some)):
            raise ConnectionError("the seats could not be filled")
    leaving = _questions(copy)
    acts = [*leaving, *coming]
    random.shuffle(acts)
    with _promoters(copy) as told:
        everybody = _press_all(copy, acts, waits)
    waiting_list.sweep()  # what the last cancellation left to the next minute
    return {
        "errors": sum(seen[-1] != 302 or any(each not in (200, 302) for each in seen) for seen in everybody)
        + told.pop("trouble"),
        "fivexx": fivexx(everybody),
        "broken_invariants": len(invariants.broken()),
        **told,
        **_line(),
    }


def _line() -> dict[str, int]:
    """How the line has moved. Every living person has one seat or one place, and one word about having moved up."""
    from django.db.models import F

    from forum.outbox.models import Message
    from registration.models import Booking, Quota

    stood = list(Booking.objects.filter(place__isnull=False).order_by("place").values_list("state", "confirmed_at"))
    promoted = [moment for state, moment in stood if state == Booking.State.CONFIRMED]
    first = [state for state, _moment in stood[: len(promoted)]]
    in_order = sum(earlier > later for earlier, later in zip(promoted, promoted[1:], strict=False))
    seats_left = Quota.objects.filter(day__number=1).exclude(taken=F("capacity")).count()
    told = Message.objects.filter(kind="promoted").count()
    living = Booking.objects.living().count()
    return {
        "stood_in_line": len(stood),
        "promoted": len(promoted),
        "overtaken": first.count(Booking.State.WAITING) + in_order,
        "miscounted": seats_left + abs(told - len(promoted)) + abs(living - IN_LINE - COMING),
    }


def _questions(copy: Product) -> list[Form]:
    """The page that asks whether to cancel, opened by everybody who has a seat."""
    from registration import links
    from registration.models import Booking

    seated = Booking.objects.confirmed().select_related("registration")
    tokens = [links.token_of(booking.registration) for booking in seated]
    if len(tokens) != SEATS:
        raise LookupError(f"{len(tokens)} people have a seat")
    opened, _waits, _seconds = all_at_once([lambda each=each: open_question(copy.url, each) for each in tokens], 8)
    return opened


def _press_all(copy: Product, forms: list[Form], waits: list[float] | None = None) -> list[list[int]]:
    acts = [lambda each=each: button(copy).press_until_done(each) for each in forms]
    answers, seconds, _all = all_at_once(acts, min(CONNECTIONS, len(acts)))
    if waits is not None:
        waits += seconds
    return answers


@contextmanager
def _promoters(copy: Product) -> Iterator[dict[str, int]]:
    """While they are at work; what they did is told when they have ended."""
    told: dict[str, int] = {}
    for name in PROMOTERS:
        copy.log(name).unlink(missing_ok=True)
        copy.start(name, sys.executable, "-m", "tests.crowd", "promote", f"pause={PAUSE}")
    wait_until(lambda: all("at work" in copy.log(name).read_text() for name in PROMOTERS), "the promoters are at work")
    yield told
    told |= {"sweeps": 0, "trouble": 0}
    for name in PROMOTERS:
        code, said = copy.stop(name), copy.log(name).read_text()
        told["trouble"] += bool(code) + sum(word in said for word in TROUBLE)
        told["sweeps"] += json.loads(said.splitlines()[-1])["sweeps"] if not code else 0


if __name__ == "__main__":
    report(__doc__, measure)

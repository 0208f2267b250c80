"""People as processes of their own, each with a connection to the database: `python -m tests.crowd ACT name=value…`.

What they did is printed as one line of JSON. tests/product.py starts them with a copy's settings.
"""

from __future__ import annotations

import json
import random
import signal
import sys
import time
import uuid
from collections import Counter
from typing import Any

import django

django.setup()

from django.db import Error  # noqa: E402 (a process of its own)

from forum.errors import Refused  # noqa: E402
from programme.models import Edition  # noqa: E402
from registration import booking, changing, sign_up, waiting_list  # noqa: E402
from registration.models import Quota, Registration  # noqa: E402
from tests.factories import make_answers  # noqa: E402


def promote(pause: float) -> Counter[str]:
    """Sweep the lines until asked to end, as the worker does each minute. What fails is logged, as there."""
    over: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: over.append(number))
    sys.stdout.write("at work\n")
    sys.stdout.flush()
    sweeps = 0
    while not over:
        waiting_list.sweep()
        sweeps += 1
        time.sleep(random.uniform(0, pause))
    return Counter({"sweeps": sweeps})


def live(name: str, edition: str, transactions: int, seed: int) -> Counter[str]:
    """So many acts at random: register, change, cancel, regret, move chairs, on any days in any order.

    Adds how many registrations in the end hold other days than this process was told (`forgotten`).
    """
    told: dict[int, set[int]] = {}
    chance, forum, counts = random.Random(seed), Edition.objects.get(slug=edition), Counter()
    days = list(forum.days.values_list("number", flat=True))
    for number in range(transactions):
        some_days = chance.sample(days, chance.randint(1, len(days)))
        act = chance.choices(list(ACTS), list(ACTS.values()))[0]
        if act is not _come and not told:
            act = _come
        said = _said(act, forum, f"{name}-{number}", some_days, chance, told)
        counts[f"{act.__name__[1:]}: {said}"] += 1
    held = {pk: set() for pk in told}
    for pk, day in Registration.objects.filter(pk__in=told, bookings__state__in=booking.Booking.LIVING).values_list(
        "pk", "bookings__day__number"
    ):
        held[pk].add(day)
    counts["forgotten"] = sum(held[pk] != told[pk] for pk in told)
    return counts


def _come(forum: Edition, name: str, days: list[int], chance: random.Random, told: dict[int, set[int]]) -> None:
    may_wait = days if chance.random() < 0.8 else ()
    answers = make_answers(forum, days=days, email=f"{name}@example.org", may_wait=may_wait)
    told[sign_up.register(forum, answers, uuid.uuid4()).pk] = set(days)


def _change(forum: Edition, name: str, days: list[int], chance: random.Random, told: dict[int, set[int]]) -> None:
    registration = _one_of(told, chance)
    said = {column: getattr(registration, column) for column in changing.DETAILS}
    changing.change(registration, days, said, may_wait=days)
    told[registration.pk] = set(days)


def _cancel(forum: Edition, name: str, days: list[int], chance: random.Random, told: dict[int, set[int]]) -> None:
    registration = _one_of(told, chance)
    told[registration.pk] -= set(booking.cancel(registration, days))


def _regret(forum: Edition, name: str, days: list[int], chance: random.Random, told: dict[int, set[int]]) -> None:
    registration = _one_of(told, chance)
    told[registration.pk] |= set(booking.undo_cancel(registration))


def _move_chairs(forum: Edition, name: str, days: list[int], chance: random.Random, told: dict[int, set[int]]) -> None:
    quota = Quota.objects.get(day__edition=forum, day__number=days[0])
    waiting_list.set_capacity(quota, max(1, quota.capacity + chance.randint(-3, 3)))


def _sweep(forum: Edition, name: str, days: list[int], chance: random.Random, told: dict[int, set[int]]) -> None:
    waiting_list.sweep()


ACTS = {_come: 40, _change: 25, _cancel: 22, _regret: 6, _move_chairs: 4, _sweep: 3}


def _one_of(told: dict[int, set[int]], chance: random.Random) -> Registration:
    living = [pk for pk, days in told.items() if days] or list(told)
    return Registration.objects.select_related("edition").get(pk=chance.choice(living))


def _said(act: Any, *facts: Any) -> str:
    try:
        act(*facts)
    except Refused as refusal:
        return refusal.code
    except Error as error:
        return f"{type(error).__name__}: {error}".strip()
    return "done"


if __name__ == "__main__":
    facts = dict(argument.split("=", 1) for argument in sys.argv[2:])
    kinds = {
        "promote": (promote, {"pause": float}),
        "live": (live, {"transactions": int, "seed": int}),
    }
    function, numbers = kinds[sys.argv[1]]
    outcome = function(**{name: numbers.get(name, str)(value) for name, value in facts.items()})
    sys.stdout.write(f"{json.dumps(outcome)}\n")

"""Redis is stopped, then frozen, in the middle of a rush: everybody registers, and no page takes 1.5 seconds.

Eight at a time people open the form, look through their answers and press the last button; each step is timed. Three
times the site starts anew: Redis stays well, both servers of it are stopped, both hang and answer nothing. The first
people of each rush meet processes that have just begun, and Redis well. The others come until they are a hundred, and
until the site has asked several times whether Redis is back. No worker runs: what counts is that each mail is promised.
`./run drill rush_without_redis --hurry` does not wait for the site to ask again.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg2

from tests.citizen import CHECK, DONE, Citizen, hidden_fields
from tests.drills._stage import main, say
from tests.product import Product, free_port, own_database

LIMIT = 1.5
AT_ONCE = 8
FIRST, PEOPLE = 16, 100
ASKED_AGAIN = 35  # seconds: the site spares a broker that is away for half a minute, a cache for five seconds
SERVERS = {"broker": "REDIS_URL", "cache": "CACHE_URL"}
STEPS = ("form", "check", "done")
REGISTRATIONS = "SELECT count(*) FROM registration_registration"
PROMISED = "SELECT count(DISTINCT about) FROM outbox_message WHERE kind = 'confirmation'"

Waits = dict[str, list[float]]  # of each step


def run(*, seconds: float = ASKED_AGAIN) -> dict[str, Any]:
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(own_database())
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="forum-drill-"))
        ports = {name: free_port() for name in SERVERS}
        redis = {variable: f"redis://127.0.0.1:{ports[name]}/0" for name, variable in SERVERS.items()}
        product = stack.enter_context(Product(Path(folder), {"DATABASE_URL": url, **redis}))
        say("making a private database")
        product.prepare()
        _ask(url, "UPDATE registration_quota SET capacity = 1000000")
        waits: dict[str, Waits] = {"first": {step: [] for step in STEPS}}
        for state, happens in {"well": _nothing, "stopped": _stops, "frozen": _freezes}.items():
            _start(product, ports)
            for step, each in _rush(product, f"first-{state}", FIRST).items():
                waits["first"][step] += each
            happens(product)
            waits[state] = _rush(product, state, PEOPLE, 0 if state == "well" else seconds)
            for name in list(product.processes):
                product.kill(name)
        facts = {"registered": _ask(url, REGISTRATIONS), "mails_promised": _ask(url, PROMISED)}
        facts["invariants"] = product.manage("invariants").strip()
    people = {state: len(each["done"]) for state, each in waits.items()}
    is_saved = facts["registered"] == facts["mails_promised"] == sum(people.values())
    is_quick = all(max(each[step]) < LIMIT for each in waits.values() for step in STEPS)
    return {
        "ok": is_quick and is_saved and facts["invariants"] == "everything holds",
        "drill": "rush_without_redis",
        "people": people,
        **facts,
        "slowest_ms": {state: _milliseconds(each, max) for state, each in waits.items()},
        "median_ms": {state: _milliseconds(each, statistics.median) for state, each in waits.items()},
    }


def _start(product: Product, ports: dict[str, int]) -> None:
    for name, port in ports.items():
        product.start_valkey(name, port)
    product.start_web()


def _nothing(product: Product) -> None:
    """Redis stays well: what the other rushes are compared with."""


def _stops(product: Product) -> None:
    for name in SERVERS:
        product.kill(name)


def _freezes(product: Product) -> None:
    for name in SERVERS:
        os.kill(product.processes[name].pid, signal.SIGSTOP)


def _rush(product: Product, name: str, people: int, seconds: float = 0) -> Waits:
    """So many people at least, for so many seconds at least. If anybody is refused, the drill ends."""
    numbers, ends = itertools.count(), time.monotonic() + seconds
    waits: Waits = {step: [] for step in STEPS}

    def come() -> None:
        while (number := next(numbers)) < people or time.monotonic() < ends:
            for step, wait in _register(product.url, f"{name}-{number}@example.org").items():
                waits[step].append(wait)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for each in [pool.submit(come) for _ in range(AT_ONCE)]:
            each.result()
    say(f"{name}: {len(waits['done'])} people; the slowest steps took {_milliseconds(waits, max)} ms")
    return waits


def _register(site: str, email: str) -> dict[str, float]:
    """The whole way, and how long each step took."""
    with Citizen(site) as citizen:
        began = time.monotonic()
        filled = citizen.fill_in(email)
        opened = time.monotonic()
        _status, page = citizen.post(CHECK, filled)
        looked = time.monotonic()
        status, _page = citizen.post(DONE, hidden_fields(page))
        if status != 302:
            raise ConnectionError(f"registering answered {status}")
        return {"form": opened - began, "check": looked - opened, "done": time.monotonic() - looked}


def _ask(url: str, statement: str) -> Any:
    with contextlib.closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0] if cursor.description else None


def _milliseconds(waits: Waits, which: Callable[[list[float]], float]) -> dict[str, int]:
    return {step: round(which(waits[step]) * 1000) for step in STEPS}


if __name__ == "__main__":
    main(lambda: run(seconds=0 if "--hurry" in sys.argv else ASKED_AGAIN), __doc__)

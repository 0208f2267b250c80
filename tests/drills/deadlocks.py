"""10,000 transactions over three days in any order: no deadlock, no lost update, every seat counted.

Eight processes register, change, cancel, regret, add and remove chairs, and sweep, on an invented edition of three days
that says that it is one. What PostgreSQL itself counted as deadlocks is asked at the end.
`./run drill deadlocks --hurry` does 800.
"""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg2

from tests.drills._stage import main, say
from tests.product import Product, own_database

PROCESSES = 8
SYNTHETIC = """
import datetime as dt
from django.utils import timezone
from programme.models import Day, Edition
from registration import consent
from registration.models import Quota
now = timezone.now()
edition = Edition.objects.create(
    slug="synthetic", ordinal=99, year=now.year, name="Synthetic edition of a drill", is_published=False,
    registration_opens_at=now, registration_closes_at=now + dt.timedelta(days=20),
)
for number in (1, 2, 3):
    day = Day.objects.create(edition=edition, number=number, date=now.date() + dt.timedelta(days=30 + number))
    Quota.objects.create(day=day, capacity=40)
consent.publish_first_notices(edition)
"""
TWICE = "SELECT count(*) - count(DISTINCT about) FROM outbox_message WHERE dedupe_key LIKE 'confirmation:%'"
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"


def run(*, transactions: int = 10_000) -> dict[str, Any]:
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(own_database())
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="forum-drill-"))
        settings = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "forum.settings"}
        product = stack.enter_context(Product(Path(folder), settings))
        say("making a private database and an edition of three days")
        product.prepare()
        product.manage("shell", "-v", "0", "-c", SYNTHETIC)
        say(f"{PROCESSES} processes do {transactions} transactions")
        began = time.monotonic()
        counts = _crowd(product, transactions // PROCESSES)
        seconds = time.monotonic() - began
        invariants = product.manage("invariants").strip()
        deadlocks = _ask(url, DEADLOCKS)
        messages, doubles = _ask(url, "SELECT count(*) FROM outbox_message"), _ask(url, TWICE)
    errors = {act: number for act, number in counts.items() if "Error" in act}
    return {
        "ok": not (deadlocks or errors or counts["forgotten"] or doubles) and invariants == "everything holds",
        "drill": "deadlocks",
        "transactions": sum(counts.values()) - counts["forgotten"],
        "seconds": round(seconds, 1),
        "connections": PROCESSES,
        "deadlocks": deadlocks,
        "errors": errors,
        "messages": messages,
        "lost": counts["forgotten"],
        "doubles": doubles,
        "invariants": invariants,
        "acts": {act: counts[act] for act in sorted(counts) if act not in errors and act != "forgotten"},
    }


def _crowd(product: Product, each: int) -> Counter[str]:
    for number in range(PROCESSES):
        facts = [f"name=p{number}", "edition=synthetic", f"transactions={each}", f"seed={number}"]
        product.start(f"crowd-{number}", sys.executable, "-m", "tests.crowd", "live", *facts)
    counts: Counter[str] = Counter()
    for number in range(PROCESSES):
        name = f"crowd-{number}"
        code, said = product.processes.pop(name).wait(), product.log(name).read_text()
        if code:
            raise RuntimeError(f"{name} ended with {code}:\n{said[-2000:]}")
        counts.update(json.loads(said.splitlines()[-1]))
    return counts


def _ask(url: str, question: str) -> Any:
    with contextlib.closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


if __name__ == "__main__":
    main(lambda: run(transactions=800 if "--hurry" in sys.argv else 10_000), __doc__)

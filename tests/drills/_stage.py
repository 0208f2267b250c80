"""What every drill stands on: a copy of the product with servers of its own, and a way to say how it goes."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.citizen import Citizen
from tests.post_office import PostOffice
from tests.product import Product, end_cleanly

BEGAN = time.monotonic()


@dataclass
class Stage:
    """A whole forum: SQLite, a Valkey, a worker, a site and a mail server, all private."""

    product: Product
    post_office: PostOffice

    def register(self, email: str) -> float:
        """Somebody registers. Returns how many seconds the last step took; anything but success raises."""
        with Citizen(self.product.url) as citizen:
            filled = citizen.fill_in(email)
            began = time.monotonic()
            status, _page = citizen.post("/ko/2022/register/done/", filled)
            if status != 302:
                raise ConnectionError(f"registering answered {status}")
            return time.monotonic() - began

    def ask(self, statement: str) -> list[tuple]:
        with contextlib.closing(sqlite3.connect(self.product.var / "db.sqlite3", timeout=20)) as database, database:
            return database.execute(statement).fetchall()

    def states(self) -> dict[str, int]:
        """How many mails are in each state."""
        return dict(self.ask("SELECT state, count(*) FROM outbox_message GROUP BY state"))

    def outcome(self, people: list[str], **more: Any) -> dict[str, Any]:
        """What became of everybody's mail. `ok` is that nobody waits and nobody got two different ones."""
        lost = [person for person in people if not self.post_office.to(person)]
        different = [
            person for person in people if len({each["Message-ID"] for each in self.post_office.to(person)}) > 1
        ]
        copies = self.post_office.copies
        facts = {"people": len(people), "lost": len(lost), "more_than_one_mail": len(different)}
        facts["copies_of_the_same_mail"] = sum(copies.values()) - len(copies)
        return {"ok": not lost and not different, **facts, **more}


@contextlib.contextmanager
def stage() -> Iterator[Stage]:
    say("starting a private forum: database, broker, worker, site, mail server")
    with tempfile.TemporaryDirectory(prefix="forum-drill-") as folder, PostOffice() as post_office:
        settings = {"EMAIL_URL": post_office.address, "DEFAULT_FROM_EMAIL": "forum@localhost"}
        with Product(Path(folder), settings) as product:
            product.prepare()
            product.start_broker()
            product.start_worker()
            product.start_web()
            yield Stage(product, post_office)
            say("stopping everything")


def say(sentence: str) -> None:
    sys.stderr.write(f"{time.monotonic() - BEGAN:6.1f} s  {sentence}\n")


def main(run: Callable[[], dict[str, Any]], promise: str | None) -> None:
    """Run a drill from the command line: what it does, how it goes, and its outcome as one line of JSON."""
    end_cleanly()
    sys.stderr.write(f"{promise}\n")
    outcome = run()
    sys.stdout.write(f"{json.dumps(outcome)}\n")
    sys.exit(0 if outcome["ok"] else 1)

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
from urllib.parse import urlsplit

import psycopg2

from tests.citizen import Citizen
from tests.post_office import PostOffice
from tests.product import Product, end_cleanly, free_port, own_database

BEGAN = time.monotonic()


@dataclass
class Stage:
    """A whole forum: database, broker, cache, a worker, a site and a mail server, all private."""

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
        url = self.product.settings.get("DATABASE_URL")
        path = self.product.var / "db.sqlite3"
        with (
            contextlib.closing(psycopg2.connect(url) if url else sqlite3.connect(path, timeout=20)) as database,
            database,
        ):
            cursor = database.cursor()
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []

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

    def start_brokers(self) -> None:
        """One Valkey for everything, or the two of the production shape."""
        if "DATABASE_URL" not in self.product.settings:
            self.product.start_broker()
            return
        for name, variable in (("broker", "REDIS_URL"), ("cache", "CACHE_URL")):
            self.product.start_valkey(name, urlsplit(self.product.settings[variable]).port)

    @property
    def brokers(self) -> list[str]:
        return [name for name in ("broker", "cache") if name in self.product.processes]


@contextlib.contextmanager
def stage(*, production: bool = False) -> Iterator[Stage]:
    """On SQLite with one Valkey, as ./run; or in the `production` shape: PostgreSQL, and a broker and a cache."""
    say("starting a private forum: database, broker, worker, site, mail server")
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="forum-drill-"))
        post_office = stack.enter_context(PostOffice())
        settings = {"EMAIL_URL": post_office.address, "DEFAULT_FROM_EMAIL": "forum@localhost"}
        if production:
            settings["DATABASE_URL"] = stack.enter_context(own_database())
            settings |= {name: f"redis://127.0.0.1:{free_port()}/0" for name in ("REDIS_URL", "CACHE_URL")}
        product = stack.enter_context(Product(Path(folder), settings))
        forum = Stage(product, post_office)
        product.prepare()
        forum.start_brokers()
        product.start_worker()
        product.start_web()
        yield forum
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

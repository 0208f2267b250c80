"""What every drill stands on: a copy of the product with servers of its own, and a way to say how it goes.

The copy has the shape of production: PostgreSQL, a broker and a cache, a worker of mail and one of bulk, beat, a site
and a mail server. What counts is counted at the mail server.
"""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2

from tests.citizen import Citizen
from tests.post_office import PostOffice
from tests.product import Product, end_cleanly, free_port, own_database, wait_until

BEGAN = time.monotonic()
AT_ONCE = 4
WORKERS = {"worker": "mail,celery", "worker-bulk": "bulk"}
SERVERS = {"broker": "REDIS_URL", "cache": "CACHE_URL"}
# In a hurry beat sweeps every second, and mails leave faster; every way through the code is the same.
HURRY = {"OUTBOX_SWEEP_EVERY": "1", "MAIL_RATE": "50", "EMAIL_TIMEOUT": "2", "EMAIL_DEADLINE": "4"}
MOMENTS = {
    "outbox_message": ("created_at", "next_attempt_at", "expires_at", "lease_until", "first_tried_at", "last_tried_at"),
    "outbox_provider": ("paused_until", "failing_since", "free_at", "slowed_until"),
}
WRITE = """
import datetime as dt, uuid
from django.utils import timezone
from forum.outbox.models import Message
HOUR = dt.timedelta(hours=1)
words = dict(kind="drill", priority={priority}, language="ko", subject="A drill", text="Only a drill." {more})
Message.objects.bulk_create([
    Message(to_email=f"{to}-{{number}}@example.org", dedupe_key=str(uuid.uuid4()), **words)
    for number in range({number})
], batch_size=1000)
"""


@dataclass
class Stage:
    """A whole forum of one's own. `people` are those who registered, in this drill."""

    product: Product
    post_office: PostOffice
    hurry: bool = False
    people: list[str] = field(default_factory=list)

    # --- People -------------------------------------------------------------------------------------------------------
    def register(self, email: str) -> float:
        """Somebody registers. Returns how many seconds the last step took; anything but success raises."""
        with Citizen(self.product.url) as citizen:
            filled = citizen.fill_in(email)
            began = time.monotonic()
            status, _page = citizen.post("/ko/2022/register/done/", filled)
            if status != 302:
                raise ConnectionError(f"registering answered {status}")
            self.people.append(email)
            return time.monotonic() - began

    def register_all(self, name: str, number: int) -> float:
        """So many register, a few at once. Says how long the slowest last step was."""
        group = [f"{name}-{each}@example.org" for each in range(number)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            slowest = max(pool.map(self.register, group))
        say(f"{number} people ({name}) have registered; the slowest took {slowest * 1000:.0f} ms")
        return slowest

    def write(self, number: int, *, priority: int = 0, to: str = "written", **fields: str) -> list[str]:
        """So many mails are promised by other means. `fields` are expressions of Python. Answers to whom."""
        more = "".join(f", {name}={value}" for name, value in fields.items())
        self.product.manage("shell", "-v", "0", "-c", WRITE.format(number=number, priority=priority, to=to, more=more))
        return [f"{to}-{each}@example.org" for each in range(number)]

    # --- The database -------------------------------------------------------------------------------------------------
    def ask(self, statement: str) -> list[tuple]:
        with contextlib.closing(psycopg2.connect(self.product.settings["DATABASE_URL"])) as database, database:
            cursor = database.cursor()
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def states(self) -> dict[str, int]:
        """How many mails are in each state."""
        return dict(self.ask("SELECT state, count(*) FROM outbox_message GROUP BY state ORDER BY state"))

    def provider(self) -> dict[str, Any]:
        """What the workers know of the mail server."""
        found = self.ask("SELECT failure, failures, paused_until > now() FROM outbox_provider")
        return dict(zip(("failure", "failures", "is_paused"), found[0], strict=True)) if found else {}

    def let_pass(self, time_span: str) -> None:
        """Let time pass in the database, whose clock is the one that counts: all its moments lie further back."""
        for table, names in MOMENTS.items():
            moved = ", ".join(f"{name} = {name} - interval '{time_span}'" for name in names)
            self.ask(f"UPDATE {table} SET {moved}")

    # --- Waiting ------------------------------------------------------------------------------------------------------
    def wait_for_all(self, seconds: float = 60) -> float:
        """Until nobody waits for a mail any more, or ought not to. Says how long that was."""
        return self.wait(lambda: not set(self.states()) & {"queued", "sending"}, seconds)

    def wait(self, is_so: Callable[[], object], seconds: float) -> float:
        began = told = time.monotonic()
        while not is_so() and time.monotonic() - began < seconds:
            if time.monotonic() - told > 10:
                told = time.monotonic()
                say(f"mails are {self.states()}, {len(self.post_office.mails)} have arrived")
            time.sleep(0.1)
        say(f"after {time.monotonic() - began:.1f} s mails are {self.states()}")
        return round(time.monotonic() - began, 1)

    # --- Processes ----------------------------------------------------------------------------------------------------
    def start_workers(self, **environ: str) -> None:
        for name, queues in WORKERS.items():
            self.product.start_worker_of(queues, name, **environ)

    def stop_workers(self) -> None:
        """As an update does: asked to end, they end what they do."""
        for name in WORKERS:
            self.product.processes[name].terminate()
        for name in WORKERS:
            self.product.stop(name, 90)

    def start_servers(self) -> None:
        for name, variable in SERVERS.items():
            self.product.start_valkey(name, urlsplit(self.product.settings[variable]).port)

    def is_consuming(self) -> bool:
        """Whether the workers take what beat hands out: the heart has beaten in the last moments."""
        every = float(self.product.settings.get("OUTBOX_SWEEP_EVERY", 15))
        beaten = f"beaten_at > now() - interval '{every + 1} s'"
        return self.ask(f"SELECT count(*) FROM outbox_heartbeat WHERE name LIKE 'sweep%' AND {beaten}")[0][0] == 2

    def clear(self) -> None:
        """Another drill begins: no mail, no bad day, no line that is still open, everybody at work."""
        self.post_office.be_well()
        self.post_office.hang_up()
        self.ask("DELETE FROM outbox_message")
        self.ask("DELETE FROM outbox_provider")
        self.post_office.forget()
        self.people.clear()
        wait_until(self.is_consuming, "the workers are at work", 60)

    # --- The outcome --------------------------------------------------------------------------------------------------
    def outcome(self, drill: str, began: float, *, may_come_twice: bool = False, **more: Any) -> dict[str, Any]:
        """What became of every mail, as the mail server saw it.

        `lost`: promised to somebody, not failed visibly, and not there. `doubles`: copies beyond the first, and second
        mails about the same. Where a server drops the line after it took a mail, one extra copy is no fault.
        """
        rows = self.ask("SELECT uuid::text, to_email, state FROM outbox_message")
        ids = {f"<{uuid}@{self._host}>": (to, state) for uuid, to, state in rows}
        copies = self.post_office.copies
        excused = {"failed", "expired", "cancelled", "suppressed"}
        lost = [to for known, (to, state) in ids.items() if not copies[known] and state not in excused]
        lost += sorted(set(self.people) - {to for to, _state in ids.values()})  # registered, and nothing was promised
        allowed = 2 if may_come_twice else 1
        doubles = sum(max(0, number - allowed) for number in copies.values())
        doubles += sum(number - 1 for number in self._mails_for_each_person(ids).values() if number > 1)
        facts = {
            "drill": drill,
            "messages": len(ids),
            "lost": len(lost),
            "doubles": doubles,
            "extra_copies": sum(copies.values()) - len(copies),
            "seconds": round(time.monotonic() - began, 1),
            "states": self.states(),
        }
        return {"ok": not lost and not doubles and set(copies) <= set(ids), **facts, **more}

    def _mails_for_each_person(self, ids: dict[str, tuple[str, str]]) -> dict[str, int]:
        to_whom = Counter(ids[known][0] for known in self.post_office.copies if known in ids)
        return {person: to_whom[person] for person in self.people}

    @property
    def _host(self) -> str:
        return urlsplit(self.product.settings.get("PUBLIC_URL", self.product.url)).hostname or ""


@contextlib.contextmanager
def stage(*, hurry: bool = False, **settings: str) -> Iterator[Stage]:
    say("starting a private forum: PostgreSQL, broker, cache, two workers, beat, site, mail server")
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="forum-drill-"))
        post_office = stack.enter_context(PostOffice())
        own = {"EMAIL_URL": post_office.address, "DEFAULT_FROM_EMAIL": "forum@localhost"}
        own["DATABASE_URL"] = stack.enter_context(own_database())
        own |= {name: f"redis://127.0.0.1:{free_port()}/0" for name in SERVERS.values()}
        product = stack.enter_context(Product(Path(folder), own | (HURRY if hurry else {}) | settings))
        forum = Stage(product, post_office, hurry)
        product.prepare()
        forum.start_servers()
        forum.start_workers()
        product.start_beat()
        product.start_web()
        forum.ask("UPDATE registration_quota SET capacity = 1000000")
        forum.clear()
        yield forum
        say("stopping everything")


def say(sentence: str) -> None:
    sys.stderr.write(f"{time.monotonic() - BEGAN:6.1f} s  {sentence}\n")


def play(drill: Callable[[Stage], dict[str, Any]], promise: str | None, **settings: str) -> None:
    """Run a drill on a stage of its own, from the command line."""
    main(lambda: _on_a_stage(drill, settings), promise)


def _on_a_stage(drill: Callable[[Stage], dict[str, Any]], settings: dict[str, str]) -> dict[str, Any]:
    with stage(hurry="--hurry" in sys.argv, **settings) as forum:
        return drill(forum)


def main(run: Callable[[], dict[str, Any]], promise: str | None) -> None:
    """Run a drill from the command line: what it does, how it goes, and its outcome as one line of JSON."""
    end_cleanly()
    sys.stderr.write(f"{promise}\n")
    outcome = run()
    sys.stdout.write(f"{json.dumps(outcome)}\n")
    sys.exit(0 if outcome["ok"] else 1)

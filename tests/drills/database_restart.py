"""PostgreSQL is cut off and started again while people register: nobody acknowledged is lost, nobody is there twice.

A private PostgreSQL is stopped with `-m immediate`, which is a power cut to it, several times under load. Whoever gets
no answer, or a 503 with their form on it, sends the same form again. The site is not restarted.
`./run drill database_restart --hurry` stops it twice only.
"""

from __future__ import annotations

import http.client
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2

from tests.citizen import DONE, FORM, Citizen, hidden_fields
from tests.drills._stage import main, say
from tests.postgresql import PostgreSQL
from tests.product import Product, answers_http, wait_until

CITIZENS = 8
AWAY, BETWEEN = 1.5, 4.0  # seconds
Fields = list[tuple[str, str]]
PATIENCE = 30  # seconds until everybody must have a definite answer


class Crowd:
    """People who register one after the other until the drill is over, and what they were told."""

    def __init__(self, site: str) -> None:
        self.site, self.over = site, threading.Event()
        self.statuses: Counter[int | str] = Counter()
        self.acknowledged: list[str] = []
        self.longest = 0.0

    def go(self, number: int) -> None:
        turn = 0
        while not self.over.is_set():
            turn += 1
            self._register(f"citizen-{number}-{turn}@example.org")

    def _register(self, email: str) -> None:
        with Citizen(self.site) as citizen:
            filled = self._fill_in(citizen, email)
            if filled is None:
                return
            began = time.monotonic()
            while True:
                status, page = self._post(citizen, filled)
                if status == 302:
                    break
                if time.monotonic() - began > 2 * PATIENCE:
                    raise TimeoutError(f"{email} gets no definite answer")
                if status == 503:
                    filled = hidden_fields(page)
                time.sleep(0.2)
        self.acknowledged.append(email)
        self.longest = max(self.longest, time.monotonic() - began)

    def _fill_in(self, citizen: Citizen, email: str) -> Fields | None:
        """The form, as soon as it can be had; None when the drill is over first."""
        while not self.over.is_set():
            try:
                return citizen.fill_in(email)
            except (OSError, http.client.HTTPException) as error:
                self.statuses[str(error) if "the form answers" in str(error) else "no form"] += 1
                time.sleep(0.2)
        return None

    def _post(self, citizen: Citizen, filled: Fields) -> tuple[int | str, str]:
        try:
            status, page = citizen.post(DONE, filled)
        except (OSError, http.client.HTTPException):
            status, page = "no answer", ""
        self.statuses[status] += 1
        return status, page


def run(*, restarts: int = 5) -> dict[str, Any]:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="forum-drill-") as name:
        folder = Path(name)
        say("starting a private PostgreSQL and the site")
        database = PostgreSQL()
        with database, Product(folder / "var", {"DATABASE_URL": database.url}) as product:
            product.prepare()
            product.start_broker()
            product.start_web()
            _make_room(database)
            crowd = Crowd(product.url)
            with ThreadPoolExecutor(CITIZENS) as pool:
                people = [pool.submit(crowd.go, number) for number in range(CITIZENS)]
                try:
                    recoveries = [_cut_off(database, crowd) for _ in range(restarts)]
                finally:
                    crowd.over.set()
                for person in people:
                    person.result(PATIENCE + 10)
            wait_until(lambda: answers_http(f"{product.url}{FORM}"), "the site is well again")
            outcome = _outcome(database, crowd)
            outcome["invariants"] = product.manage("invariants").strip()
    outcome |= {
        "seconds": round(time.monotonic() - began, 1),
        "restarts": restarts,
        "seconds_until_the_next_registration": recoveries,
    }
    outcome["ok"] &= max(recoveries) < PATIENCE and outcome["invariants"] == "everything holds"
    return outcome


def _cut_off(database: PostgreSQL, crowd: Crowd) -> float:
    """Says how many seconds after the database was there again somebody was registered."""
    time.sleep(BETWEEN)
    before = len(crowd.acknowledged)
    database.cut_off()
    say(f"PostgreSQL is cut off; {before} people had been told that they are registered")
    time.sleep(AWAY)
    during = len(crowd.acknowledged)
    database.start()
    back = time.monotonic()
    wait_until(lambda: len(crowd.acknowledged) > during, "somebody is registered again", PATIENCE)
    return round(time.monotonic() - back, 2)


def _make_room(database: PostgreSQL) -> None:
    with closing(psycopg2.connect(database.url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("UPDATE registration_quota SET capacity = 1000000")


def _outcome(database: PostgreSQL, crowd: Crowd) -> dict[str, Any]:
    with closing(psycopg2.connect(database.url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("SELECT email FROM registration_registration")
        saved = Counter(email for (email,) in cursor.fetchall())
        cursor.execute(
            "SELECT taken FROM registration_quota JOIN programme_day day ON day.id = day_id WHERE number = 1"
        )
        ((taken,),) = cursor.fetchall()
        cursor.execute("SELECT about, count(*) FROM outbox_message WHERE kind = 'confirmation' GROUP BY about")
        promised = [number for _about, number in cursor.fetchall()]
    facts = {
        "drill": "database-restart",
        "messages": sum(promised),
        "acknowledged": len(crowd.acknowledged),
        "saved": len(saved),
        "lost": len(set(crowd.acknowledged) - set(saved)),
        "doubles": sum(number - 1 for number in [*saved.values(), *promised]),
        "seats_taken": taken,
        "answers": {str(status): number for status, number in sorted(crowd.statuses.items(), key=str) if number},
        "longest_seconds_to_a_definite_answer": round(crowd.longest, 1),
    }
    ok = (
        not facts["lost"]
        and not facts["doubles"]
        and len(promised) == len(saved)
        and taken == len(saved) == len(crowd.acknowledged)
    )
    return {"ok": ok and not any("500" in answer for answer in facts["answers"]) and crowd.longest < PATIENCE, **facts}


if __name__ == "__main__":
    main(lambda: run(restarts=2 if "--hurry" in sys.argv else 5), __doc__)

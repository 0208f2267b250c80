"""Registration opens: how many register in a second, and whether 200 people for 50 seats are exactly 50, every time.

Counted are final POSTs over 64 connections, each with CSRF token, consents, ticket and outbox row. Beside them stand
whole flows (form, check, done), a bound (commits of a single row, by pgbench) and a peer (whole orders in pretix). The
broker runs and takes the nudges; no worker runs, since mail is sent after the rush. Site, database and load share the
same cores.

Exactness is asked three times twenty: as it is; with every third request sent three times at once; and with a fifth
of all transactions failing. Whoever finds the day full joins the line; where the site says that it is busy, people
press again.
"""

from __future__ import annotations

import collections
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from bench._measure import Cpu, all_at_once, bare_view, milliseconds, product, report, say, statements, with_ratios
from bench._peers import PRETIX_ORDER
from bench._pressing import Button, Form, open_form
from tests.citizen import DONE, FORM, Citizen, hidden_fields
from tests.product import Product

CONNECTIONS = 64
WARM_UP, POSTS, FLOWS = 200, 3_000, 200
ROUNDS, PEOPLE, SEATS = 20, 200, 50
FAILURES = 0.2

_mine = threading.local()  # each thread's connection


def measure() -> dict[str, Any]:
    with product(REGISTRATIONS_FROM_ONE_NETWORK="1000000") as copy:  # the whole rush comes from here
        commits = _commits_of_one_row(copy)
        figures = {"bench": "rush", "commits_per_second": commits, "bare": bare_view(copy)}
        copy.start_web()
        cpu = Cpu(copy.processes["web"].pid, copy.settings["DATABASE_URL"])
        _empty(seats=1_000_000)
        figures["sql"] = _statements(copy)
        figures["final_posts"] = posts = _final_posts(copy, cpu)
        figures["whole_flows"] = flows = _whole_flows(copy, cpu)
        say(f"a whole order elsewhere: {PRETIX_ORDER}")
        figures["exactness"] = exactness = {
            "as it is": _exactness(copy, nullcontext, copies=1),
            "every third three times": _exactness(copy, nullcontext, copies=3),
            "a fifth fails": _exactness(copy, _failing, copies=1),
        }
    sums = {name: sum(each[name] for each in exactness.values()) for name in ("oversold", "undersold", "duplicates")}
    return with_ratios(figures) | sums | {
        "errors": sum(each["errors"] for each in exactness.values()) + posts["errors"],
        "registrations_per_second": posts["per_second"],
        "flows_per_second": flows["per_second"],
        "p95_ms": posts["p95_ms"],
        "ratio_to_commits": round(posts["per_second"] / commits, 4),
        "peer": PRETIX_ORDER,
    }  # fmt: skip


def _commits_of_one_row(copy: Product) -> float:
    """The bound: what this PostgreSQL does when nothing is asked of it but to keep a row."""
    from django.db import connection

    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench")) or ["pgbench"]
    with connection.cursor() as cursor, tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        cursor.execute("CREATE TABLE bench_row (id bigserial PRIMARY KEY, text text)")
        script.write("INSERT INTO bench_row (text) VALUES ('a row');\n")
        script.flush()
        how = ("-n", "-c", "8", "-j", "2", "-T", "5", "-f", script.name, copy.settings["DATABASE_URL"])
        said = subprocess.run([str(found[-1]), *how], check=True, capture_output=True, text=True).stdout
        cursor.execute("DROP TABLE bench_row")
    commits = next(float(line.split()[2]) for line in said.splitlines() if line.startswith("tps"))
    say(f"single-row commits: {commits:.0f}/s")
    return round(commits)


def _final_posts(copy: Product, cpu: Cpu) -> dict[str, Any]:
    forms = _people(copy, WARM_UP + POSTS, "rush")
    _timed([_press(copy, form) for form in forms[:WARM_UP]], cpu, CONNECTIONS)
    figures = _timed([_press(copy, form) for form in forms[WARM_UP:]], cpu, CONNECTIONS)
    say(f"final POSTs: {figures}")
    return figures


def _whole_flows(copy: Product, cpu: Cpu) -> dict[str, Any]:
    def flow(number: int) -> Callable[[], int]:
        def go() -> int:
            with Citizen(copy.url) as citizen:
                return citizen.register(f"flow-{number}@example.org")

        return go

    figures = _timed([flow(number) for number in range(FLOWS)], cpu, 16)
    say(f"whole flows: {figures}")
    return figures


def _timed(acts: list[Callable[[], int]], cpu: Cpu, connections: int) -> dict[str, Any]:
    before = cpu.look()
    answers, waits, seconds = all_at_once(acts, connections)
    web, database = Cpu.between(before, cpu.look())
    return {
        "per_second": round(answers.count(302) / seconds, 1),
        "errors": len(acts) - answers.count(302),
        "cpu_ms": round((web + database) * 1000 / len(acts), 2),
        "cpu_ms_database": round(database * 1000 / len(acts), 2),
        **milliseconds(waits),
    }


def _exactness(copy: Product, trouble: Callable[[], Any], copies: int) -> dict[str, Any]:
    """Rounds of 200 people for 50 seats. What must never be is counted; `exact` are the rounds without any of it."""
    say(f"{PEOPLE} people for {SEATS} seats, {ROUNDS} times; every third request is sent {copies} times")
    sums: collections.Counter[str] = collections.Counter()
    for turn in range(ROUNDS):
        _empty(seats=SEATS)
        forms = _people(copy, PEOPLE, f"{trouble.__name__}-{copies}-{turn}")  # one address may be sent 20 times an hour
        sent = [form for number, form in enumerate(forms) for _copy in range(copies if number % 3 == 0 else 1)]
        with trouble():
            answers, _waits, _seconds = all_at_once([_press_or_join(copy, form) for form in sent], CONNECTIONS)
        found = _wrong(answers)
        sums.update(found)
        sums["exact"] += not any(found.values())
    say(f"exact in {sums['exact']} of {ROUNDS} rounds: {dict(sums)}")
    return {"rounds": ROUNDS, **{name: sums[name] for name in ("exact", *found)}}


def _wrong(answers: list[int]) -> dict[str, int]:
    """What a round must not leave behind."""
    from forum.outbox.models import Message
    from registration import invariants
    from registration.models import Booking, Registration

    seated, waiting = (Booking.objects.filter(state=state).count() for state in ("confirmed", "waiting"))
    return {
        "oversold": max(seated - SEATS, 0),
        "undersold": max(SEATS - seated, 0) + max(PEOPLE - SEATS - waiting, 0),
        "duplicates": Registration.objects.count() + Message.objects.count() - 2 * PEOPLE,
        "errors": len(answers) - answers.count(302) + len(invariants.broken()),
    }


def _people(copy: Product, number: int, name: str) -> list[Form]:
    """So many filled-in forms. A few pages are opened; the rest are the same in other tabs, each with a key of its own.

    The key is made as the page makes it: opening thousands of pages would only take time.
    """
    from registration.forms import new_submission_key

    pages = [open_form(copy.url, f"page-{each}@example.org") for each in range(4)]
    return [
        pages[each % len(pages)].as_somebody_else(f"{name}-{each}@example.org", new_submission_key())
        for each in range(number)
    ]


def _press(copy: Product, form: Form) -> Callable[[], int]:
    return lambda: _button(copy).press(form)[0]


def _press_or_join(copy: Product, form: Form) -> Callable[[], int]:
    """Somebody who wants a seat, else a place in the line. Answers the last status: 302 is registered."""

    def go() -> int:
        status, page = _button(copy).press_until_answered(form)
        if status == 200:
            status, page = _button(copy).press_until_answered(form.accepting_the_line(page))
        return status

    return go


def _button(copy: Product) -> Button:
    if getattr(_mine, "button", None) is None:
        _mine.button = Button(copy.url)
    return _mine.button


@contextmanager
def _failing() -> Iterator[None]:
    """A fifth of the transactions fail: half of them at the last statement, half at the commit."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"""
            CREATE FUNCTION bad_luck() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF random() < {FAILURES / 2} THEN RAISE EXCEPTION 'bad luck' USING ERRCODE = '40001'; END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER at_the_last_statement BEFORE UPDATE ON registration_quota
                FOR EACH ROW EXECUTE FUNCTION bad_luck();
            CREATE CONSTRAINT TRIGGER at_the_commit AFTER INSERT ON registration_registration
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bad_luck();
        """)
        try:
            yield
        finally:
            cursor.execute("DROP FUNCTION bad_luck() CASCADE")


def _statements(copy: Product) -> int:
    """Of one final POST."""
    from django.test import Client

    client = Client(headers={"host": f"127.0.0.1:{copy.port}"})
    filled = dict(hidden_fields(client.get(FORM).content.decode()))
    filled |= {"days": "1", "name": "홍서우", "email": "sql@example.org", "agree": "on", "is_of_age": "on"}
    answer = []
    counted = statements(lambda: answer.append(client.post(DONE, filled).status_code))
    if answer != [302]:
        raise ConnectionError(f"registering answers {answer}")
    return counted


def _empty(seats: int) -> None:
    """Nobody is registered; day 1 has so many seats, and everybody else may wait."""
    from django.db import connection

    from registration.models import Quota

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE registration_registration, outbox_message CASCADE")
    Quota.objects.update(capacity=seats, taken=0, waiting=0, last_place=0, longest_line=PEOPLE)


if __name__ == "__main__":
    report(__doc__, measure)

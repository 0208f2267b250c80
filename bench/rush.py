"""Registration opens: how many register in a second, and whether 200 people for 50 seats are exactly 50, every time.

Counted are final POSTs over 64 connections, each with CSRF token, consents, ticket and outbox row. Beside them stand
whole flows (form, check, done), a bound (commits of a single row, by pgbench) and a peer (whole orders in pretix). The
broker runs and takes the nudges; no worker runs, since mail is sent after the rush. Site, database and load share the
same cores.

Exactness is asked three times twenty: as it is; with every third request sent three times at once; and with a fifth
of all transactions failing, in five ways. Whoever finds the day full joins the line. `errors` is every answer that is
not what it should be, `fivexx` every answer of that kind that somebody saw, the page that says that the site is busy
among them: no one sees it unless we break the database. Then it holds what they typed, and its button gets them in;
after a fault they go back, and press again.
"""

from __future__ import annotations

import collections
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench._bad_luck import bad_luck
from bench._crowd import button, empty, people
from bench._measure import Cpu, all_at_once, bare_view, milliseconds, product, report, say, statements, with_ratios
from bench._peers import PRETIX_ORDER
from tests.citizen import DONE, FORM, Citizen, hidden_fields
from tests.pressing import Form, fivexx
from tests.product import Product

CONNECTIONS = 64
WARM_UP, POSTS, FLOWS = 200, 3_000, 200
ROUNDS, PEOPLE, SEATS = 20, 200, 50

Happened = Callable[[], dict[str, int]]


def measure() -> dict[str, Any]:
    with product(REGISTRATIONS_FROM_ONE_NETWORK="1000000") as copy:  # the whole rush comes from here
        commits = _commits_of_one_row(copy)
        figures = {"bench": "rush", "commits_per_second": commits, "bare": bare_view(copy)}
        copy.start_web()
        cpu = Cpu(copy.processes["web"].pid, copy.settings["DATABASE_URL"])
        empty(seats=1_000_000, longest_line=PEOPLE)
        figures["sql"] = _statements(copy)
        figures["final_posts"] = posts = _final_posts(copy, cpu)
        figures["whole_flows"] = flows = _whole_flows(copy, cpu)
        say(f"a whole order elsewhere: {PRETIX_ORDER}")
        figures["exactness"] = exactness = {
            "as it is": _exactness(copy, _undisturbed, copies=1),
            "every third three times": _exactness(copy, _undisturbed, copies=3),
            "a fifth fails": _exactness(copy, bad_luck, copies=1),
        }
    sums = {name: sum(each[name] for each in exactness.values()) for name in ("oversold", "undersold", "duplicates")}
    return with_ratios(figures) | sums | {
        "errors": sum(each["errors"] for each in exactness.values()) + posts["errors"] + flows["errors"],
        "fivexx": {name: each["fivexx"] for name, each in exactness.items()},
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
    forms = people(copy, WARM_UP + POSTS, "rush")
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
    wrong: collections.Counter[str] = collections.Counter()
    seen: collections.Counter[str] = collections.Counter()
    for turn in range(ROUNDS):
        empty(seats=SEATS, longest_line=PEOPLE)
        forms = people(copy, PEOPLE, f"{trouble.__name__}-{copies}-{turn}")  # one address may be sent 20 times an hour
        sent = [form for number, form in enumerate(forms) for _copy in range(copies if number % 3 == 0 else 1)]
        with trouble() as happened:
            everybody, _waits, _seconds = all_at_once([_press_until_done(copy, form) for form in sent], CONNECTIONS)
            broken = happened()
        found = _wrong(everybody, broken)
        wrong.update(found)
        wrong["exact"] += not any(found.values())
        seen.update(_seen(everybody) | {f"broken: {kind}": number for kind, number in broken.items()})
    figures = {name: wrong[name] for name in ("exact", *found)} | dict(seen)
    say(f"exact in {wrong['exact']} of {ROUNDS} rounds: {figures}")
    return {"rounds": ROUNDS, **figures}


def _wrong(everybody: list[list[int]], broken: dict[str, int]) -> dict[str, int]:
    """What a round must not leave behind. Whoever meets no broken transaction meets no answer of ours but the usual."""
    from forum.outbox.models import Message
    from registration import invariants
    from registration.models import Booking, Registration

    seated, waiting = (Booking.objects.filter(state=state).count() for state in ("confirmed", "waiting"))
    statuses = collections.Counter(status for seen in everybody for status in seen)
    unusual = sum(number for status, number in statuses.items() if status not in (200, 302, 500, 503))
    no_luck = sum(broken.values()) - broken.get("fault", 0)
    return {
        "oversold": max(seated - SEATS, 0),
        "undersold": max(SEATS - seated, 0) + max(PEOPLE - SEATS - waiting, 0),
        "duplicates": Registration.objects.count() + Message.objects.count() - 2 * PEOPLE,
        "errors": sum(seen[-1] != 302 for seen in everybody)
        + unusual
        + abs(statuses[500] - broken.get("fault", 0))  # each fault that we made is one answer, and no other
        + max(statuses[503] - no_luck, 0)
        + len(invariants.broken()),
    }


def _seen(everybody: list[list[int]]) -> dict[str, int]:
    busy = [seen for seen in everybody if 503 in seen]
    return {
        "fivexx": fivexx(everybody),
        "saw_503": len(busy),
        "of_them_in": sum(seen[-1] == 302 for seen in busy),
        "went_back_after_500": sum(500 in seen for seen in everybody),
    }


def _press(copy: Product, form: Form) -> Callable[[], int]:
    return lambda: button(copy).press(form)[0]


def _press_until_done(copy: Product, form: Form) -> Callable[[], list[int]]:
    """Somebody who wants a seat, else a place in the line."""
    return lambda: button(copy).press_until_done(form)


@contextmanager
def _undisturbed() -> Iterator[Happened]:
    yield dict


def _statements(copy: Product) -> int:
    """Of one final POST. The first one of a process also reads what is remembered from then on."""
    _statements_of("first@example.org", copy)
    return _statements_of("sql@example.org", copy)


def _statements_of(email: str, copy: Product) -> int:
    from django.test import Client

    client = Client(headers={"host": f"127.0.0.1:{copy.port}"})
    filled = dict(hidden_fields(client.get(FORM).content.decode()))
    filled |= {"days": "1", "name": "홍서우", "email": email, "agree": "on", "is_of_age": "on"}
    answer = []
    counted = statements(lambda: answer.append(client.post(DONE, filled).status_code))
    if answer != [302]:
        raise ConnectionError(f"registering answers {answer}")
    return counted


if __name__ == "__main__":
    report(__doc__, measure)

"""Registration opens: registrations per second, and whether 200 people for 50 seats get exactly 50.

Counted are final POSTs, each with CSRF token, consents, ticket and outbox row, 8 at a time; the forms were opened
before. Whole flows (form, check, done) stand beside them. The broker runs and takes the nudges; no worker
runs, since mail is sent after the rush. Site, database and load share this machine's cores.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench._measure import Cpu, all_at_once, bare_view, milliseconds, product, report, say, statements, with_ratios
from tests.citizen import DONE, FORM, Citizen, hidden_fields
from tests.product import Product

CONNECTIONS = 8
POSTS, FLOWS = 400, 80
ROUNDS, PEOPLE, SEATS = 10, 200, 50


def measure() -> dict[str, Any]:
    with product(REGISTRATIONS_FROM_ONE_NETWORK="1000000") as copy:  # the whole rush comes from here
        copy.start_web()
        _set_seats(100_000)
        cpu = Cpu(copy.processes["web"].pid, copy.settings["DATABASE_URL"])
        figures = {
            "bench": "rush",
            "bare": bare_view(copy),
            "sql": _statements(copy),
            "final_posts": _final_posts(copy, cpu),
            "whole_flows": _whole_flows(copy, cpu),
            "exactness": _exactness(copy),
        }
    return with_ratios(figures)


def _final_posts(copy: Product, cpu: Cpu) -> dict[str, Any]:
    say(f"opening {POSTS} forms")
    acts = [_filled(copy, f"post-{number}") for number in range(POSTS)]
    figures = _timed(acts, cpu)
    say(f"final POSTs: {figures}")
    return figures


def _whole_flows(copy: Product, cpu: Cpu) -> dict[str, Any]:
    def flow(number: int) -> Callable[[], int]:
        def go() -> int:
            with Citizen(copy.url) as citizen:
                return citizen.register(f"flow-{number}@example.org")

        return go

    figures = _timed([flow(number) for number in range(FLOWS)], cpu)
    say(f"whole flows: {figures}")
    return figures


def _timed(acts: list[Callable[[], int]], cpu: Cpu) -> dict[str, Any]:
    before = cpu.look()
    answers, waits, seconds = all_at_once(acts, CONNECTIONS)
    web, database = Cpu.between(before, cpu.look())
    if set(answers) != {302}:
        raise ConnectionError(f"not everybody is registered: {set(answers)}")
    return {
        "per_second": round(len(acts) / seconds, 1),
        "cpu_ms": round((web + database) * 1000 / len(acts), 2),
        "cpu_ms_database": round(database * 1000 / len(acts), 2),
        **milliseconds(waits),
    }


def _exactness(copy: Product) -> dict[str, Any]:
    """200 people press the button for 50 seats at once, again and again with 50 more seats. Losers try again."""
    from registration.models import Booking

    say(f"{PEOPLE} people for {SEATS} seats, {ROUNDS} times")
    exact, acts, given = 0, [], 0
    for turn in range(ROUNDS):
        before = Booking.objects.confirmed().filter(day__number=1).count()
        _set_seats(before + SEATS)  # before the forms are opened: on a full day they would offer the waiting list
        acts += [_filled(copy, f"round-{turn}-{number}") for number in range(PEOPLE - len(acts))]
        answers, _waits, _seconds = all_at_once(acts, 16)
        given = Booking.objects.confirmed().filter(day__number=1).count() - before
        exact += given == SEATS and answers.count(302) == SEATS and answers.count(200) == PEOPLE - SEATS
        # all_at_once() answers worker by worker; put the people back into that order to know who lost.
        asked = [act for worker in range(16) for act in acts[worker::16]]
        acts = [act for act, answer in zip(asked, answers, strict=True) if answer != 302]
    say(f"exactly {SEATS} in {exact} of {ROUNDS} rounds")
    return {"rounds": ROUNDS, "exact": exact, "people": PEOPLE, "seats": SEATS}


def _filled(copy: Product, name: str) -> Callable[[], int]:
    """Somebody who has filled in the form. Calling it presses the last button and answers the status."""
    citizen = Citizen(copy.url)
    filled = citizen.fill_in(f"{name}@example.org")
    citizen.connection.close()  # a thousand open ones would be more than a server keeps

    def press() -> int:
        with citizen:
            return citizen.post(DONE, filled)[0]

    return press


def _statements(copy: Product) -> int:
    """Of one final POST."""
    from django.test import Client

    client = Client(headers={"host": f"127.0.0.1:{copy.port}"})
    filled = dict(hidden_fields(client.get(FORM).content.decode()))
    filled |= {"days": "1", "name": "홍서우", "email": "sql@example.org", "agree": "on", "is_of_age": "on"}
    return statements(lambda: client.post(DONE, filled))


def _set_seats(number: int) -> None:
    from registration.models import Quota

    Quota.objects.filter(day__number=1).update(capacity=number)


if __name__ == "__main__":
    report(__doc__, measure)

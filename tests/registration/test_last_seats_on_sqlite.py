"""Eight processes of the site, one file: SQLite makes them wait for each other, and never says that it is locked."""

from __future__ import annotations

import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from tests.pressing import Button, Form, fivexx, open_form, open_question
from tests.product import Product, wait_until

PROCESSES, PEOPLE, SEATS = 8, 200, 50
AT_ONCE = 32
TOKENS = """
from registration import links
from registration.models import Booking
for booking in Booking.objects.confirmed().select_related("registration"):
    print(links.token_of(booking.registration))
"""
STATES = "SELECT state, count(*) FROM registration_booking GROUP BY state"
LINE = "SELECT state FROM registration_booking WHERE place IS NOT NULL ORDER BY place"


@pytest.fixture
def product(tmp_path):
    with Product(tmp_path / "var", {"DJANGO_SETTINGS_MODULE": "forum.settings"}) as copy:
        copy.prepare()
        copy.start_broker()
        copy.start_web(PROCESSES)
        yield copy


def test_200_press_some_thrice_then_50_leave_while_50_come_and_one_promotes_and_every_seat_is_right(product):
    ask(product, f"UPDATE registration_quota SET capacity = {SEATS}, longest_line = {2 * PEOPLE}")
    forms = open_all(product, PEOPLE, "early")

    everybody = press_all(product, [form for number, form in enumerate(forms) for _ in range(1 if number % 3 else 3)])

    assert all_went_well(everybody)
    assert dict(ask(product, STATES)) == {"confirmed": SEATS, "waiting": PEOPLE - SEATS}
    assert ask(product, "SELECT count(*), count(DISTINCT about) FROM outbox_message") == [(PEOPLE, PEOPLE)]

    leaving = at_once(
        open_question, [(product.url, token) for token in product.manage("shell", "-v", "0", "-c", TOKENS).split()]
    )
    coming = open_all(product, SEATS, "late")
    start_promoter(product)
    everybody = press_all(product, [form for pair in zip(leaving, coming, strict=True) for form in pair])
    assert product.stop("promoter") == 0

    assert all_went_well(everybody)
    assert dict(ask(product, STATES)) == {"confirmed": SEATS, "waiting": PEOPLE - SEATS, "cancelled": SEATS}
    assert [state for (state,) in ask(product, LINE)] == ["confirmed"] * SEATS + ["waiting"] * (PEOPLE - SEATS)
    assert product.manage("invariants").strip() == "everything holds"
    said = product.log("web").read_text() + product.log("promoter").read_text()
    assert "locked" not in said
    assert "Traceback" not in said


def open_all(product: Product, number: int, name: str) -> list[Form]:
    return at_once(open_form, [(product.url, f"{name}-{each}@example.org") for each in range(number)])


def press_all(product: Product, forms: Sequence[Form]) -> list[list[int]]:
    """What each of them was answered, one after the other, until they had what they wanted."""

    def press(form: Form) -> list[int]:
        with Button(product.url) as button:
            return button.press_until_done(form)

    return at_once(press, [(form,) for form in forms])


def at_once(act: Callable, facts: Sequence[tuple]) -> list:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda each: act(*each), facts))


def all_went_well(everybody: list[list[int]]) -> bool:
    last = Counter(seen[-1] for seen in everybody)
    return last == {302: len(everybody)} and not fivexx(everybody)


def start_promoter(product: Product) -> None:
    product.start("promoter", sys.executable, "-m", "tests.crowd", "promote", "pause=0.2")
    wait_until(lambda: "at work" in product.log("promoter").read_text(), "the promoter is at work")


def ask(product: Product, statement: str) -> list[tuple]:
    with closing(sqlite3.connect(product.var / "db.sqlite3", timeout=20)) as database, database:
        return database.execute(statement).fetchall()

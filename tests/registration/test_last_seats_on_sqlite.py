"""Many processes, one file: SQLite makes them wait for each other, and never says that it is locked."""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from collections import Counter
from contextlib import closing

import pytest

from tests.product import Product

PROCESSES, PEOPLE, SEATS = 8, 25, 50
START_TAKES = 4  # seconds until eight processes have loaded Django, about


@pytest.fixture
def product(tmp_path):
    with Product(tmp_path / "var", {"DJANGO_SETTINGS_MODULE": "forum.settings"}) as copy:
        copy.var.mkdir()
        copy.manage("migrate", "--no-input", "-v", "0")
        copy.load_forum()
        yield copy


def test_200_people_in_eight_processes_for_50_seats_are_exactly_50(product):
    ask(product, f"UPDATE registration_quota SET capacity = {SEATS}")
    together = time.time() + START_TAKES
    for number in range(PROCESSES):
        facts = [f"name=crowd-{number}", f"people={PEOPLE}", f"starts_at={together}"]
        product.start(f"crowd-{number}", sys.executable, "-m", "tests.crowd", "register", *facts)

    answers: Counter[str] = Counter()
    for number in range(PROCESSES):
        name = f"crowd-{number}"
        assert product.processes.pop(name).wait(120) == 0, product.log(name).read_text()
        answers.update(json.loads(product.log(name).read_text().splitlines()[-1]))

    assert answers == {"done": SEATS, "day_full": PROCESSES * PEOPLE - SEATS}
    assert ask(product, "SELECT count(*) FROM registration_registration") == [(SEATS,)]
    taken = "SELECT taken FROM registration_quota JOIN programme_day day ON day.id = day_id WHERE day.number = 1"
    assert ask(product, taken) == [(SEATS,)]
    assert product.manage("invariants").strip() == "everything holds"


def ask(product: Product, statement: str) -> list[tuple]:
    with closing(sqlite3.connect(product.var / "db.sqlite3", timeout=20)) as database, database:
        return database.execute(statement).fetchall()

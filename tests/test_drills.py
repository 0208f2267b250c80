"""The drills themselves work: ./run drill. One stage is set for all that need no other, and they hurry."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.drills import database_restart, deadlocks, two_doors
from tests.drills._stage import Stage, stage

pytestmark = pytest.mark.stack

FACTS = {"ok", "drill", "messages", "lost", "doubles", "seconds"}
FOLDER = Path(__file__).parent / "drills"


def drills_of_mail() -> list[ModuleType]:
    """Every drill that is played on a stage: one that is added to the folder is run here too."""
    names = sorted(path.stem for path in FOLDER.glob("[a-z]*.py"))
    drills = [importlib.import_module(f"tests.drills.{name}") for name in names]
    return [drill for drill in drills if "forum" in inspect.signature(drill.run).parameters]


@pytest.fixture(scope="module")
def whole_forum() -> Iterator[Stage]:
    with stage(hurry=True) as forum:
        yield forum


@pytest.fixture
def forum(whole_forum) -> Stage:
    whole_forum.clear()
    return whole_forum


@pytest.mark.parametrize("drill", drills_of_mail(), ids=lambda drill: drill.__name__.rpartition(".")[2])
def test_no_mail_is_lost_and_none_comes_twice(forum, drill):
    outcome = drill.run(forum)

    assert outcome["ok"], outcome
    assert (outcome["lost"], outcome["doubles"]) == (0, 0)
    assert outcome.keys() >= FACTS


def test_a_database_that_is_cut_off_loses_nobody_who_was_acknowledged():
    outcome = database_restart.run(restarts=2)

    assert outcome["ok"], outcome
    assert outcome["acknowledged"] > 0


def test_acts_on_three_days_in_any_order_never_wait_for_each_other_in_a_circle():
    outcome = deadlocks.run(transactions=400)

    assert outcome["ok"], outcome
    assert outcome["transactions"] == 400


def test_two_doors_at_the_same_moment_admit_each_ticket_once():
    outcome = two_doors.run(tickets=100)

    assert outcome["ok"], outcome
    assert (outcome["admitted"], outcome["already_in"], outcome["errors"]) == (100, 100, 0)

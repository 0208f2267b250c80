"""Bad luck is tried again, and nothing else is."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, OperationalError

from forum import retrying
from forum.retrying import ATTEMPTS, retried


class Said(Exception):
    """What the database's driver says."""

    def __init__(self, code: str) -> None:
        self.pgcode = code


def failing(times: int, error: type[Exception], code: str):
    """A verb that fails so often and then answers how often it was called."""
    calls = []

    @retried
    def verb():
        calls.append(1)
        if len(calls) <= times:
            raise error("no") from Said(code)
        return len(calls)

    return verb, calls


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch):
    monkeypatch.setattr(retrying, "LONGEST_PAUSE", 0.05)


@pytest.mark.parametrize(
    ("error", "code"), [(OperationalError, "40P01"), (OperationalError, "40001"), (IntegrityError, "23505")]
)
def test_a_deadlock_a_serialisation_failure_and_a_row_inserted_first_by_somebody_else_are_tried_again(error, code):
    verb, _calls = failing(ATTEMPTS - 1, error, code)

    assert verb() == ATTEMPTS


def test_bad_luck_once_too_often_is_trouble_of_the_database_that_will_pass():
    verb, calls = failing(ATTEMPTS, IntegrityError, "23505")

    with pytest.raises(OperationalError):
        verb()
    assert len(calls) == ATTEMPTS


@pytest.mark.parametrize(("error", "code"), [(IntegrityError, "23514"), (OperationalError, "55P03")])
def test_a_broken_rule_and_a_lock_that_was_waited_for_are_not_tried_again(error, code):
    verb, calls = failing(1, error, code)

    with pytest.raises(error):
        verb()
    assert len(calls) == 1


def test_a_verb_within_another_is_tried_again_only_with_the_whole():
    inner, calls = failing(1, OperationalError, "40P01")
    outer = retried(lambda: (inner(), len(calls)))

    assert outer() == (2, 2)

"""The drills themselves work: ./run drill."""

from __future__ import annotations

import pytest

from tests.drills import broker_down, database_restart, deadlocks, two_doors, worker_killed

pytestmark = pytest.mark.stack


@pytest.mark.parametrize("production", [False, True])
def test_registering_needs_no_broker_and_no_cache_and_no_mail_is_lost(production):
    outcome = broker_down.run(production=production)

    assert outcome["ok"], outcome


def test_a_killed_worker_loses_no_mail():
    outcome = worker_killed.run(hurry=True)

    assert outcome["ok"], outcome
    assert outcome["claimed"] > 0


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

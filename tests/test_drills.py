"""The drills themselves work: ./run drill."""

from __future__ import annotations

import pytest

from tests.drills import broker_down, worker_killed

pytestmark = pytest.mark.stack


def test_registering_needs_no_broker_and_no_mail_is_lost():
    outcome = broker_down.run()

    assert outcome["ok"], outcome


def test_a_killed_worker_loses_no_mail():
    outcome = worker_killed.run(hurry=True)

    assert outcome["ok"], outcome
    assert outcome["claimed"] > 0

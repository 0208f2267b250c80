"""The drills of a rush themselves work: ./run drill."""

from __future__ import annotations

import pytest

from tests.drills import deadlocks_over_http, rush_without_redis

pytestmark = pytest.mark.stack


def test_a_rush_without_redis_is_as_quick_as_one_with_it():
    outcome = rush_without_redis.run(seconds=0)

    assert outcome["ok"], outcome
    assert outcome["people"] == {"first": 48, "well": 100, "stopped": 100, "frozen": 100}


def test_presses_on_three_days_in_any_order_never_wait_for_each_other_in_a_circle():
    outcome = deadlocks_over_http.run(presses=120)

    assert outcome["ok"], outcome
    assert outcome["presses"] == 120

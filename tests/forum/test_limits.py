"""Rate limits: how often, for how long, and that a lost cache refuses nobody."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.cache import cache

from forum.limits import TooMany, spend

NOON = dt.datetime(2026, 5, 4, 12, 0, 10, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def spend_times(number, key="somebody"):
    for _ in range(number):
        spend(key, allowed=3, seconds=60)


def test_what_is_allowed_passes_and_the_next_is_refused_until_the_window_ends():
    spend_times(3)

    with pytest.raises(TooMany) as refusal:
        spend_times(1)

    assert (refusal.value.code, refusal.value.seconds) == ("rate_limited", 50)
    assert str(refusal.value)


def test_the_next_window_counts_anew(noon):
    spend_times(3)
    noon.shift(50)

    spend_times(3)

    with pytest.raises(TooMany):
        spend_times(1)


def test_what_is_counted_cannot_be_read_in_the_cache(monkeypatch):
    """A cache may write down what it holds, and keys name addresses."""
    names = []
    monkeypatch.setattr(cache, "incr", lambda name: names.append(name) or 1)

    spend("register:192.0.2.7", allowed=3, seconds=60)
    spend("register:192.0.2.8", allowed=3, seconds=60)

    assert len(set(names)) == 2
    assert [name for name in names if "192.0.2" in name or "register" in name] == []


def test_one_key_spends_nothing_of_another():
    spend_times(3)

    spend_times(3, key="somebody-else")


def test_a_cache_that_is_emptied_between_two_steps_refuses_nobody(monkeypatch):
    """A broker that is flushed, or a full cache that drops the counter, must not turn into an error page."""
    monkeypatch.setattr(cache, "add", lambda *args, **kwargs: True)  # it is gone again before it is counted

    spend_times(10)

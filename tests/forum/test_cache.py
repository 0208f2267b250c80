"""The shared cache fails open: without its server all goes on, a little slower, and the server gets its pause."""

from __future__ import annotations

import logging
import time

import pytest

from forum import cache as module
from forum.cache import FailOpenRedisCache
from forum.limits import spend

TIMEOUTS = {"socket_timeout": 0.25, "socket_connect_timeout": 0.25}


@pytest.fixture(autouse=True)
def breaker(monkeypatch):
    """One for each test, with a short pause."""
    monkeypatch.setattr(module, "breaker", module.Breaker(0.3))
    return module.breaker


def cache_at(address):
    return FailOpenRedisCache(address, {"OPTIONS": TIMEOUTS})


@pytest.fixture
def away(closed_port):
    return cache_at(f"redis://127.0.0.1:{closed_port}/0")


@pytest.fixture
def frozen(frozen_port):
    return cache_at(f"redis://127.0.0.1:{frozen_port}/0")


def test_with_its_server_it_is_a_cache_like_any_other(valkey):
    cache = cache_at(valkey.url)

    assert cache.get("seats", "nothing") == "nothing"
    assert (cache.add("seats", 1), cache.add("seats", 2), cache.get("seats")) == (True, False, 1)
    assert (cache.incr("seats"), cache.has_key("seats"), cache.touch("seats", 60)) == (2, True, True)
    assert cache.set_many({"a": 1, "b": 2}) == []
    assert cache.get_many(["a", "b", "c"]) == {"a": 1, "b": 2}
    cache.delete_many(["a"])
    assert (cache.get("a"), cache.delete("b"), cache.delete("b")) == (None, True, False)
    assert (cache.clear(), cache.get("seats")) == (True, None)


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        (lambda cache: cache.get("seats"), None),
        (lambda cache: cache.get("seats", 7), 7),
        (lambda cache: cache.get("seats", default=7), 7),
        (lambda cache: cache.set("seats", 1), None),
        (lambda cache: cache.add("seats", 1), True),
        (lambda cache: cache.incr("seats"), 1),
        (lambda cache: cache.delete("seats"), False),
        (lambda cache: cache.touch("seats"), False),
        (lambda cache: cache.has_key("seats"), False),
        (lambda cache: "seats" in cache, False),
        (lambda cache: cache.get_many(["seats"]), {}),
        (lambda cache: cache.set_many({"seats": 1}), []),
        (lambda cache: cache.delete_many(["seats"]), None),
        (lambda cache: cache.clear(), False),
        (lambda cache: cache.get_or_set("seats", 7), 7),
    ],
)
def test_without_its_server_every_call_answers_as_an_empty_cache(away, breaker, call, answer):
    tried = call(away)
    spared = call(away)

    assert (tried, spared, breaker.is_open) == (answer, answer, True)


def test_a_server_that_hangs_costs_one_timeout_and_not_one_for_every_call(frozen):
    started = time.monotonic()

    for _ in range(100):
        frozen.get("seats")

    assert 0.2 < time.monotonic() - started < 0.6


def test_the_log_says_once_that_the_server_is_away(away, caplog):
    with caplog.at_level(logging.WARNING):
        for _ in range(10):
            away.get("seats")

    assert [record.message for record in caplog.records] == [
        "The cache does not answer; going on without it for 5.0 s."
    ]


def test_a_server_that_comes_back_is_used_after_the_pause(valkey, breaker):
    cache = cache_at(valkey.url)
    valkey.stop()
    cache.set("seats", 1)
    valkey.start()

    cache.set("seats", 2)
    assert cache.get("seats") is None  # still in the pause
    time.sleep(0.31)
    cache.set("seats", 3)

    assert cache.get("seats") == 3


def test_a_limit_without_its_cache_refuses_nobody(away, monkeypatch):
    monkeypatch.setattr("forum.limits.cache", away)

    for _ in range(10):
        spend("somebody", allowed=3, seconds=60)


def test_what_is_wrong_with_a_value_is_still_an_error(valkey):
    """Only the server's absence is forgiven, never a mistake of ours."""
    with pytest.raises(ValueError, match="not found"):
        cache_at(valkey.url).incr("never-set")

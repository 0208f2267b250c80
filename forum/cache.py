"""The shared cache, which fails open: with the server away, pages are slower and limits looser, but nothing breaks."""

from __future__ import annotations

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

from forum.breaker import Breaker

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 5.0


breaker = Breaker(PAUSE_SECONDS)


def _failing_open(name: str, answer: Any) -> Any:
    def call(self: FailOpenRedisCache, *args: Any, **kwargs: Any) -> Any:
        fallback = args[1] if name == "get" and len(args) > 1 else kwargs.get("default", answer)
        if breaker.is_open:
            return fallback
        try:
            return getattr(CountingRedisCache, name)(self, *args, **kwargs)
        except (RedisError, OSError):
            breaker.trip()
            logger.warning("The cache does not answer; going on without it for %s s.", PAUSE_SECONDS)
            return fallback

    return call


COUNT = "if redis.call('EXISTS', KEYS[1]) == 1 then return redis.call('INCRBY', KEYS[1], ARGV[1]) end"


class CountingRedisCache(RedisCache):
    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """As Django promises, in one step instead of two: a rush counts every press."""
        name = self.make_and_validate_key(key, version=version)
        counted = self._cache.get_client(name, write=True).eval(COUNT, 1, name, delta)
        if counted is None:
            raise ValueError(f"Key {key!r} not found.")
        return counted


class FailOpenRedisCache(CountingRedisCache):
    """`add()` answers True and `incr()` 1 when the server is away: whoever counts goes on as if it were the first."""

    get = _failing_open("get", None)
    set = _failing_open("set", None)
    add = _failing_open("add", True)
    incr = _failing_open("incr", 1)
    delete = _failing_open("delete", False)
    touch = _failing_open("touch", False)
    has_key = _failing_open("has_key", False)
    get_many = _failing_open("get_many", {})
    set_many = _failing_open("set_many", [])
    delete_many = _failing_open("delete_many", None)
    clear = _failing_open("clear", False)

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
            return getattr(RedisCache, name)(self, *args, **kwargs)
        except (RedisError, OSError):
            breaker.trip()
            logger.warning("The cache does not answer; going on without it for %s s.", PAUSE_SECONDS)
            return fallback

    return call


class FailOpenRedisCache(RedisCache):
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

"""Doing a whole transaction again when the database says that it was bad luck."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS = 4
LONGEST_PAUSE = 0.4  # seconds
DEADLOCK, SERIALISATION, UNIQUE = "40P01", "40001", "23505"

_thread = threading.local()


def retrying(transaction: Callable[[], T]) -> T:
    """Call it, and call it again after a deadlock, a serialisation failure, or a row that somebody else inserted first.

    Whatever else goes wrong is raised; bad luck once too often is an OperationalError, as any other trouble of the
    database that will pass. Every attempt must be a transaction of its own, and read afresh what it changes: one that
    is called within another is not tried again by itself.
    """
    if getattr(_thread, "is_retrying", False):
        return transaction()
    _thread.is_retrying = True
    try:
        return _retrying(transaction)
    finally:
        _thread.is_retrying = False


def retried(verb: Callable[P, T]) -> Callable[P, T]:
    """A verb that is called as `retrying` calls a transaction."""

    @wraps(verb)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        return retrying(lambda: verb(*args, **kwargs))

    return wrapper


def _retrying(transaction: Callable[[], T]) -> T:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return transaction()
        except (IntegrityError, OperationalError) as error:
            if not _is_bad_luck(error):
                raise
            if attempt == ATTEMPTS:
                raise OperationalError("Bad luck, again and again.") from error
            time.sleep(random.uniform(0.05, LONGEST_PAUSE) * attempt / ATTEMPTS)  # noqa: S311 (a pause, no secret)
    raise AssertionError("unreachable")


def _is_bad_luck(error: Exception) -> bool:
    cause = error.__cause__
    code = getattr(cause, "pgcode", None)
    is_taken = code == UNIQUE or getattr(cause, "sqlite_errorname", "") == "SQLITE_CONSTRAINT_UNIQUE"
    return is_taken or code in (DEADLOCK, SERIALISATION)

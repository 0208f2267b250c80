"""Doing a whole transaction again when the database says that it was bad luck."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import IntegrityError, OperationalError

T = TypeVar("T")

ATTEMPTS = 4
LONGEST_PAUSE = 0.4  # seconds
DEADLOCK, SERIALISATION = "40P01", "40001"


def retrying(transaction: Callable[[], T]) -> T:
    """Call it, and call it again after a deadlock, a serialisation failure, or a row that somebody else inserted first.

    Whatever else goes wrong, or goes wrong once too often, is raised. Every attempt must be a transaction of its own.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return transaction()
        except (IntegrityError, OperationalError) as error:
            if attempt == ATTEMPTS or not _is_bad_luck(error):
                raise
            time.sleep(random.uniform(0.05, LONGEST_PAUSE) * attempt / ATTEMPTS)  # noqa: S311 (a pause, no secret)
    raise AssertionError("unreachable")


def _is_bad_luck(error: Exception) -> bool:
    code = getattr(error.__cause__, "pgcode", None)
    return isinstance(error, IntegrityError) or code in (DEADLOCK, SERIALISATION)

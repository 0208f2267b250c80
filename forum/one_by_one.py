"""Doing the same to many rows, so that one that fails does not keep the others waiting."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)
Result = TypeVar("Result")

logger = logging.getLogger(__name__)


def one_by_one(act: Callable[[Row], Result], rows: Iterable[Row]) -> list[Result]:
    """Call it with each row, and answer what came of those that went well. The others are logged.

    Each call must be a transaction of its own. The log says where it failed, and not what the database said of it:
    that may name people.
    """
    results = []
    for row in rows:
        try:
            results.append(act(row))
        except Exception as error:
            where = "".join(traceback.format_tb(error.__traceback__))
            logger.error("%s %s failed: %s\n%s", row._meta.label, row.pk, type(error).__name__, where)  # noqa: TRY400
    return results

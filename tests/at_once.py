"""The same moment, for people in threads with a database connection each."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection


def at_once(acts: Sequence[Callable[[], Any]], threads: int = 16) -> list[Any]:
    """Start the first acts together and let the others follow. Answers what each answered, or the error it raised."""
    start = threading.Barrier(min(threads, len(acts)))
    waited = threading.local()

    def run(act: Callable[[], Any]) -> Any:
        if not hasattr(waited, "over"):
            waited.over = True
            start.wait()
        try:
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(min(threads, len(acts))) as pool:
        return list(pool.map(run, acts))

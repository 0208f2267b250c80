"""Remembering an answer for a moment, in this process: what hardly changes is not asked in every request of a rush.

Whoever changes it in this process calls `forget`; other processes see the change when the moment is over.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, TypeVar

T = TypeVar("T")

_everything: list[dict[Hashable, tuple[float, Any]]] = []


def remembered(seconds: float) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Ask again only after so many seconds. The answer is shared by all threads: nobody may change it.

    Questions are few, such as the slugs of editions: an answer that is an error is not remembered.
    """

    def decorate(ask: Callable[..., T]) -> Callable[..., T]:
        answers: dict[Hashable, tuple[float, T]] = {}
        _everything.append(answers)

        @wraps(ask)
        def asked(*question: Hashable) -> T:
            known = answers.get(question)
            if known and time.monotonic() < known[0]:
                return known[1]
            answer = ask(*question)
            answers[question] = (time.monotonic() + seconds, answer)
            return answer

        return asked

    return decorate


def forget(**_: Any) -> None:
    """Ask everything anew. Takes what a signal sends."""
    for answers in _everything:
        answers.clear()

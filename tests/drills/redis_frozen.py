"""Redis freezes, broker and cache: it takes connections and answers nothing. Nobody who registers waits for it.

A minute long (`--hurry`: eight seconds). At most the first person in each web process waits, less than 1.5 seconds.
Afterwards the workers take up their work by themselves, and every mail follows.
"""

from __future__ import annotations

import os
import signal
import time
from typing import Any

from tests.drills._stage import SERVERS, Stage, play, say

LIMIT, BACK_WITHIN = 1.5, 60


def run(forum: Stage) -> dict[str, Any]:
    began = time.monotonic()
    servers = [forum.product.processes[name].pid for name in SERVERS]
    for pid in servers:
        os.kill(pid, signal.SIGSTOP)
    say("broker and cache are frozen")
    try:
        thaws_at = time.monotonic() + (8 if forum.hurry else 60)
        slowest = forum.register_all("frozen", 10)
        time.sleep(max(0, thaws_at - 2 - time.monotonic()))
        slowest = max(slowest, forum.register_all("still-frozen", 5))
        time.sleep(max(0, thaws_at - time.monotonic()))
    finally:
        for pid in servers:
            os.kill(pid, signal.SIGCONT)
    say("broker and cache go on")
    back = forum.wait_for_all(BACK_WITHIN + 30)
    forum.wait(forum.is_consuming, BACK_WITHIN)
    outcome = forum.outcome(
        "redis-frozen", began, slowest_registration_ms=round(slowest * 1000), seconds_after_return=back
    )
    works = forum.is_consuming()
    outcome["ok"] &= slowest < LIMIT and back < BACK_WITHIN and works and set(outcome["states"]) == {"sent"}
    return outcome


if __name__ == "__main__":
    play(run, __doc__)

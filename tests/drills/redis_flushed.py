"""Redis forgets everything while mails wait in it: every mail arrives all the same, since the rows are the promise.

200 people (`--hurry`: 40) register while no worker runs; then FLUSHALL; then the workers start and find an empty queue.
"""

from __future__ import annotations

import time
from typing import Any

import redis

from tests.drills._stage import SERVERS, Stage, play, say


def run(forum: Stage) -> dict[str, Any]:
    began = time.monotonic()
    forum.stop_workers()
    forum.register_all("flushed", 40 if forum.hurry else 200)
    nudges = 0
    for variable in SERVERS.values():
        with redis.Redis.from_url(forum.product.settings[variable]) as server:
            nudges += server.llen("mail")
            server.flushall()
    say(f"FLUSHALL: {nudges} tasks are forgotten, mails are {forum.states()}")
    forum.start_workers()
    forum.wait_for_all(120)
    outcome = forum.outcome("redis-flushed", began, nudges_forgotten=nudges)
    outcome["ok"] &= nudges > 0 and set(outcome["states"]) == {"sent"}
    return outcome


if __name__ == "__main__":
    play(run, __doc__)

"""Redis dies, broker and cache: people register all the same, quickly, and every mail follows.

Registering needs nothing but the database. Mail goes out by `drain_outbox` meanwhile, and by itself as soon as Redis is
back. At most the first person in each web process waits for the broker; then a breaker spares everybody the attempt.
"""

from __future__ import annotations

import time
from typing import Any

from tests.drills._stage import SERVERS, Stage, play, say

LIMIT, BACK_WITHIN = 1.5, 60


def run(forum: Stage) -> dict[str, Any]:
    began = time.monotonic()
    forum.register_all("well", 5)
    forum.wait_for_all()

    for name in SERVERS:
        forum.product.kill(name)
    say("broker and cache are dead")
    slowest = forum.register_all("dead", 10)
    forum.product.manage("drain_outbox", "--older-than", "0")
    drained = sum(bool(forum.post_office.to(person)) for person in forum.people)
    say(f"drain_outbox without a broker: {drained} of {len(forum.people)} have their mail")
    slowest = max(slowest, forum.register_all("still-dead", 5))

    forum.start_servers()
    say("broker and cache are back")
    back = forum.wait_for_all(BACK_WITHIN + 30)
    outcome = forum.outcome(
        "redis-down",
        began,
        slowest_registration_ms=round(slowest * 1000),
        sent_without_redis=drained - 5,
        seconds_after_return=back,
    )
    outcome["ok"] &= slowest < LIMIT and drained == 15 and back < BACK_WITHIN and set(outcome["states"]) == {"sent"}
    return outcome


if __name__ == "__main__":
    play(run, __doc__)

"""The broker hangs, then dies: people register all the same, quickly, and every mail follows.

Registering needs nothing but the database. While the broker hangs, at most the first person in each web process waits
for it, less than 1.5 seconds; then a breaker spares everybody the attempt. Mail goes out by `drain_outbox` meanwhile,
and by itself as soon as the broker is back. The cache, which counts rate limits, hangs and dies with it.
`./run drill broker_down --production` does it on PostgreSQL, with a broker and a cache of their own.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.drills._stage import main, say, stage
from tests.product import wait_until

LIMIT = 1.5
BACK_WITHIN = 60
AT_ONCE = 4  # several threads of one process meet the broker before its breaker opens


def run(*, production: bool = False) -> dict[str, Any]:
    people: list[str] = []
    with stage(production=production) as forum:

        def register(name: str, number: int) -> float:
            group = [f"{name.replace(' ', '-')}-{each}@example.org" for each in range(number)]
            people.extend(group)
            with ThreadPoolExecutor(AT_ONCE) as pool:
                slowest = max(pool.map(forum.register, group))
            say(f"{number} people registered with the broker {name}; the slowest took {slowest * 1000:.0f} ms")
            return slowest

        slowest = {"well": register("well", 5)}
        wait_until(lambda: forum.states() == {"sent": 5}, "their mails")

        brokers = [(name, forum.product.processes[name].pid) for name in forum.brokers]
        for _name, pid in brokers:
            os.kill(pid, signal.SIGSTOP)
        slowest["hanging"] = register("hanging", 10)
        for name, pid in brokers:
            os.kill(pid, signal.SIGCONT)
            forum.product.kill(name)
        slowest["dead"] = register("dead", 10)

        forum.product.manage("drain_outbox")
        drained = len(people) - sum(not forum.post_office.to(person) for person in people)
        say(f"drain_outbox without a broker: {drained} of {len(people)} have their mail")

        register("still dead", 5)
        forum.start_brokers()
        back = time.monotonic()
        say("the broker is back")
        wait_until(lambda: set(forum.states()) == {"sent"}, "every mail", BACK_WITHIN + 30)
        seconds = time.monotonic() - back
        say(f"every mail is sent, {seconds:.0f} s after the broker came back")

        outcome = forum.outcome(
            people,
            drill="broker_down",
            slowest_ms={name: round(seconds * 1000) for name, seconds in slowest.items()},
            sent_without_broker=drained,
            seconds_after_return=round(seconds, 1),
        )
    outcome["ok"] &= max(slowest["hanging"], slowest["dead"]) < LIMIT and seconds < BACK_WITHIN and drained == 25
    return outcome


if __name__ == "__main__":
    main(lambda: run(production="--production" in sys.argv), __doc__)

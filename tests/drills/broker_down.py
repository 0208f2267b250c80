"""The broker hangs, then dies: people register all the same, quickly, and every mail follows.

Registering needs nothing but the database. While the broker hangs, at most the first person in each web process waits
for it, less than 1.5 seconds; then a breaker spares everybody the attempt. Mail goes out by `drain_outbox` meanwhile,
and by itself as soon as the broker is back.
"""

from __future__ import annotations

import os
import signal
import time
from typing import Any

from tests.drills._stage import main, say, stage
from tests.product import wait_until

LIMIT = 1.5
BACK_WITHIN = 60


def run() -> dict[str, Any]:
    people: list[str] = []
    with stage() as forum:

        def register(name: str, number: int) -> float:
            group = [f"{name.replace(' ', '-')}-{each}@example.org" for each in range(number)]
            people.extend(group)
            slowest = max(forum.register(person) for person in group)
            say(f"{number} people registered with the broker {name}; the slowest took {slowest * 1000:.0f} ms")
            return slowest

        slowest = {"well": register("well", 5)}
        wait_until(lambda: forum.states() == {"sent": 5}, "their mails")

        broker = forum.product.processes["broker"]
        os.kill(broker.pid, signal.SIGSTOP)
        slowest["hanging"] = register("hanging", 10)
        os.kill(broker.pid, signal.SIGCONT)
        forum.product.kill("broker")
        slowest["dead"] = register("dead", 10)

        forum.product.manage("drain_outbox")
        drained = len(people) - sum(not forum.post_office.to(person) for person in people)
        say(f"drain_outbox without a broker: {drained} of {len(people)} have their mail")

        register("still dead", 5)
        forum.product.start_broker()
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
    outcome["ok"] &= max(slowest.values()) < LIMIT and seconds < BACK_WITHIN and drained == 25
    return outcome


if __name__ == "__main__":
    main(run, __doc__)

"""The worker is killed (-9) in the middle of sending: every mail arrives, by the next worker.

Twelve people register while the mail server takes a second for each mail. As soon as the first mails are on their way
the worker dies. What it had claimed is free again when the claim's two minutes are over; the sweep finds it.
`./run drill worker_killed --hurry` lets those two minutes pass in the database instead of on the clock.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from tests.drills._stage import Stage, main, say, stage
from tests.product import wait_until

PEOPLE = [f"killed-{number}@example.org" for number in range(12)]
LEASE_AND_TWO_SWEEPS = 120 + 2 * 15


def run(*, hurry: bool = False) -> dict[str, Any]:
    with stage() as forum:
        forum.post_office.seconds = 1.0
        for person in PEOPLE:
            forum.register(person)
        say(f"{len(PEOPLE)} people have registered; the mail server is slow")
        wait_until(lambda: forum.post_office.begun > 2, "mails are on their way")
        forum.product.kill("worker")
        killed_at = time.monotonic()
        claimed = forum.states().get("sending", 0)
        say(f"worker killed: {len(forum.post_office.mails)} mails had arrived, {claimed} were claimed")
        forum.post_office.seconds = 0
        forum.product.start_worker()
        say("another worker was started")
        if hurry:
            forum.ask("UPDATE outbox_message SET lease_until = datetime('now') WHERE state = 'sending'")
        return forum.outcome(PEOPLE, drill="worker_killed", claimed=claimed, seconds=_wait(forum, killed_at))


def _wait(forum: Stage, killed_at: float) -> float:
    """Until everybody has a mail, or ought to. Says how long that was."""
    told = 0
    while (waiting := sum(not forum.post_office.to(person) for person in PEOPLE)) and (
        time.monotonic() - killed_at < LEASE_AND_TWO_SWEEPS + 30
    ):
        if (now := int(time.monotonic() - killed_at) // 15) > told:
            told = now
            say(f"{waiting} mails still to come; {forum.states()}")
        time.sleep(0.2)
    say(f"everything settled: {forum.states()}")
    return round(time.monotonic() - killed_at, 1)


if __name__ == "__main__":
    main(lambda: run(hurry="--hurry" in sys.argv), __doc__)

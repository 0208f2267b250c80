"""The worker is killed (-9) in the middle of sending: every mail arrives once, by the next worker.

Twelve people register while the mail server takes a second for each mail. As soon as the first mails are on their way
the worker dies. What it had claimed is free again when the claim's two minutes are over; the sweep finds it.
`./run drill worker-killed --hurry` lets those two minutes pass in the database instead of on the clock.
"""

from __future__ import annotations

import time
from typing import Any

from tests.drills._stage import Stage, play, say
from tests.product import wait_until

LEASE_AND_TWO_SWEEPS = 120 + 2 * 15


def run(forum: Stage) -> dict[str, Any]:
    began = time.monotonic()
    forum.post_office.seconds = 1.0
    forum.register_all("killed", 12)
    wait_until(lambda: forum.post_office.begun > 2, "mails are on their way")
    forum.product.kill("worker")
    killed_at = time.monotonic()
    claimed = forum.states().get("sending", 0)
    say(f"worker killed: {len(forum.post_office.mails)} mails had arrived, {claimed} were claimed")
    forum.post_office.seconds = 0
    forum.product.start_worker_of("mail,celery", "worker")
    say("another worker was started")
    if forum.hurry:
        forum.let_pass("121 s")
    forum.wait_for_all(LEASE_AND_TWO_SWEEPS + 30)
    seconds = time.monotonic() - killed_at
    outcome = forum.outcome("worker-killed", began, claimed=claimed, seconds_after_the_kill=round(seconds, 1))
    outcome["ok"] &= claimed > 0 and set(outcome["states"]) == {"sent"} and seconds < LEASE_AND_TWO_SWEEPS + 10
    return outcome


if __name__ == "__main__":
    play(run, __doc__)

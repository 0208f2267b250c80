"""The worker is killed (-9) in the middle of sending: every mail arrives once, by the next worker.

Twelve people register. Four mails have arrived, and the mail server is just taking others, when the worker dies. What
it had claimed is free again when the claim's two minutes are over; the sweep finds it.
`./run drill worker-killed --hurry` lets those two minutes pass in the database instead of on the clock.
"""

from __future__ import annotations

import math
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.drills._stage import Stage, play, say
from tests.product import wait_until

PEOPLE, BEFORE = 12, 4
LEASE_AND_TWO_SWEEPS = 120 + 2 * 15


def run(forum: Stage) -> dict[str, Any]:
    began = time.monotonic()
    office = forum.post_office
    office.takes = BEFORE
    with ThreadPoolExecutor(1) as pool:
        registering = pool.submit(forum.register_all, "killed", PEOPLE)
        wait_until(
            lambda: len(office.mails) == BEFORE < office.begun, "some mails have arrived and others are under way"
        )
        forum.product.kill("worker")
        killed_at = time.monotonic()
        arrived, under_way = len(office.mails), forum.states().get("sending", 0)
        say(f"worker killed: {arrived} mails had arrived, {under_way} were claimed")
        registering.result()
    office.takes = math.inf
    forum.product.start_worker_of("mail,celery", "worker")
    say("another worker was started")
    if forum.hurry:
        forum.let_pass("121 s")
    forum.wait_for_all(LEASE_AND_TWO_SWEEPS + 30)
    seconds = time.monotonic() - killed_at
    facts = {"killed_at": {"arrived": arrived, "claimed": under_way}, "seconds_after_the_kill": round(seconds, 1)}
    outcome = forum.outcome("worker-killed", began, **facts)
    outcome["ok"] &= arrived == BEFORE and under_way > 0 and seconds < LEASE_AND_TWO_SWEEPS + 10
    outcome["ok"] &= outcome["states"] == {"sent": PEOPLE}
    return outcome


if __name__ == "__main__":
    play(run, __doc__)

"""Two beats, two workers and two drains at once: every mail is sent once, and a round is walked once.

Beat should run once, and somebody will start it twice. The second sweep of the same moment does nothing; and where two
look for mails at the same time, a claim decides.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from tests.drills._stage import Stage, play, say

MAILS = 100


def run(forum: Stage) -> dict[str, Any]:
    began = time.monotonic()
    every = float(forum.product.settings.get("OUTBOX_SWEEP_EVERY", 15))
    product = forum.product
    product.start_beat("beat-2")
    product.start_worker_of("mail,bulk,celery", "worker-2")
    say("two beats and two workers are there")
    rounds, watched = set(), 4 * every
    watch_until = time.monotonic() + watched
    while time.monotonic() < watch_until:
        rounds |= set(forum.ask("SELECT beaten_at FROM outbox_heartbeat WHERE name = 'sweep'"))
        time.sleep(0.2)
    say(f"{len(rounds) - 1} rounds began within {watched:.0f} s; beat means one every {every:.0f} s")

    forum.write(MAILS // 2)
    forum.write(MAILS // 2, priority=9, to="bulk")
    drains = [product.start(f"drain-{each}", sys.executable, "manage.py", "drain_outbox") for each in (1, 2)]
    forum.register_all("two-beats", 10)
    forum.wait_for_all(120)
    codes = [drain.wait(60) for drain in drains]
    for name in ("drain-1", "drain-2"):
        product.processes.pop(name)
    for name in ("beat-2", "worker-2"):
        product.stop(name, 90)
    outcome = forum.outcome("two-beats", began, rounds=len(rounds) - 1, rounds_meant=4)
    outcome["ok"] &= len(rounds) - 1 <= 5 and codes == [0, 0] and set(outcome["states"]) == {"sent"}
    return outcome


if __name__ == "__main__":
    play(run, __doc__)

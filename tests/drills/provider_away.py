"""The mail server is away for a day: one mail at a time tries for all, ever more rarely, and none is given up.

It is away long enough for every step of the pauses, of the server and of the mails; the hours pass in the database.
People go on registering. When it is back, every mail leaves within the server's longest pause, a quarter of an hour.
"""

from __future__ import annotations

import time
from typing import Any

from tests.drills._stage import Stage, play, say

STEPS = ["31 s", "2 min", "5 min", "15 min", "30 min", *["1 hour"] * 5, "17 hours"]
LONGEST_PAUSE = "15 min 1 s"


def run(forum: Stage) -> dict[str, Any]:
    began = time.monotonic()
    with forum.post_office.away():
        say("nobody listens at the mail server's address")
        forum.register_all("away", 5)
        for number, step in enumerate(STEPS, 1):
            forum.wait(lambda number=number: forum.provider().get("failures", 0) >= number, 60)
            say(f"failure {number}: {forum.states()}; {step} pass in the database")
            if number == 5:
                forum.register_all("later", 5)
            forum.let_pass(step)
        forum.wait(lambda: forum.provider().get("failures", 0) > len(STEPS), 60)
    failures = forum.provider()["failures"]
    say(f"it is back, after {failures} failures in a row; {LONGEST_PAUSE} pass in the database")
    forum.let_pass(LONGEST_PAUSE)
    after = forum.wait_for_all()
    attempts = forum.ask("SELECT max(attempts), sum(attempts) FROM outbox_message")[0]
    outcome = forum.outcome(
        "provider-away", began, failures=failures, most_attempts=attempts[0], seconds_after_return=after
    )
    outcome["ok"] &= failures >= len(STEPS) and attempts[0] >= 7 and set(outcome["states"]) == {"sent"}
    return outcome


if __name__ == "__main__":
    play(run, __doc__, OUTBOX_SWEEP_EVERY="5")

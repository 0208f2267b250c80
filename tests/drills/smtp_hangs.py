"""The mail server hangs: at its greeting, at a recipient, at the content, and once a letter at a time.

Whoever waits for it gives up: after ten seconds of silence, after a minute of single letters (`--hurry`: two and four
seconds). Then everybody leaves it alone. Within 90 seconds every thread is free again, and when the server is well, all
mails leave.
"""

from __future__ import annotations

import time
from typing import Any

from tests.drills._stage import Stage, play, say

FREE_WITHIN = 90
PLACES = {"greeting": 0.0, "recipient": 0.0, "content": 0.0, "letters": 0.5}


def run(forum: Stage) -> dict[str, Any]:
    began = time.monotonic()
    office, longest = forum.post_office, 0.0
    for place, drips in PLACES.items():
        office.hangs_at, office.drips = "recipient" if drips else place, drips
        say(f"the server hangs: {place}")
        failed = forum.provider().get("failures", 0)
        forum.register_all(place, 4)
        # New mails wait for the pause to end; it does, in the database, and one mail calls the server again.
        forum.let_pass("15 min")
        hung_at = time.monotonic()
        forum.wait(lambda failed=failed: forum.provider().get("failures", 0) > failed, FREE_WITHIN + 30)
        forum.wait(lambda: not forum.states().get("sending"), FREE_WITHIN + 30)
        longest = max(longest, time.monotonic() - hung_at)
    office.be_well()
    say("the server is well; an hour passes in the database")
    forum.let_pass("1 hour")
    forum.wait_for_all()
    outcome = forum.outcome("smtp-hangs", began, seconds_until_threads_are_free=round(longest, 1))
    outcome["ok"] &= longest < FREE_WITHIN and set(outcome["states"]) == {"sent"}
    return outcome


if __name__ == "__main__":
    play(run, __doc__)

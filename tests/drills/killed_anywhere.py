"""A process that registers somebody and sends the mail is killed (-9) at every point of that way.

Before each statement for the database, around the commit and the nudge, and at every word to the mail server. Whoever
was registered has exactly one confirmation promised, whoever was not has none, and every promise is kept. Where the
server had taken the mail and nobody had noted it, the mail comes twice with the same Message-ID.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from typing import Any

from tests.drills._stage import Stage, play, say

AFTER_THE_SERVER_TOOK_IT = 3  # points between its “250” and our note of it


def run(forum: Stage) -> dict[str, Any]:
    began = time.monotonic()
    forum.stop_workers()
    settings = {"DJANGO_SETTINGS_MODULE": "forum.settings"}
    forum.product.start("dying", sys.executable, "-m", "tests.dying", environ=settings)
    if forum.product.processes.pop("dying").wait(300):
        raise RuntimeError(forum.product.log("dying").read_text()[-2000:])
    points = json.loads(forum.product.log("dying").read_text().splitlines()[-1])
    forum.product.log("dying").unlink()
    say(f"killed at {len(points)} points: {', '.join(points)}")

    registered = Counter(
        email for (email,) in forum.ask("SELECT email FROM registration_registration WHERE email LIKE 'dying-%'")
    )
    promised = Counter(to for (to,) in forum.ask("SELECT to_email FROM outbox_message WHERE kind = 'confirmation'"))
    say(f"{len(registered)} of them registered somebody; {sum(promised.values())} confirmations are promised")
    forum.let_pass("121 s")
    forum.start_workers()
    forum.wait_for_all()
    arrived = sum(bool(forum.post_office.to(person)) for person in registered)
    outcome = forum.outcome(
        "killed-anywhere",
        began,
        may_come_twice=True,
        points=len(points),
        confirmed=sum(registered.values()),
        confirmations=sum(promised.values()),
        arrived=arrived,
    )
    outcome["ok"] &= registered == promised and arrived == len(registered) and len(points) >= 12
    outcome["ok"] &= outcome["extra_copies"] <= AFTER_THE_SERVER_TOOK_IT and set(outcome["states"]) == {"sent"}
    return outcome


if __name__ == "__main__":
    play(run, __doc__)

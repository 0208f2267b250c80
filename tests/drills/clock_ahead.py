"""One of two workers believes that it is two hours later: nothing is sent twice or early, nothing expires early.

The clock that counts is the database's. The server is slow, so that claims are held for seconds, and every task comes
twice. Needs libfaketime (Debian: `apt install faketime`); without it the drill says so and proves nothing.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from tests.drills._stage import Stage, play, say
from tests.product import ROOT

LIBRARY = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)
AHEAD = "+2h"
PUBLISH = """
from forum.outbox.models import Message
from forum.outbox.tasks import deliver_message
for pk in Message.objects.values_list("pk", flat=True):
    deliver_message.delay(pk)
"""


def run(forum: Stage) -> dict[str, Any]:
    began = time.monotonic()
    if LIBRARY is None:
        say("libfaketime is not there, so no clock can be wrong: nothing was tried")
        nothing = {"messages": 0, "lost": 0, "doubles": 0, "seconds": 0.0}
        return {"ok": os.environ.get("CI") != "true", "drill": "clock-ahead", **nothing, "tried": False}
    # Waiting is left to the true clock: only what time of day it is, is wrong.
    wrong = {"LD_PRELOAD": str(LIBRARY), "FAKETIME": AHEAD, "DONT_FAKE_MONOTONIC": "1"}
    wrong["PYTHONPATH"] = f"{ROOT / 'tests' / 'wrong_clock'}:{ROOT}"
    forum.product.start_worker_of("mail,celery", "worker-ahead", **wrong)
    forum.wait(lambda: "ready" in _log(forum) or forum.is_consuming(), 30)
    forum.post_office.seconds = 1.5
    forum.write(3, to="later", next_attempt_at="timezone.now() + HOUR")
    forum.write(3, to="in-time", expires_at="timezone.now() + HOUR")
    forum.register_all("ahead", 12)
    forum.product.manage("shell", "-v", "0", "-c", PUBLISH)
    forum.wait(lambda: forum.states() == {"queued": 3, "sent": 15}, 90)
    forum.post_office.seconds = 0.2
    time.sleep(5)
    early = forum.states() != {"queued": 3, "sent": 15}
    say("something was sent early" if early else "nothing was sent early; an hour passes in the database")

    # Now it is alone: its clock must not keep it from its rounds either.
    forum.product.stop("worker", 90)
    forum.let_pass("1 hour 1 s")
    alone = forum.wait_for_all(60)
    forum.product.start_worker_of("mail,celery", "worker")
    forum.product.stop("worker-ahead", 90)
    outcome = forum.outcome("clock-ahead", began, tried=True, clock=AHEAD, seconds_alone=alone)
    outcome["ok"] &= not early and _hours_ahead(forum) > 1.9 and outcome["states"] == {"sent": 18}
    return outcome


def _log(forum: Stage) -> str:
    return forum.product.log("worker-ahead").read_text()


def _hours_ahead(forum: Stage) -> float:
    """How wrong the worker's clock was, by its own log: else the drill would have proved nothing."""
    line = next((line for line in reversed(_log(forum).splitlines()) if line[:4].isdigit()), "")
    if not line:
        return 0.0
    told = time.mktime(time.strptime(line[:19], "%Y-%m-%d %H:%M:%S"))
    return (told - time.time()) / 3600


if __name__ == "__main__":
    play(run, __doc__)

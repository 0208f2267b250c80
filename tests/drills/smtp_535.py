"""Our sign-in at the mail server is wrong with 1,000 mails waiting: a few attempts, one alarm, no mail burned.

The workers start with a wrong password. However long it takes, mails stay queued, and none counts an attempt. Minutes
pass in the database: one more attempt. Then EMAIL_URL is mended and the workers start again: nobody waits for a pause
to end, and every mail leaves.
"""

from __future__ import annotations

import time
from typing import Any

from tests.drills._stage import WORKERS, Stage, play, say

MAILS = 1000
FEW = 5
FAST = {"MAIL_RATE": "200"}  # so that the drill ends soon; what it is about is the sign-in


def run(forum: Stage) -> dict[str, Any]:
    began = time.monotonic()
    office, address = forum.post_office, forum.product.settings["EMAIL_URL"]
    forum.stop_workers()
    office.password = "right"
    forum.write(MAILS // 2)
    forum.write(MAILS // 2, priority=9, to="bulk")
    alarms = _alarms(forum)
    forum.start_workers(EMAIL_URL=address.replace("://", "://forum:wrong@"), **FAST)
    forum.register_all("wrong", 5)
    forum.wait(lambda: forum.provider().get("failure") == "ours", 60)
    time.sleep(5 if forum.hurry else 40)
    say(f"{office.sign_ins} attempts to sign in; mails are {forum.states()}; five minutes pass in the database")
    forum.let_pass("5 min")
    forum.wait(lambda: forum.provider()["failures"] > 1, 60)
    time.sleep(3 if forum.hurry else 20)
    attempts, alarms = office.sign_ins, _alarms(forum) - alarms
    burned = forum.ask("SELECT count(*) FROM outbox_message WHERE attempts > 0 OR state <> 'queued'")[0][0]
    say(f"{attempts} attempts to sign in, {alarms} alarm, {burned} mails with an attempt")

    forum.stop_workers()
    forum.start_workers(EMAIL_URL=address.replace("://", "://forum:right@"), **FAST)
    say("EMAIL_URL is mended, the workers have started again")
    after = forum.wait_for_all(180)
    outcome = forum.outcome(
        "smtp-535", began, attempts=attempts, alarms=alarms, mails_burned=burned, seconds_after_repair=after
    )
    outcome["ok"] &= 1 <= attempts <= FEW and alarms == 1 and not burned and set(outcome["states"]) == {"sent"}

    forum.stop_workers()
    office.password = ""
    forum.start_workers()
    return outcome


def _alarms(forum: Stage) -> int:
    return sum(forum.product.log(name).read_text().count(" CRITICAL ") for name in WORKERS)


if __name__ == "__main__":
    play(run, __doc__)

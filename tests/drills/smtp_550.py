"""The mail server refuses for good: addresses that do not exist fail alone; contents stop everything after three.

Three of twelve addresses do not exist: they fail, visibly, and the others get their mail. Then the server refuses
whatever we say: after three failures everybody waits, and it is said aloud. It is mended; an organiser lets what failed
go once more. A mail that failed visibly is not lost.
"""

from __future__ import annotations

import time
from typing import Any

from tests.drills._stage import Stage, play, say

AGAIN = """
from forum.outbox import queue
from forum.outbox.models import Message
print(len(queue.send_again(Message.objects.filter(failure="content"))))
"""


def run(forum: Stage) -> dict[str, Any]:
    began = time.monotonic()
    office = forum.post_office
    office.refusals = {f"nobody-{number}@example.org": "550 5.1.1 No such user" for number in range(3)}
    forum.register_all("nobody", 3)
    forum.register_all("somebody", 9)
    forum.wait_for_all()
    failed = _failed(forum)
    say(f"failed: {failed}")

    office.refuses_data = "554 5.6.0 We do not like what you say"
    forum.register_all("content", 10)
    forum.wait(lambda: forum.provider().get("is_paused"), 60)
    time.sleep(3)
    stopped = _failed(forum)
    say(f"the server refuses every content; failed: {stopped}, mails are {forum.states()}")

    office.refuses_data = ""
    forum.let_pass("15 min")
    again = int(forum.product.manage("shell", "-v", "0", "-c", AGAIN))
    say(f"it is mended; an organiser sends {again} again")
    forum.wait_for_all()
    outcome = forum.outcome("smtp-550", began, failed=_failed(forum), failed_before_all_stopped=stopped)
    outcome["ok"] &= failed == {"no such address": 3} == outcome["failed"] and 3 <= stopped["content"] <= 6
    outcome["ok"] &= outcome["states"] == {"failed": 3, "sent": 19}
    return outcome


def _failed(forum: Stage) -> dict[str, int]:
    return dict(forum.ask("SELECT failure, count(*) FROM outbox_message WHERE state = 'failed' GROUP BY failure"))


if __name__ == "__main__":
    play(run, __doc__)

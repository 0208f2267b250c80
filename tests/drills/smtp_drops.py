"""The mail server hangs up: before a content, which then cannot have arrived, and after it, when nobody knows.

Six people meet each. What was cut off before its content arrives once. What the server took before it hung up without
saying so comes a second time, with the same Message-ID, so that mail programs show one: one extra copy each, no more.
"""

from __future__ import annotations

import time
from typing import Any

from tests.drills._stage import Stage, play, say

SIX = 6


def run(forum: Stage) -> dict[str, Any]:
    began = time.monotonic()
    office = forum.post_office
    office.drops_before_content = True
    say("the server hangs up before every content")
    forum.register_all("before", SIX)
    forum.wait(lambda: forum.provider().get("is_paused"), 60)
    office.be_well()
    forum.let_pass("31 s")
    forum.wait_for_all()
    before = sum(office.copies.values()) - len(office.copies)

    office.drops_first_copies = True
    say("the server takes each mail, and hangs up without saying so, once")
    forum.register_all("after", SIX)
    for _each in range(4 * SIX):
        forum.wait(lambda: forum.provider().get("is_paused") or set(forum.states()) == {"sent"}, 60)
        if set(forum.states()) == {"sent"}:
            break
        forum.let_pass("1 hour 1 s")
    outcome = forum.outcome("smtp-drops", began, may_come_twice=True, extra_copies_before_content=before)
    outcome["ok"] &= not before and outcome["extra_copies"] <= SIX and set(outcome["states"]) == {"sent"}
    return outcome


if __name__ == "__main__":
    play(run, __doc__)

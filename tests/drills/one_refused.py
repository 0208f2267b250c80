"""One recipient is refused for a policy (550 5.7.1) among good ones: that mail fails alone, and nobody else waits.

Thirty mails wait, and the one refused stands among the first; people register meanwhile. The mail server is called well
all the time, the refused address is no bad one and may be written to again.
"""

from __future__ import annotations

import time
from typing import Any

from tests.drills._stage import Stage, play, say

REFUSAL = "550 5.7.1 Our policy refuses mail for this recipient"
MAILS, WITHIN = 30, 20  # seconds, for everybody else


def run(forum: Stage) -> dict[str, Any]:
    began = time.monotonic()
    suppressed = _suppressed(forum)
    forum.stop_workers()
    forum.write(MAILS)
    forum.post_office.refusals = {"written-1@example.org": REFUSAL}
    say(f"{MAILS} mails wait; the server says {REFUSAL!r} to the second one")
    forum.start_workers()
    forum.register_all("good", 10)
    seconds = forum.wait_for_all()
    failed = forum.ask("SELECT to_email, failure, attempts FROM outbox_message WHERE state = 'failed'")
    waited = forum.ask("SELECT count(*) FROM outbox_message WHERE attempts <> 1")[0][0]
    is_well = not forum.provider().get("failures") and not forum.provider().get("is_paused")
    facts = {"failed": failed, "tried_more_than_once": waited, "server_is_called_well": is_well}
    facts["newly_suppressed"] = _suppressed(forum) - suppressed
    outcome = forum.outcome("one-refused", began, seconds_for_all=seconds, **facts)
    outcome["ok"] &= failed == [("written-1@example.org", "content", 1)] and waited == 0 and is_well
    outcome["ok"] &= facts["newly_suppressed"] == 0 and seconds < WITHIN
    outcome["ok"] &= outcome["states"] == {"failed": 1, "sent": MAILS - 1 + len(forum.people)}
    return outcome


def _suppressed(forum: Stage) -> int:
    return forum.ask("SELECT count(*) FROM outbox_suppression")[0][0]


if __name__ == "__main__":
    play(run, __doc__)

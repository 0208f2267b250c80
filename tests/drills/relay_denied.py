"""The server will not relay for us, and says so in plain words without an enhanced code: no address is taken for dead.

Ten mails wait and ten people register. A few attempts, and everybody waits; no mail failed, no address is suppressed.
Then the server is mended: when the pause is over every mail arrives.
"""

from __future__ import annotations

import time
from typing import Any

from tests.drills._stage import Stage, play, say

REFUSAL = "550 Relaying denied"
FEW = 5


def run(forum: Stage) -> dict[str, Any]:
    began = time.monotonic()
    suppressed = _suppressed(forum)
    forum.post_office.refuses_everybody = REFUSAL
    say(f"the server says {REFUSAL!r} to every recipient")
    forum.write(10)
    forum.register_all("denied", 10)
    forum.wait(lambda: forum.provider().get("is_paused"), 60)
    time.sleep(3 if forum.hurry else 20)
    provider, states = forum.provider(), forum.states()
    say(f"the breaker: {provider}; mails are {states}")
    facts = {"breaker": provider, "while_denied": states, "newly_suppressed": _suppressed(forum) - suppressed}

    forum.post_office.be_well()
    forum.let_pass("15 min")
    say("it is mended; fifteen minutes pass in the database")
    forum.wait_for_all()
    outcome = forum.outcome("relay-denied", began, **facts)
    outcome["ok"] &= provider == {"failure": "ours", "failures": provider["failures"], "is_paused": True}
    outcome["ok"] &= 1 <= provider["failures"] <= FEW and states == {"queued": 20}
    outcome["ok"] &= facts["newly_suppressed"] == 0 and outcome["states"] == {"sent": 20}
    return outcome


def _suppressed(forum: Stage) -> int:
    return forum.ask("SELECT count(*) FROM outbox_suppression")[0][0]


if __name__ == "__main__":
    play(run, __doc__)

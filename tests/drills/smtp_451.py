"""The mail server says “not now”: to each recipient, to contents, and that we are too fast. Nobody is given up.

Ten people meet 450 at the recipient, ten 451 at the content, ten 4.7.0 (we halve our rate). Each mail is tried once and
waits; ten minutes pass in the database, the server is well, and each arrives with its second attempt.
"""

from __future__ import annotations

import time
from typing import Any

from tests.drills._stage import Stage, play, say

TEN = 10
BAD_DAYS = {
    "recipient": {"refuses_everybody": "450 4.2.0 Greylisted, try later"},
    "content": {"refuses_data": "451 4.3.0 Local error, try later"},
    "too-fast": {"refuses_data": "451 4.7.0 Too many mails"},
}


def run(forum: Stage) -> dict[str, Any]:
    began = time.monotonic()
    for name, day in BAD_DAYS.items():
        forum.post_office.be_well()
        for what, answer in day.items():
            say(f"the server says {answer!r}")
            setattr(forum.post_office, what, answer)
        forum.register_all(name, TEN)
        tried = f"SELECT count(*) FROM outbox_message WHERE attempts = 1 AND to_email LIKE '{name}-%'"
        forum.wait(lambda tried=tried: forum.ask(tried)[0][0] == TEN, 60)
    slowed = forum.ask("SELECT slowed_until > now() FROM outbox_provider")[0][0]
    say("the rate is halved" if slowed else "the rate was not halved")
    forum.post_office.be_well()
    say("the server is well; ten minutes pass in the database")
    forum.let_pass("10 min 1 s")
    forum.wait_for_all(60)
    attempts = forum.ask("SELECT max(attempts) FROM outbox_message")[0][0]
    outcome = forum.outcome("smtp-451", began, most_attempts=attempts, rate_was_halved=slowed)
    outcome["ok"] &= slowed and attempts == 2 and set(outcome["states"]) == {"sent"}
    return outcome


if __name__ == "__main__":
    play(run, __doc__)

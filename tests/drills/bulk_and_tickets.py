"""10,000 mails in bulk wait, and people register: their tickets leave within 15 seconds, and the rate is kept.

200 people (`--hurry`: 40) register while the bulk is on its way. No five seconds are faster than the rate
allows, plus a tenth. Then the rate is raised and all the bulk leaves (`--hurry`: is called off).
"""

from __future__ import annotations

import bisect
import time
from typing import Any

from tests.drills._stage import Stage, play, say

BULK = 10_000
WITHIN, WINDOW = 15, 5


def run(forum: Stage) -> dict[str, Any]:
    began = time.monotonic()
    rate = float(forum.product.settings.get("MAIL_RATE", 10))
    office = forum.post_office
    forum.write(BULK, priority=9, to="bulk")
    forum.wait(lambda: len(office.mails) > rate, 60)
    say(f"{BULK} mails in bulk are on their way, {rate:.0f} a second")
    registered, number = {}, 40 if forum.hurry else 200
    for each in range(number):
        person = f"ticket-{each}@example.org"
        forum.register(person)
        registered[person] = time.monotonic()
        time.sleep(0 if forum.hurry else 0.2)
    say(f"{number} people have registered; mails are {forum.states()}")
    forum.wait(lambda: all(office.to(person) for person in registered), 60)
    came = {mail["To"]: moment for mail, moment in zip(list(office.mails), office.moments, strict=False)}
    waits = sorted(came.get(person, time.monotonic()) - moment for person, moment in registered.items())
    fastest = _fastest(office.moments, WINDOW)
    bulk_beside = sum(1 for to in came if to.startswith("bulk"))
    say(
        f"the slowest ticket took {waits[-1]:.1f} s; at most {fastest:.1f} mails a second; {bulk_beside} in bulk beside"
    )

    if forum.hurry:
        forum.ask("UPDATE outbox_message SET state = 'cancelled' WHERE state = 'queued' AND priority >= 7")
        say("the rest of the bulk is called off")
    else:
        forum.stop_workers()
        forum.start_workers(MAIL_RATE="1000")
        say("the rate is raised, so that all the bulk leaves while we wait")
    forum.wait_for_all(900)
    outcome = forum.outcome(
        "bulk-and-tickets",
        began,
        tickets=number,
        ticket_seconds={"median": round(waits[number // 2], 1), "p95": round(waits[int(number * 0.95)], 1),
                        "slowest": round(waits[-1], 1)},
        rate=rate,
        most_mails_in_a_second=round(fastest, 1),
    )  # fmt: skip
    outcome["ok"] &= waits[-1] < WITHIN and fastest <= 1.1 * rate and set(outcome["states"]) <= {"sent", "cancelled"}
    return outcome


def _fastest(moments: list[float], window: float) -> float:
    """Mails a second, in the busiest so many seconds."""
    moments = sorted(moments)
    return max(bisect.bisect(moments, moment + window) - place for place, moment in enumerate(moments)) / window


if __name__ == "__main__":
    play(run, __doc__)

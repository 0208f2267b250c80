"""The queue delivers every task ten times, to two workers: everybody gets one mail."""

from __future__ import annotations

import time
from typing import Any

import redis

from tests.drills._stage import Stage, play, say

PEOPLE, TIMES = 20, 10
PUBLISH = f"""
from forum.outbox.models import Message
from forum.outbox.tasks import deliver_message
for _ in range({TIMES}):
    for pk in Message.objects.values_list("pk", flat=True):
        deliver_message.delay(pk)
"""


def run(forum: Stage) -> dict[str, Any]:
    began = time.monotonic()
    forum.stop_workers()
    forum.register_all("ten-times", PEOPLE)
    forum.product.manage("shell", "-v", "0", "-c", PUBLISH)
    with redis.Redis.from_url(forum.product.settings["REDIS_URL"]) as broker:
        tasks = broker.llen("mail")
        say(f"{tasks} tasks wait for {PEOPLE} mails; two workers start")
        forum.start_workers()
        forum.product.start_worker_of("mail,celery", "worker-2")
        forum.wait_for_all()
        forum.wait(lambda: not broker.llen("mail") and not broker.hlen("unacked"), 60)
    forum.product.stop("worker-2", 90)
    outcome = forum.outcome("duplicate-delivery", began, tasks=tasks)
    outcome["ok"] &= tasks >= (TIMES + 1) * PEOPLE and set(outcome["states"]) == {"sent"}
    return outcome


if __name__ == "__main__":
    play(run, __doc__)

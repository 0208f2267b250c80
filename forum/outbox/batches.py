"""Mails that belong together: held back, let go on, called off and counted as one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count, Min
from django.utils import timezone

from forum.outbox.models import Batch, Message


def open_batch() -> Batch:
    return Batch.objects.create()


def pause(batch: Batch) -> None:
    """Nothing more of it leaves, but for what a worker holds already. Twice, or after cancelling, changes nothing."""
    Batch.objects.filter(pk=batch.pk, paused_at__isnull=True, cancelled_at__isnull=True).update(
        paused_at=timezone.now()
    )


def resume(batch: Batch) -> None:
    """Let it go on: the next sweep takes what is due."""
    Batch.objects.filter(pk=batch.pk).update(paused_at=None)


@transaction.atomic
def cancel(batch: Batch) -> int:
    """Call off what has not left. What a worker holds may still arrive, but is not tried again. Answers how many."""
    Batch.objects.filter(pk=batch.pk, cancelled_at__isnull=True).update(cancelled_at=timezone.now(), paused_at=None)
    waiting = Message.objects.filter(batch=batch, state=Message.State.QUEUED)
    # What must be blanked at its end is left to delivery, which does both.
    waiting = waiting.filter(forgets_address=False, blank_when_sent=False)
    return waiting.update(state=Message.State.CANCELLED)


def figures(batch: Batch) -> dict[str, int]:
    """How many of its mails are in each state. Mails that were erased with their people are in none."""
    rows = Message.objects.filter(batch=batch).order_by().values_list("state").annotate(number=Count("pk"))
    return dict(rows)


def rests_until(batch: Batch) -> dt.datetime | None:
    """When the first of its mails leaves, where that is still ahead and none is on its way."""
    first = Message.objects.waiting().filter(batch=batch).aggregate(first=Min("next_attempt_at"))["first"]
    return first if first and first > timezone.now() else None


def with_mails_waiting(batches: Iterable[int | None]) -> set[int]:
    """Those of which not every mail has come to an end, by primary key."""
    return set(
        Message.objects.waiting().filter(batch__in=[each for each in batches if each]).values_list("batch", flat=True)
    )

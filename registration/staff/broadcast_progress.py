"""How far a mail to many is: people, then mails."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count

from forum.outbox import batches
from forum.outbox.models import Message
from registration.models import Broadcast, BroadcastRecipient

Mail, Person = Message.State, BroadcastRecipient.State


@dataclass(frozen=True)
class Progress:
    """Everybody who was confirmed is in exactly one of these: the numbers add up to `count`."""

    count: int
    sent: int
    waiting: int  # in the outbox, or not even written yet
    failed: int
    suppressed: int
    not_sent: int  # withdrawn, called off or left out: it will not be sent
    erased: int  # what became of the mail is not known any more: it was erased with its person
    rests_until: dt.datetime | None = None  # nothing leaves before

    @property
    def is_over(self) -> bool:
        return not self.waiting

    @property
    def settled(self) -> int:
        return self.count - self.waiting


def progress(broadcast: Broadcast) -> Progress | None:
    """None for what was discarded as a draft. Three statements; between them a worker may have moved some on."""
    if broadcast.batch is None:
        return None
    rows = broadcast.recipients.order_by().values_list("state").annotate(number=Count("pk"))
    people = dict(rows)
    mails = batches.figures(broadcast.batch)
    called_off = broadcast.state == Broadcast.State.CANCELLED
    unwritten = people.get(Person.CHOSEN, 0)
    waiting = mails.get(Mail.QUEUED, 0) + mails.get(Mail.SENDING, 0) + (0 if called_off else unwritten)
    figures = {
        "sent": mails.get(Mail.SENT, 0),
        "waiting": waiting,
        "failed": mails.get(Mail.FAILED, 0) + mails.get(Mail.EXPIRED, 0),
        "suppressed": mails.get(Mail.SUPPRESSED, 0),
        "not_sent": mails.get(Mail.CANCELLED, 0) + people.get(Person.LEFT_OUT, 0) + (unwritten if called_off else 0),
    }
    erased = max(broadcast.count - sum(figures.values()), 0)
    return Progress(broadcast.count, erased=erased, rests_until=batches.rests_until(broadcast.batch), **figures)

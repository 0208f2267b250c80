"""Writing confirmed mails to many into the outbox.

In small transactions, each of which says of whom it has taken care: it can be stopped anywhere and started again, by
one worker or by several.
"""

from __future__ import annotations

import datetime as dt
import logging

from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from forum.outbox import queue
from forum.retrying import retrying
from registration import audiences, composing, promotion
from registration.composing import Letter
from registration.models import Broadcast, BroadcastRecipient, Registration

logger = logging.getLogger(__name__)

BATCH = 100  # mails written in one transaction
LONGEST_SUBJECT = 250  # of a message; one that names the person many times over is cut
KINDS = {
    Broadcast.Purpose.SERVICE: "broadcast",
    Broadcast.Purpose.NEWS: "news",
    Broadcast.Purpose.CHANGE: "change_notice",
}

State, Taken = Broadcast.State, BroadcastRecipient.State


def write() -> int:
    """Write every confirmed mail into the outbox. What another worker is at is left to it. Answers how many mails."""
    written = 0
    for pk in list(Broadcast.objects.filter(state=State.CONFIRMED).order_by("pk").values_list("pk", flat=True)):
        try:
            written += _write(pk)
        except Exception:  # one that cannot be written must not keep the others back
            logger.exception("Broadcast %s cannot be written.", pk)
    return written


def _write(pk: int) -> int:
    written, letters = 0, {}
    while (number := retrying(lambda: _write_some(pk, letters))) is not None:
        written += number
    return written


@transaction.atomic
def _write_some(pk: int, letters: dict[str, Letter]) -> int | None:
    """The next few. None where there is nothing to do: all is written, or it was stopped, or somebody else is at it."""
    rows = Broadcast.objects.filter(pk=pk, state=State.CONFIRMED).select_related("edition__venue", "batch")
    broadcast = rows.select_for_update(no_key=True, of=("self",), skip_locked=True).first()
    if broadcast is None:
        return None
    chosen = list(broadcast.recipients.filter(state=Taken.CHOSEN).order_by("pk")[:BATCH])
    if not chosen:
        Broadcast.objects.filter(pk=pk).update(state=State.WRITTEN)
        return None
    people = _hold(broadcast, chosen)
    worthless_after = _worthless_after(broadcast)
    for person in people:
        if person.language not in letters:
            letters[person.language] = composing.letter(broadcast, person.language)
        _promise(broadcast, person, letters[person.language], worthless_after)
    taken = broadcast.recipients.filter(pk__in=[each.pk for each in chosen])
    taken.update(state=Taken.LEFT_OUT)
    taken.filter(registration__in=people).update(state=Taken.WRITTEN)
    return len(people)


def _hold(broadcast: Broadcast, chosen: list[BroadcastRecipient]) -> list[Registration]:
    """Those of the chosen who can still be written to. Nobody is erased, or cancels, before their mail is promised."""
    rows = Registration.objects.filter(pk__in=[each.registration_id for each in chosen]).order_by("pk")
    held = [row.pk for row in rows.select_for_update(no_key=True)]
    return list(audiences.still_concerned(broadcast).filter(pk__in=held).order_by("pk"))


def _worthless_after(broadcast: Broadcast) -> dt.datetime | None:
    """What changed on a day helps nobody when the day is over."""
    if broadcast.purpose != Broadcast.Purpose.CHANGE:
        return None
    last = broadcast.edition.days.filter(number__in=broadcast.audience["days"]).order_by("date").last()
    return last and last.at(dt.time.max)


def _promise(broadcast: Broadcast, person: Registration, letter: Letter, expires_at: dt.datetime | None) -> None:
    with override(person.language):
        mine = letter.to(person.name)
    is_news = broadcast.purpose == Broadcast.Purpose.NEWS
    zone = broadcast.edition.tzinfo
    queue.enqueue_once(
        kind=KINDS[broadcast.purpose],
        dedupe_key=f"broadcast:{broadcast.pk}:{person.uuid}",
        priority=queue.LAST if is_news else queue.BULK,
        to_email=person.email,
        language=person.language,
        subject=mine.subject[:LONGEST_SUBJECT],
        text=mine.text,
        html=mine.html,
        about=person.uuid,
        reply_to=broadcast.edition.contact_email,
        not_before=promotion.awake_in(zone, timezone.now()) if is_news else None,
        expires_at=expires_at,
        batch=broadcast.batch,
        is_news=is_news,
    )

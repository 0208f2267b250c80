"""Mails to many: drafted, confirmed by somebody who has typed to how many, written into the outbox, stopped if need be.

Confirming freezes the audience. Writing happens in small transactions, each of which says of whom it has taken care:
it can be stopped anywhere and started again, by one worker or by several.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from django.db import connection, transaction
from django.db.models import BigIntegerField, CharField, Value
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from forum.accounts.models import User
from forum.outbox import batches, queue
from forum.retrying import retrying
from programme.models import Edition
from registration import audiences, composing, promotion
from registration.composing import Letter
from registration.errors import CountDiffers, DraftChanged, NobodyThere, NoDraft, WordsMissing
from registration.models import Broadcast, BroadcastRecipient, Registration
from registration.models.broadcast import validate_audience

logger = logging.getLogger(__name__)

BATCH = 100  # mails written in one transaction
LONGEST_SUBJECT = 250  # of a message; one that names the person many times over is cut
KINDS = {
    Broadcast.Purpose.SERVICE: "broadcast",
    Broadcast.Purpose.NEWS: "news",
    Broadcast.Purpose.CHANGE: "change_notice",
}
WORDS = ("subject_ko", "body_ko", "subject_en", "body_en")
ON_ITS_WAY = (Broadcast.State.CONFIRMED, Broadcast.State.WRITTEN)

State, Taken = Broadcast.State, BroadcastRecipient.State


def draft(edition: Edition, purpose: str, audience: dict[str, Any], language: str, words: dict[str, str]) -> Broadcast:
    """A mail that nobody gets before it is confirmed. `words` are subject and body in both languages, empty or not."""
    validate_audience(audience)
    return Broadcast.objects.create(edition=edition, purpose=purpose, audience=audience, language=language, **words)


@transaction.atomic
def revise(broadcast: Broadcast, **fields: Any) -> Broadcast:
    """Change the words or the audience of a draft. Raises NoDraft for what was confirmed or discarded."""
    fresh = _locked(broadcast)
    if fresh.state != State.DRAFT:
        raise NoDraft
    if "audience" in fields:
        validate_audience(fields["audience"])
    for name, value in fields.items():
        setattr(fresh, name, value)
    fresh.revision += 1
    fresh.save()
    return fresh


@transaction.atomic
def confirm(broadcast: Broadcast, by: User, *, count: int, revision: int) -> Broadcast:
    """Freeze the audience and let the mail go to it. Twice is harmless.

    Raises CountDiffers unless exactly `count` people are in it at this moment, DraftChanged when it is not the revision
    that was read, WordsMissing, NobodyThere, or NoDraft for what was discarded. Nothing is frozen then.
    """
    fresh = _locked(broadcast)
    if fresh.confirmed_at:
        return fresh
    if fresh.state != State.DRAFT:
        raise NoDraft
    if fresh.revision != revision:
        raise DraftChanged
    if fresh.missing_languages:
        raise WordsMissing
    chosen = _freeze(fresh)
    if not chosen:
        raise NobodyThere
    if chosen != count:
        raise CountDiffers(chosen)
    fresh.state, fresh.count = State.CONFIRMED, chosen
    fresh.confirmed_by, fresh.confirmed_at = by, timezone.now()
    fresh.batch = batches.open_batch()
    fresh.save()
    return fresh


def write() -> int:
    """Write every confirmed mail into the outbox. What another worker is at is left to it. Answers how many mails."""
    written = 0
    for pk in list(Broadcast.objects.filter(state=State.CONFIRMED).order_by("pk").values_list("pk", flat=True)):
        try:
            written += _write(pk)
        except Exception:  # one that cannot be written must not keep the others back
            logger.exception("Broadcast %s cannot be written.", pk)
    return written


@transaction.atomic
def pause(broadcast: Broadcast) -> None:
    """Nothing more leaves, but for the mails that a worker holds already. Twice changes nothing."""
    fresh = _locked(broadcast)
    if fresh.state in ON_ITS_WAY:
        fresh.state = State.PAUSED
        fresh.save()
        batches.pause(fresh.batch)


@transaction.atomic
def resume(broadcast: Broadcast) -> None:
    """Go on where it was paused."""
    fresh = _locked(broadcast)
    if fresh.state == State.PAUSED:
        fresh.state = State.CONFIRMED  # whether everything is written, the next look tells
        fresh.save()
        batches.resume(fresh.batch)


@transaction.atomic
def cancel(broadcast: Broadcast) -> None:
    """Discard a draft; or call off whatever has not left. It cannot be taken up again."""
    fresh = _locked(broadcast)
    fresh.state = State.CANCELLED
    fresh.save()
    if fresh.batch:
        batches.cancel(fresh.batch)


def send_test(broadcast: Broadcast, to: User) -> list[str]:
    """The mail as it is now, to whoever asks, in each language that is written. Answers the languages.

    Its links lead to the front page: it is about nobody's registration.
    """
    written = [each for each in broadcast.languages if each not in broadcast.missing_languages]
    for language in written:
        with override(language):
            letter = composing.sample(broadcast, language, to.name)
            subject = _("[Test] %(subject)s") % {"subject": letter.subject}
        queue.enqueue(
            kind="broadcast_test",
            to_email=to.email,
            language=language,
            subject=subject,
            text=letter.text,
            html=letter.html,
            reply_to=broadcast.edition.contact_email,
            forgets_address=True,
        )
    return written


def _locked(broadcast: Broadcast) -> Broadcast:
    """The fresh row, held until the transaction ends: whoever writes, stops, changes or confirms it takes turns."""
    rows = Broadcast.objects.select_related("edition__venue", "batch")
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=broadcast.pk)


def _freeze(broadcast: Broadcast) -> int:
    """Everybody who is in the audience at this moment, by one statement. Answers how many."""
    chosen = audiences.people(broadcast).annotate(
        of_broadcast=Value(broadcast.pk, output_field=BigIntegerField()),
        at_first=Value(Taken.CHOSEN.value, output_field=CharField()),
    )
    select, values = chosen.order_by().values_list("of_broadcast", "pk", "at_first").query.sql_with_params()
    table = connection.ops.quote_name(BroadcastRecipient._meta.db_table)
    with connection.cursor() as cursor:
        # Names of our own table and a statement of Django's; every value is a parameter.
        cursor.execute(f"INSERT INTO {table} (broadcast_id, registration_id, state) {select}", values)  # noqa: S608
        return cursor.rowcount


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
    )

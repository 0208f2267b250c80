"""Mails to many: drafted, confirmed by somebody who has typed to how many, and stopped if need be.

Confirming freezes the audience; `writing.py` does the rest.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db import connection, transaction
from django.db.models import BigIntegerField, CharField, Value
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from forum.accounts.models import User
from forum.outbox import batches, queue
from programme.models import Edition
from registration import audiences, composing
from registration.errors import CountDiffers, DraftChanged, NobodyThere, NoDraft, WordsMissing
from registration.models import Broadcast, BroadcastRecipient
from registration.models.broadcast import validate_audience

TEST = "broadcast-test"  # how the key of a test mail begins
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

    Its links lead to the programme, and it says so: it is about nobody's registration.
    """
    written = [each for each in broadcast.languages if each not in broadcast.missing_languages]
    for language in written:
        with override(language):
            letter = composing.sample(broadcast, language, to.name)
            subject = _("[Test] %(subject)s") % {"subject": letter.subject}
        queue.enqueue(
            kind="broadcast_test",
            dedupe_key=f"{TEST}:{broadcast.pk}:{uuid.uuid4()}",
            to_email=to.email,
            language=language,
            subject=subject,
            text=letter.text,
            html=letter.html,
            reply_to=broadcast.edition.contact_email,
            forgets_address=True,
        )
    return written


def tested(dedupe_key: str) -> int | None:
    """The broadcast that a test mail tries out."""
    mark, _colon, rest = dedupe_key.partition(":")
    return int(rest.partition(":")[0]) if mark == TEST else None


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

"""What the organisers change in the programme becomes a mail that is prepared, and goes out only with their yes.

Everything that changes before it goes out joins one draft: people read once what was, and what is now.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Case, Q, QuerySet, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from forum.retrying import retrying
from programme import changes
from programme.changes import Change
from programme.models import Edition
from registration import audiences, broadcasting, change_words
from registration.models import Booking, Broadcast, Registration

AFFECTED = [state.value for state in Booking.LIVING]


def prepare(edition: Edition, announced: Sequence[Change], now: dt.datetime | None = None) -> Broadcast | None:
    """Put these changes into the draft, or make one. None where nobody has to be told anything (any more).

    What was changed back since the draft began is in it no more; a draft with nothing left in it is discarded.
    """
    # Two organisers may begin the draft at the same moment.
    return retrying(lambda: _prepare(edition, announced, now or timezone.now()))


def affected(broadcast: Broadcast) -> int:
    """How many people it concerns."""
    return sum(audiences.count(broadcast).values())


def people(broadcast: Broadcast) -> QuerySet[Registration]:
    """Whom it concerns: as of now, or as of when it was confirmed. First come those whom no mail can tell."""
    frozen = Registration.objects.filter(broadcasts__broadcast=broadcast)
    told = frozen if broadcast.confirmed_at else audiences.people(broadcast)
    concerned = Q(pk__in=told.values("pk")) | Q(pk__in=audiences.without_address(broadcast).values("pk"))
    reached = Case(When(email="", then=0), When(unreachable_since__isnull=False, then=1), default=2)
    return Registration.objects.filter(concerned).order_by(reached, "pk")


@transaction.atomic
def _prepare(edition: Edition, announced: Sequence[Change], now: dt.datetime) -> Broadcast | None:
    open_drafts = Broadcast.objects.filter(
        edition=edition, purpose=Broadcast.Purpose.CHANGE, state=Broadcast.State.DRAFT
    )
    draft = open_drafts.select_for_update(no_key=True).first()
    changed = _joined(edition, draft.changes if draft else {}, announced)
    days = _days(edition, changed, timezone.localdate(now, timezone=edition.tzinfo))
    if draft is None:
        return _begin(edition, changed, days) if days else None
    if not days:
        broadcasting.cancel(draft)
        return None
    return broadcasting.revise(
        draft, changes=changed, audience=draft.audience | {"days": days}, **_subjects(draft, changed)
    )


def _begin(edition: Edition, changed: dict[str, Any], days: list[int]) -> Broadcast | None:
    audience = {"days": days, "states": AFFECTED, "attended": None, "opened": None}
    draft = Broadcast(edition=edition, purpose=Broadcast.Purpose.CHANGE, audience=audience, changes=changed)
    if not affected(draft):
        return None
    for language in draft.languages:
        setattr(draft, f"subject_{language}", change_words.subject(changed, language))
        setattr(draft, f"body_{language}", _body(language))
    draft.save(force_insert=True)
    return draft


def _joined(edition: Edition, known: dict[str, Any], announced: Sequence[Change]) -> dict[str, Any]:
    """By key, what was before the draft began and what is now."""
    first = {change.key: change.before for change in announced} | {key: row["before"] for key, row in known.items()}
    now = changes.snapshot(edition)
    pairs = {key: (before, changes.after_of(key, before, now)) for key, before in first.items()}
    return {
        key: {"before": before, "after": after}
        for key, (before, after) in pairs.items()
        if changes.differs(before, after)
    }


def _days(edition: Edition, changed: dict[str, Any], today: dt.date) -> list[int]:
    """The numbers of the days whose people must know, as far as they are not over."""
    dates = {day.number: day.date for day in edition.days.all()}
    concerned: dict[int, dt.date] = {}
    for key, row in changed.items():
        concerned |= changes.days_of(Change(key, **row)) or dates
    return sorted(number for number, date in concerned.items() if date >= today)


def _subjects(draft: Broadcast, changed: dict[str, Any]) -> dict[str, str]:
    """Subjects that say what changed now, but for those that an organiser has worded anew."""
    return {
        f"subject_{language}": change_words.subject(changed, language)
        for language in draft.languages
        if draft.subject_in(language) == change_words.subject(draft.changes, language)
    }


def _body(language: str) -> str:
    with override(language):
        return _(
            "Dear {name},\n\nSomething has changed on a day that you registered for. Please read this before you come."
        )

"""What an organiser notes while a day runs: when a talk really started, and how late everything is.

Each verb takes the day's own row of notes first, so that two organisers who press at once lose nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.errors import Refused
from programme.models import Day, Running, Session, Talk

LATEST = 60  # minutes: whoever is later than that plans the day anew
MOST_AT_ONCE = 600  # seconds of one correction


class TooLate(Refused):
    code = "too_late"
    message = _("A delay can be up to 60 minutes. If it is longer, change the times of the programme.")


class OutOfOrder(Refused):
    code = "out_of_order"
    message = _("With this delay it would start before what comes before it. Choose more minutes.")


class NotMarked(Refused):
    code = "not_marked"
    message = _("No start is noted for this talk.")


def mark_start(talk: Talk, moment: dt.datetime | None = None) -> None:
    """The talk starts now, or started at that aware moment. Marking it again changes nothing: take it back first."""
    with _running(talk.session.day) as notes:
        notes.begun.setdefault(talk.slug, (moment or timezone.now()).astimezone(notes.day.edition.tzinfo).isoformat())


def take_back(talk: Talk) -> None:
    """The start was noted by mistake."""
    with _running(talk.session.day) as notes:
        notes.begun.pop(talk.slug, None)


def correct(talk: Talk, seconds: int) -> None:
    """It started so many seconds later than noted; with a minus, earlier."""
    seconds = max(-MOST_AT_ONCE, min(seconds, MOST_AT_ONCE))
    with _running(talk.session.day) as notes:
        noted = notes.begun.get(talk.slug)
        if noted is None:
            raise NotMarked
        notes.begun[talk.slug] = (dt.datetime.fromisoformat(noted) + dt.timedelta(seconds=seconds)).isoformat()


def delay(day: Day, since: dt.time, minutes: int) -> None:
    """What is planned from then on is so many minutes late, 0 for on time, until told otherwise. What was said of
    later times is replaced: nobody knows the afternoon better in the morning than when it comes."""
    if not 0 <= minutes <= LATEST:
        raise TooLate
    with _running(day) as notes:
        kept = [[start, late] for start, late in notes.delays if start < f"{since:%H:%M}"]
        before = kept[-1][1] if kept else 0
        if before > minutes and _collides(day, since, before - minutes):
            raise OutOfOrder
        notes.delays = kept if minutes == before else [*kept, [f"{since:%H:%M}", minutes]]


def starts(day: Day) -> list[dt.time]:
    """The planned times of the day at which anything public starts, in order."""
    sessions = Session.objects.public().filter(day=day, starts__isnull=False).exclude(state=Session.State.CANCELLED)
    talks = Talk.objects.public().filter(session__day=day, starts__isnull=False).exclude(state=Talk.State.CANCELLED)
    return sorted({*sessions.values_list("starts", flat=True), *talks.values_list("starts", flat=True)})


def _collides(day: Day, since: dt.time, lost: int) -> bool:
    """Whether what is planned last before then would start later than what follows."""
    ahead = [start for start in starts(day) if start < since]
    gap = dt.datetime.combine(day.date, since) - dt.datetime.combine(day.date, ahead[-1]) if ahead else None
    return gap is not None and gap <= dt.timedelta(minutes=lost)


@contextmanager
def _running(day: Day) -> Iterator[Running]:
    with transaction.atomic():
        Running.objects.get_or_create(day=day)
        notes = Running.objects.select_for_update(no_key=True).get(day=day)
        yield notes
        notes.save()

"""Starting the next forum from the last one, and saying which is the current one."""

from __future__ import annotations

import copy
import datetime as dt
from typing import TypeVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from forum.errors import Refused
from programme import signals
from programme.models import Day, Edition
from programme.models.edition import make_salt
from programme.models.timetable import State

Row = TypeVar("Row", bound=models.Model)

# What belongs to one forum alone, and what nobody knows of the next one.
NOT_CARRIED_OVER = {
    "is_published": False, "is_current": False, "dates_moved": False, "organiser_note": "",
    "theme_ko": "", "theme_en": "", "summary_ko": "", "summary_en": "", "note_ko": "", "note_en": "",
    "experts": None, "countries": None, "sessions_announced": None, "talks_announced": None, "visitors": None,
    "viewers": None,
}  # fmt: skip
MOMENTS = ("registration_opens_at", "registration_closes_at", "changes_until")


class NotPublished(Refused):
    code, message = "not_published", _("Publish the edition first: its pages would not be found.")


@transaction.atomic
def make_current(edition: Edition) -> None:
    """From now on the home page is this edition's. The one before stays where it is, with every address.

    Raises NotPublished.
    """
    rows = {row.pk: row for row in Edition.objects.select_for_update(no_key=True).order_by("pk")}
    if not rows[edition.pk].is_published:
        raise NotPublished
    for row in rows.values():
        if row.is_current and row.pk != edition.pk:
            row.is_current = False
            row.save()
    rows[edition.pk].is_current = True
    rows[edition.pk].save()


@transaction.atomic
def clone(source: Edition, *, slug: str, ordinal: int, first_day: dt.date) -> Edition:
    """The next edition, unpublished: days moved so that the first is `first_day`, at the same times of day; sessions as
    drafts, hosts, venue, questions, and what those hear who listen. No talks, speakers, streams, notices, people."""
    days = list(source.days.all())
    shift = first_day - days[0].date if days else dt.timedelta()
    edition = _copy(source, slug=slug, ordinal=ordinal, year=first_day.year, **NOT_CARRIED_OVER)
    edition.checkin_salt = make_salt()
    for language in ("ko", "en"):
        name = getattr(source, f"name_{language}") or ""
        setattr(edition, f"name_{language}", name.replace(str(source.year), str(first_day.year)))
    for name in MOMENTS:
        setattr(edition, name, _moved(getattr(source, name), shift, source.tzinfo))
    edition.save()
    for host in source.edition_hosts.all():
        _copy(host, edition=edition).save()
    for question in source.questions.all():
        _copy(question, edition=edition).save()
    copies = {day.pk: _day(day, edition, shift) for day in days}
    signals.edition_cloned.send(sender=Edition, edition=edition, source=source, days=copies)
    return edition


def _day(day: Day, edition: Edition, shift: dt.timedelta) -> Day:
    copied = _copy(day, edition=edition, date=day.date + shift, times_confirmed=False)
    copied.save()
    for session in day.sessions.all():
        draft = _copy(session, edition=edition, day=copied, state=State.DRAFT, times_confirmed=False)
        draft.save()
        draft.hosts.set(session.hosts.all())
    return copied


def _copy(row: Row, **otherwise: object) -> Row:
    """A new row with the same columns, not saved yet."""
    copied = copy.copy(row)
    copied.pk = None
    copied._state.adding = True
    for name, value in otherwise.items():
        setattr(copied, name, value)
    return copied


def _moved(moment: dt.datetime | None, shift: dt.timedelta, zone: dt.tzinfo) -> dt.datetime | None:
    """So many days later at the same time of day, whatever summer time does in between."""
    if moment is None:
        return None
    return (moment.astimezone(zone).replace(tzinfo=None) + shift).replace(tzinfo=zone)

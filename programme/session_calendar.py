"""A session as an event in calendars, made of its facts (`changes.py`), so that one that was deleted can be taken out.

Whoever hands out a session as a calendar makes it here: a calendar knows it by its UID.
"""

from __future__ import annotations

import datetime as dt
from email.utils import parseaddr

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from programme import changes, history
from programme.calendars import Entry
from programme.changes import Facts
from programme.models import Day, Edition, Room, Session, Venue


def uid_of(pk: int) -> str:
    """What calendars know the session by, whatever it is called and wherever it moves."""
    return f"session-{pk}@{settings.PUBLIC_HOST}"


def entry_of(edition: Edition, key: str, facts: Facts) -> Entry:
    """The event in the active language, at its time in the edition's zone. Cancelled unless it takes place.

    `sequence` counts every logged change of the session, of the edition, and of any day, room or place it could be in.
    """
    pk = changes.pk_of(key)
    number, changed_at = history.changes_of(Session(pk=pk), edition, Day, Room, Venue)
    starts, ends = _span(edition, facts)
    return Entry(
        uid=uid_of(pk),
        summary=_in_language(facts["title"]),
        starts=starts,
        ends=ends,
        changed_at=changed_at or starts,
        sequence=number,
        location=_location(edition, facts),
        url=settings.PUBLIC_URL + reverse("programme:day", args=[edition.slug, facts["day"]]),
        is_cancelled=not changes.is_on(facts),
        organiser=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        organiser_name=edition.name,
    )


def _span(edition: Edition, facts: Facts) -> tuple[dt.datetime, dt.datetime | None]:
    """Start and end; the whole date where no start is known."""
    date = dt.date.fromisoformat(facts["date"])

    def moment(clock: str) -> dt.datetime:
        return dt.datetime.combine(date, dt.time.fromisoformat(clock), tzinfo=edition.tzinfo)

    if not facts["starts"]:
        return moment("00:00"), moment("23:59")
    return moment(facts["starts"]), moment(facts["ends"]) if facts["ends"] else None


def _location(edition: Edition, facts: Facts) -> str:
    room, venue = facts["room"], edition.venue
    places = [_in_language(room) if room else "", *((venue.name, venue.address) if venue else ())]
    return ", ".join(filter(None, places))


def _in_language(texts: Facts) -> str:
    return texts.get((get_language() or "ko")[:2]) or texts["ko"]

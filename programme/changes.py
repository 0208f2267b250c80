"""What people were told of when and where, before and after somebody edited it, or published what was edited.

A snapshot is facts by key, made of what JSON knows, so that whoever listens can keep them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from programme import signals
from programme.models import Day, Edition, Release, Session
from programme.models.timetable import State

SESSION, DAY, VENUE = "session", "day", "venue"
DELETED = "deleted"  # besides the states of a session

Facts = dict[str, Any]
Snapshot = dict[str, Facts]


@dataclass(frozen=True)
class Change:
    """One thing that is otherwise than people were told. `key` is its own in the snapshots of the edition."""

    key: str
    before: Facts
    after: Facts


@contextmanager
def announcing(request: HttpRequest) -> Iterator[None]:
    """Look before and after, and announce what became different in published editions that are not over.

    All in one transaction: a change is never saved without being announced.
    """
    with transaction.atomic():
        before = {edition.pk: snapshot(edition) for edition in _upcoming()}
        yield
        for edition in _upcoming():
            found = differences(before.get(edition.pk, {}), snapshot(edition))
            if found:
                signals.programme_changed.send(sender=Edition, edition=edition, changes=found, request=request)


def snapshot(edition: Edition) -> Snapshot:
    """Every fact about when and where that people can know: sessions as published, days and the place as they are."""
    days = list(Day.objects.filter(edition=edition))
    release = Release.objects.current(edition)
    sessions = _published(release, days) if release else _edited(edition)
    return {VENUE: _of_venue(edition), **{f"{DAY}:{day.pk}": _of_day(day) for day in days}, **sessions}


def differences(before: Snapshot, after: Snapshot) -> list[Change]:
    """What people must be told: sessions that were public and moved or ended, days, and the place."""
    pairs = [(key, facts, after_of(key, facts, after)) for key, facts in before.items()]
    return [Change(*pair) for pair in pairs if differs(*pair[1:])]


def after_of(key: str, before: Facts, now: Snapshot) -> Facts:
    """The facts as they are now. What is not there any more was deleted."""
    return now.get(key) or {**before, "state": DELETED}


def differs(before: Facts, after: Facts) -> bool:
    """Whether somebody who planned by the one must know the other."""
    if before["what"] == VENUE:
        return before["id"] != after["id"]
    if before["what"] == DAY:
        return after.get("state") != DELETED and _place(before) != _place(after)
    if is_on(before) and is_on(after):
        return _place(before) != _place(after)
    return is_on(before) or (is_on(after) and before["state"] == State.CANCELLED)


def is_on(session: Facts) -> bool:
    """Whether people were told that it takes place."""
    return session["state"] == State.PUBLISHED


def pk_of(key: str) -> int:
    """The row that a session's or a day's key names."""
    return int(key.partition(":")[2])


def days_of(change: Change) -> dict[int, dt.date]:
    """The days that it concerns, as numbers with the later of their dates. None for the place: that is all of them."""
    concerned: dict[int, dt.date] = {}
    for facts in (change.before, change.after):
        if facts["what"] != VENUE:
            date = dt.date.fromisoformat(facts["date"])
            concerned[facts["day"]] = max(date, concerned.get(facts["day"], date))
    return concerned


def _upcoming() -> list[Edition]:
    """Editions that people plan by. The archive may be corrected in silence."""
    yesterday = timezone.localdate() - dt.timedelta(days=1)  # whatever the forum's time zone is
    editions = Edition.objects.filter(is_published=True, days__date__gte=yesterday).distinct()
    return list(editions.select_related("venue"))


def _place(facts: Facts) -> tuple[Any, ...]:
    """What of it counts. The date of a session is its day's, which speaks for itself."""
    if facts["what"] == DAY:
        return tuple(facts[name] for name in ("date", "doors", "starts", "ends"))
    return facts["day"], facts["starts"], facts["ends"], facts["room"] and facts["room"]["id"]


def _of_day(day: Day) -> Facts:
    times = {name: _clock(getattr(day, name)) for name in ("doors", "starts", "ends")}
    return {"what": DAY, "day": day.number, "date": day.date.isoformat(), **times}


def _of_session(session: Session) -> Facts:
    return {
        "what": SESSION,
        "title": {"ko": session.title_ko or session.title_en, "en": session.title_en or session.title_ko},
        "day": session.day.number,
        "date": session.day.date.isoformat(),
        "starts": _clock(session.starts),
        "ends": _clock(session.ends),
        "room": _named(session.room),
        "state": session.state,
    }


def _edited(edition: Edition) -> Snapshot:
    rows = Session.objects.filter(edition=edition).select_related("day", "room")
    return {f"{SESSION}:{row.pk}": _of_session(row) for row in rows}


def _published(release: Release, days: list[Day]) -> Snapshot:
    """The same facts of a release. Of a day that is no more it knows no date."""
    dates = {day.number: day.date for day in days}
    return {
        f"{SESSION}:{row['id']}": {
            "what": SESSION,
            "title": {"ko": row["title"]["ko"] or row["title"]["en"], "en": row["title"]["en"] or row["title"]["ko"]},
            "day": row["day"],
            "date": dates[row["day"]].isoformat(),
            "starts": row["starts"],
            "ends": row["ends"],
            "room": _room(row),
            "state": row["state"],
        }
        for row in release.programme["sessions"]
        if row["day"] in dates
    }


def _room(row: Facts) -> Mapping[str, Any] | None:
    if row["room_id"] is None:
        return None
    return {"id": row["room_id"], "ko": row["room"]["ko"], "en": row["room"]["en"] or row["room"]["ko"]}


def _of_venue(edition: Edition) -> Facts:
    return {"what": VENUE, **(_named(edition.venue) or {"id": None, "ko": "", "en": ""})}


def _named(place: Any) -> Mapping[str, Any] | None:
    return {"id": place.pk, "ko": place.name_ko, "en": place.name_en or place.name_ko} if place else None


def _clock(time: dt.time | None) -> str:
    return f"{time:%H:%M}" if time else ""

"""Putting the facts of a forum into the database, once. What is there already stays as its editors left it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from programme import signals
from programme.models import (
    Appearance,
    Day,
    Edition,
    EditionHost,
    Organisation,
    Question,
    Session,
    Speaker,
    Stream,
    Talk,
    Venue,
)

Facts = dict[str, Any]


@transaction.atomic
def load(facts: Facts, move_to: dt.date | None = None) -> Edition:
    """Create what is missing, by slug, and change nothing that exists. Twice is harmless.

    `move_to` is a date for the first day: a new edition is moved there as a whole, its registration open at once.
    """
    organisations = {each["key"]: _organisation(each) for each in facts["organisations"]}
    edition, is_new = _edition(facts, _venue(facts["venue"]), move_to)
    if is_new:
        for order, each in enumerate(facts["organisations"]):
            EditionHost.objects.create(
                edition=edition, organisation=organisations[each["key"]], role=each["role"], order=order
            )
    days = {each["number"]: _day(edition, each, _shift(facts, move_to)) for each in facts["days"]}
    sessions = {each["slug"]: _session(days[each["day"]], each, organisations) for each in facts["items"]}
    speakers = {each["key"]: _speaker(edition, each) for each in facts["speakers"]}
    for order, each in enumerate(facts["talks"]):
        _talk(sessions[each["session"]], each, order, speakers)
    for each in facts["streams"]:
        _stream(days[each["day"]], each)
    for each in facts["past_editions"]:
        _past_edition(each, organisations)
    if is_new:
        for order, each in enumerate(facts.get("questions", [])):
            Question.objects.create(
                edition=edition, order=order, **both("question", each["question"]), **both("answer", each["answer"])
            )
        signals.edition_loaded.send(sender=Edition, edition=edition, facts=facts)
    return edition


def _edition(facts: Facts, venue: Venue, move_to: dt.date | None) -> tuple[Edition, bool]:
    known, figures = facts["edition"], facts["edition"]["figures"]
    outcome = facts.get("outcome_reported") or {}
    window = {name: dt.datetime.fromisoformat(moment) for name, moment in _window(known).items()}
    shift = _shift(facts, move_to)
    opens, closes, changes = (window[name] + shift for name in ("opens_at", "closes_at", "changes_until"))
    if move_to:
        opens = min(opens, timezone.now())
    if move_to and closes <= timezone.now():  # a rehearsal that begins at once: open while it lasts
        closes = changes = _end(facts, shift)
    return Edition.objects.get_or_create(
        slug=known["slug"],
        defaults={
            "ordinal": known["ordinal"],
            "year": (dt.date.fromisoformat(facts["days"][0]["date"])).year,
            "timezone": known["timezone"],
            "venue": venue,
            **both("name", known["name"]),
            **both("theme", known["theme"]),
            **both("summary", known["summary"]),
            **both("note", known["note"]),
            **both("open_to", known["registration"]["open_to"]),
            "registration_opens_at": opens,
            "registration_closes_at": closes,
            "changes_until": changes,
            "sessions_announced": figures["sessions"],
            "talks_announced": figures["talks_reported"],
            "experts": figures["experts_about"],
            "countries": figures["countries"],
            # What was reported of the outcome is not known yet when the dates lie ahead.
            "visitors": None if move_to else outcome.get("visitors_about"),
            "viewers": None if move_to else outcome.get("youtube_viewers_about"),
            "organiser_note": known.get("organiser_note", ""),
            "is_published": True,
            "is_current": not Edition.objects.filter(is_current=True).exists(),
            "dates_moved": bool(move_to),
        },
    )


def _window(known: Facts) -> dict[str, str]:
    provisional = known["registration"]["provisional"]
    return {name: provisional[name] for name in ("opens_at", "closes_at", "changes_until")}


def _end(facts: Facts, shift: dt.timedelta) -> dt.datetime:
    """When the last day ends, after the move."""
    last = facts["days"][-1]
    date = dt.date.fromisoformat(last["date"]) + shift
    return dt.datetime.combine(date, _time(last["provisional"]["ends"]), ZoneInfo(facts["edition"]["timezone"]))


def _shift(facts: Facts, move_to: dt.date | None) -> dt.timedelta:
    first = dt.date.fromisoformat(facts["days"][0]["date"])
    return move_to - first if move_to else dt.timedelta()


def _venue(known: Facts) -> Venue:
    return Venue.objects.get_or_create(
        slug="city-hall",
        defaults={
            **both("name", known["name"]),
            **both("address", known["address"]),
            **both("directions", known["subway"]),
            **both("note", known["entry_note"]),
            "latitude": known["latitude"],
            "longitude": known["longitude"],
        },
    )[0]


def _organisation(known: Facts) -> Organisation:
    return Organisation.objects.get_or_create(key=known["key"], defaults=both("name", known["name"]))[0]


def _day(edition: Edition, known: Facts, shift: dt.timedelta) -> Day:
    return Day.objects.get_or_create(
        edition=edition,
        number=known["number"],
        defaults={
            "date": dt.date.fromisoformat(known["date"]) + shift,
            "doors": _time(known["provisional"]["doors_open"]),
            "starts": _time(known["starts"]),
            "ends": _time(known["provisional"]["ends"]),
        },
    )[0]


def _session(day: Day, known: Facts, organisations: dict[str, Organisation]) -> Session:
    session, is_new = Session.objects.get_or_create(
        edition=day.edition,
        slug=known["slug"],
        defaults={
            "day": day,
            "kind": known["kind"],
            "number": known.get("number"),
            **both("title", known["title"]),
            **both("abstract", known["abstract"]),
            "starts": _time(known["provisional"]["starts"]),
            "ends": _time(known["provisional"]["ends"]),
            "languages": _languages(known),
            "state": Session.State.PUBLISHED,
        },
    )
    if is_new:
        session.hosts.set(organisations[key] for key in known["hosts"])
    return session


def _speaker(edition: Edition, known: Facts) -> Speaker:
    return Speaker.objects.get_or_create(
        edition=edition,
        slug=known["key"],
        defaults={
            **both("name", known["name"]),
            **both("position", known["position"]),
            **both("affiliation", known["affiliation"]),
            **both("bio", known["bio"]),
            "country": known["country"],
        },
    )[0]


def _talk(session: Session, known: Facts, order: int, speakers: dict[str, Speaker]) -> None:
    talk, is_new = Talk.objects.get_or_create(
        edition=session.edition,
        slug=known["slug"],
        defaults={
            "session": session,
            "kind": known["kind"],
            **both("title", known["title"]),
            **both("abstract", known["abstract"]),
            "starts": _time(known["provisional"]["starts"]),
            "minutes": known["provisional"]["minutes"],
            "language": known["language"],
            "order": order,
            "languages": _languages(known),
            "state": Talk.State.PUBLISHED,
        },
    )
    if is_new:
        for position, key in enumerate(known["speakers"]):
            Appearance.objects.create(talk=talk, speaker=speakers[key], order=position)


def _stream(day: Day, known: Facts) -> None:
    Stream.objects.get_or_create(
        day=day,
        language=known["language"],
        defaults={"youtube_id": known["youtube_id"], "is_stand_in": known.get("stand_in", False)},
    )


def _past_edition(known: Facts, organisations: dict[str, Organisation]) -> None:
    dates = [dt.date.fromisoformat(each) for each in known["dates"] or []]
    edition, is_new = Edition.objects.get_or_create(
        slug=known["slug"],
        defaults={
            "ordinal": known["ordinal"],
            "year": dates[0].year if dates else known["year"],
            "format": known["format"],
            **both("name", known["name"]),
            **both("theme", known["theme"] or {}),
            "is_published": True,
        },
    )
    if is_new:
        lead = organisations[known["lead_host"]]
        EditionHost.objects.create(edition=edition, organisation=lead, role=EditionHost.Role.LEAD_HOST)
        Day.objects.bulk_create(
            Day(edition=edition, number=number, date=date) for number, date in enumerate(dates, start=1)
        )


def _languages(known: Facts) -> str:
    """What the content has title and abstract in: both, or one alone."""
    title, abstract = known["title"], known["abstract"]
    said = [each for each in ("ko", "en") if title.get(each) and (abstract.get(each) or not any(abstract.values()))]
    return said[0] if len(said) == 1 else Session.Languages.BOTH


def both(field: str, words: dict[str, str]) -> dict[str, str]:
    """{"ko": …, "en": …} as {"title_ko": …, "title_en": …}."""
    return {f"{field}_{language}": words.get(language, "") for language in ("ko", "en")}


def _time(text: str | None) -> dt.time | None:
    return dt.time.fromisoformat(text) if text else None

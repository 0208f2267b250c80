"""From rows to the values that pages show (see `read_model.py`). Whoever calls has fetched what belongs to a row."""

from __future__ import annotations

import datetime as dt

from programme import models, read_model, recording
from programme.read_model import Text


def edition(row: models.Edition, now: dt.datetime) -> read_model.Edition:
    days = list(row.days.all())
    return read_model.Edition(
        slug=row.slug,
        ordinal=row.ordinal,
        name=Text.of(row, "name"),
        theme=Text.of(row, "theme"),
        summary=Text.of(row, "summary"),
        note=Text.of(row, "note"),
        open_to=Text.of(row, "open_to"),
        entry_instructions=Text.of(row, "entry_instructions"),
        timezone=row.timezone,
        is_free=row.is_free,
        format=row.format,
        year=row.year,
        is_current=row.is_current,
        dates_moved=row.dates_moved,
        venue=_venue(row.venue) if row.venue_id else None,
        hosts=tuple(_host(host) for host in row.edition_hosts.all()),
        figures=_figures(row),
        registration_opens=_local(row, row.registration_opens_at),
        registration_closes=_local(row, row.registration_closes_at),
        changes_until=_local(row, row.changes_until),
        contact_email=row.contact_email,
        contact_phone=row.contact_phone,
        privacy_officer=Text.of(row, "privacy_officer"),
        processors=Text.of(row, "processors"),
        phase=row.phase_at(now),
        first_date=days[0].date if days else None,
        last_date=days[-1].date if days else None,
        has_programme=row.has_programme,
        has_notices=row.has_own_notices or (row.is_current and row.has_common_notices),
        has_questions=row.has_questions,
    )


def day(row: models.Day, sessions: tuple[read_model.Session, ...]) -> read_model.Day:
    running = getattr(row, "running", None) or models.Running(day=row)
    return read_model.Day(
        number=row.number,
        date=row.date,
        doors=row.at(row.doors),
        starts=row.at(row.starts),
        ends=row.at(row.ends),
        times_confirmed=row.times_confirmed,
        sessions=tuple(session for session in sessions if session.day_number == row.number),
        streams=tuple(_stream(stream, row, running.moments) for stream in row.streams.all()),
        delays=tuple((row.at(dt.time.fromisoformat(since)), minutes) for since, minutes in running.delays),
    )


def session(row: models.Session, day: models.Day) -> read_model.Session:
    return read_model.Session(
        slug=row.slug,
        kind=row.kind,
        number=row.number,
        title=Text.of(row, "title"),
        abstract=Text.of(row, "abstract"),
        starts=day.at(row.starts),
        ends=day.at(row.ends),
        times_confirmed=row.times_confirmed,
        state=row.state,
        day_number=day.number,
        room=Text.of(row.room, "name") if row.room_id else Text(),
        hosts=tuple(_organisation(host) for host in row.hosts.all()),
        talks=tuple(_talk(talk, row, day) for talk in row.talks.all()),
        languages=row.languages,
        id=row.pk,
        room_id=row.room_id,
    )


def _talk(row: models.Talk, session: models.Session, day: models.Day) -> read_model.Talk:
    return read_model.Talk(
        slug=row.slug,
        kind=row.kind,
        title=Text.of(row, "title"),
        abstract=Text.of(row, "abstract"),
        starts=day.at(row.starts),
        minutes=row.minutes,
        language=row.language,
        interpreted_into=row.interpreted_into,
        state=row.state,
        note=Text.of(row, "note"),
        session_slug=session.slug,
        day_number=day.number,
        appearances=tuple(
            read_model.Appearance(_speaker(appearance.speaker), appearance.role) for appearance in row.appearances.all()
        ),
        languages=row.languages,
        id=row.pk,
    )


def _speaker(row: models.Speaker) -> read_model.Speaker:
    return read_model.Speaker(
        slug=row.slug,
        name=Text.of(row, "name"),
        position=Text.of(row, "position"),
        affiliation=Text.of(row, "affiliation"),
        country=row.country.code or "",
        bio=Text.of(row, "bio"),
        photo_url=row.photo.url if row.photo else "",
        id=row.pk,
    )


def speakers(days: tuple[read_model.Day, ...]) -> tuple[read_model.Speaker, ...]:
    """Everyone whom a public talk names, once, in the order of the programme."""
    talks = (talk for day in days for session in day.sessions for talk in session.talks)
    by_slug = {appearance.speaker.slug: appearance.speaker for talk in talks for appearance in talk.appearances}
    return tuple(by_slug.values())


def _stream(row: models.Stream, day: models.Day, begun: dict[str, dt.datetime]) -> read_model.Stream:
    return read_model.Stream(
        day_number=day.number,
        language=row.language,
        youtube_id=row.youtube_id,
        backup_url=row.backup_url,
        is_stand_in=row.is_stand_in,
        state=row.state,
        state_since=_local(day.edition, row.state_since),
        message=Text.of(row, "message"),
        recording_id=row.recording_id,
        seconds=tuple(recording.seconds(begun, row.recording_starts_at, row.measured).items()),
    )


def _venue(row: models.Venue) -> read_model.Venue:
    words = ("name", "address", "directions", "accessibility", "parking", "note")
    return read_model.Venue(*(Text.of(row, field) for field in words), row.latitude, row.longitude)


def _host(row: models.EditionHost) -> read_model.Organisation:
    return _organisation(row.organisation, row.role)


def _organisation(row: models.Organisation, role: str = "") -> read_model.Organisation:
    return read_model.Organisation(row.key, Text.of(row, "name"), role, row.url)


def _figures(row: models.Edition) -> read_model.Figures:
    return read_model.Figures(
        sessions=row.sessions_announced,
        talks=row.talks_announced,
        experts=row.experts,
        countries=row.countries,
        visitors=row.visitors,
        viewers=row.viewers,
    )


def _local(row: models.Edition, moment: dt.datetime | None) -> dt.datetime | None:
    return moment.astimezone(row.tzinfo) if moment else None


def release(row: models.Release, edition: models.Edition) -> read_model.Release:
    return read_model.Release(row.number, row.made_at.astimezone(edition.tzinfo), Text.of(row, "note"))

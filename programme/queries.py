"""What public pages show: the programme of an edition, read from live rows into values (see `read_model.py`)."""

from __future__ import annotations

import datetime as dt

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.http import Http404
from django.shortcuts import get_object_or_404

from forum.remembering import remembered
from programme import clock, models, read_model, recording
from programme.read_model import Text


def current_programme() -> read_model.Programme:
    """The programme of the current edition. Raises Http404 when none is published."""
    return _programme(models.Edition.objects.filter(is_current=True))


def programme(edition_slug: str) -> read_model.Programme:
    """The programme of one edition, in a fixed number of statements. Raises Http404 for one that is not public."""
    return _programme(models.Edition.objects.filter(slug=edition_slug))


def edition(edition_slug: str) -> read_model.Edition:
    """The edition without its programme, for pages that need only its name and dates. Raises Http404 likewise."""
    return page_of(edition_row(edition_slug))


@remembered(seconds=1)
def edition_row(edition_slug: str) -> models.Edition:
    """The edition's own row with its venue, for whoever acts on it rather than shows it. Raises Http404 likewise."""
    rows = models.Edition.objects.select_related("venue").prefetch_related("days")
    return get_object_or_404(rows, slug=edition_slug, is_published=True)


def page_of(row: models.Edition) -> read_model.Edition:
    prefetch_related_objects([row], "days", _hosts())
    return _edition(row, clock.now())


def current_edition() -> read_model.Edition | None:
    """The current edition, or None when none is published: for pages that belong to no edition."""
    slug = models.Edition.objects.filter(is_current=True, is_published=True).values_list("slug", flat=True).first()
    return edition(slug) if slug else None


def past_editions(before: read_model.Edition) -> tuple[read_model.Edition, ...]:
    """Published editions of earlier years, latest first."""
    rows = models.Edition.objects.filter(is_published=True, year__lt=before.year).order_by("-year")
    rows = rows.prefetch_related("days", _hosts())
    return tuple(_edition(row, clock.now()) for row in rows)


def _programme(rows: QuerySet[models.Edition]) -> read_model.Programme:
    row = rows.filter(is_published=True).select_related("venue").prefetch_related(*_everything_public()).first()
    if row is None:
        raise Http404
    edition = _edition(row, clock.now())
    days = tuple(_day(day) for day in row.days.all())
    return read_model.Programme(edition, days, _speakers(days))


def _everything_public() -> list[str | Prefetch]:
    appearances = models.Appearance.objects.select_related("speaker")
    talks = models.Talk.objects.public().prefetch_related(Prefetch("appearances", appearances))
    sessions = (
        models.Session.objects.public().select_related("room").prefetch_related(Prefetch("talks", talks), "hosts")
    )
    return [
        _hosts(),
        Prefetch("days", models.Day.objects.select_related("running")),
        "days__streams",
        Prefetch("days__sessions", sessions),
    ]


def _hosts() -> Prefetch:
    return Prefetch("edition_hosts", models.EditionHost.objects.select_related("organisation"))


def _edition(row: models.Edition, now: dt.datetime) -> read_model.Edition:
    days = list(row.days.all())
    return read_model.Edition(
        slug=row.slug,
        ordinal=row.ordinal,
        name=_text(row, "name"),
        theme=_text(row, "theme"),
        summary=_text(row, "summary"),
        note=_text(row, "note"),
        open_to=_text(row, "open_to"),
        entry_instructions=_text(row, "entry_instructions"),
        timezone=row.timezone,
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
        privacy_officer=_text(row, "privacy_officer"),
        processors=_text(row, "processors"),
        phase=row.phase_at(now),
        first_date=days[0].date if days else None,
        last_date=days[-1].date if days else None,
    )


def _day(row: models.Day) -> read_model.Day:
    running = getattr(row, "running", None) or models.Running(day=row)
    return read_model.Day(
        number=row.number,
        date=row.date,
        doors=row.at(row.doors),
        starts=row.at(row.starts),
        ends=row.at(row.ends),
        times_confirmed=row.times_confirmed,
        sessions=tuple(_session(session, row) for session in row.sessions.all()),
        streams=tuple(_stream(stream, row, running.moments) for stream in row.streams.all()),
        delays=tuple((row.at(dt.time.fromisoformat(since)), minutes) for since, minutes in running.delays),
    )


def _session(row: models.Session, day: models.Day) -> read_model.Session:
    return read_model.Session(
        slug=row.slug,
        kind=row.kind,
        number=row.number,
        title=_text(row, "title"),
        abstract=_text(row, "abstract"),
        starts=day.at(row.starts),
        ends=day.at(row.ends),
        times_confirmed=row.times_confirmed,
        state=row.state,
        day_number=day.number,
        room=_text(row.room, "name") if row.room_id else Text(),
        hosts=tuple(_organisation(host) for host in row.hosts.all()),
        talks=tuple(_talk(talk, row, day) for talk in row.talks.all()),
    )


def _talk(row: models.Talk, session: models.Session, day: models.Day) -> read_model.Talk:
    return read_model.Talk(
        slug=row.slug,
        kind=row.kind,
        title=_text(row, "title"),
        abstract=_text(row, "abstract"),
        starts=day.at(row.starts),
        minutes=row.minutes,
        language=row.language,
        interpreted_into=row.interpreted_into,
        state=row.state,
        note=_text(row, "note"),
        session_slug=session.slug,
        day_number=day.number,
        appearances=tuple(
            read_model.Appearance(_speaker(appearance.speaker), appearance.role) for appearance in row.appearances.all()
        ),
    )


def _speaker(row: models.Speaker) -> read_model.Speaker:
    return read_model.Speaker(
        slug=row.slug,
        name=_text(row, "name"),
        position=_text(row, "position"),
        affiliation=_text(row, "affiliation"),
        country=row.country.code or "",
        bio=_text(row, "bio"),
        photo_url=row.photo.url if row.photo else "",
    )


def _speakers(days: tuple[read_model.Day, ...]) -> tuple[read_model.Speaker, ...]:
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
        message=_text(row, "message"),
        recording_id=row.recording_id,
        seconds=tuple(recording.seconds(begun, row.recording_starts_at, row.measured).items()),
    )


def _venue(row: models.Venue) -> read_model.Venue:
    name, address, directions, note = (_text(row, field) for field in ("name", "address", "directions", "note"))
    return read_model.Venue(name, address, directions, note, row.latitude, row.longitude)


def _host(row: models.EditionHost) -> read_model.Organisation:
    return _organisation(row.organisation, row.role)


def _organisation(row: models.Organisation, role: str = "") -> read_model.Organisation:
    return read_model.Organisation(row.key, _text(row, "name"), role, row.url)


def _figures(row: models.Edition) -> read_model.Figures:
    return read_model.Figures(
        sessions=row.sessions_announced,
        talks=row.talks_announced,
        experts=row.experts,
        countries=row.countries,
        visitors=row.visitors,
        viewers=row.viewers,
    )


def _text(row: object, name: str) -> Text:
    return Text(getattr(row, f"{name}_ko") or "", getattr(row, f"{name}_en") or "")


def _local(row: models.Edition, moment: dt.datetime | None) -> dt.datetime | None:
    return moment.astimezone(row.tzinfo) if moment else None

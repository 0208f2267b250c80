"""What public pages show: the programme of an edition as values (see `read_model.py`), read from its latest release.

Without a release it is read from the live rows. Days, the place and streams are always live.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    prefetch_related_objects,
)
from django.http import Http404
from django.shortcuts import get_object_or_404

from forum.remembering import remembered
from programme import clock, frozen, models, moving, read_model, recording
from programme.read_model import Text


def current_programme() -> read_model.Programme:
    """The programme of the current edition. Raises Http404 when none is published."""
    return _programme(_public().filter(is_current=True))


def programme(edition_slug: str) -> read_model.Programme:
    """The programme of one edition, in a fixed number of statements. Raises Http404 for one that is not public."""
    return _programme(_public().filter(slug=edition_slug))


def edition(edition_slug: str) -> read_model.Edition:
    """The edition without its programme, for pages that need only its name and dates. Raises Http404 likewise."""
    return page_of(edition_row(edition_slug))


@remembered(seconds=1)
def edition_row(edition_slug: str) -> models.Edition:
    """The edition's own row with its venue, for whoever acts on it rather than shows it. Raises Http404 likewise."""
    rows = _public().select_related("venue").prefetch_related("days")
    return get_object_or_404(rows, slug=edition_slug)


def page_of(row: models.Edition) -> read_model.Edition:
    prefetch_related_objects([row], "days", _hosts())
    return _edition(row, clock.now())


def current_edition() -> read_model.Edition | None:
    """The current edition, or None when none is published: for pages that belong to no edition."""
    slug = models.Edition.objects.filter(is_current=True, is_published=True).values_list("slug", flat=True).first()
    return edition(slug) if slug else None


def past_editions(before: read_model.Edition) -> tuple[read_model.Edition, ...]:
    """Published editions of earlier years, latest first."""
    return _each(_public().filter(year__lt=before.year))


def all_editions() -> tuple[read_model.Edition, ...]:
    """Every published edition, latest first."""
    return _each(_public())


def _each(rows: QuerySet[models.Edition]) -> tuple[read_model.Edition, ...]:
    rows = rows.order_by("-year", "-ordinal").select_related("venue").prefetch_related("days", _hosts())
    return tuple(_edition(row, clock.now()) for row in rows)


def drafts(edition: models.Edition) -> read_model.Programme:
    """What would be published of an edition now: its live rows, whatever the public sees."""
    rows = _editions().select_related("venue").prefetch_related(_hosts(), _days(), "days__streams")
    row = rows.get(pk=edition.pk)
    return _assembled(row, _live_sessions(row))


def changelog(edition_slug: str, newest: int) -> list[tuple[read_model.Release, frozen.Facts]]:
    """So many releases of an edition, newest first, each with the programme that it published."""
    rows = models.Release.objects.filter(edition__slug=edition_slug).select_related("edition").order_by("-number")
    return [(_release(row, row.edition), row.programme) for row in rows[:newest]]


def _public() -> QuerySet[models.Edition]:
    return _editions().filter(is_published=True)


def _editions() -> QuerySet[models.Edition]:
    """Editions, and which of their pages have something to show."""
    notices = models.Notice.objects.public(clock.now()).order_by()
    sessions = models.Session.objects.public().filter(edition=OuterRef("pk")).order_by()
    releases = models.Release.objects.filter(edition=OuterRef("pk")).order_by("-number")
    return models.Edition.objects.annotate(
        release_number=Subquery(releases.values("number")[:1]),
        has_programme=ExpressionWrapper(Exists(sessions) | Exists(releases), BooleanField()),
        has_own_notices=Exists(notices.filter(edition=OuterRef("pk"))),
        has_common_notices=Exists(notices.filter(edition__isnull=True)),
        has_questions=Exists(models.Question.objects.filter(edition=OuterRef("pk")).order_by()),
    )


def _programme(rows: QuerySet[models.Edition]) -> read_model.Programme:
    row = rows.select_related("venue").prefetch_related(_hosts(), _days(), "days__streams").first()
    if row is None:
        raise Http404
    if not row.release_number:
        return _assembled(row, _live_sessions(row))
    return _compared(row) if clock.shows_drafts_of(row.slug) else _released(row)


def _released(row: models.Edition) -> read_model.Programme:
    """As the latest release has it. What moved since the one before keeps its old time."""
    current, *before = row.releases.order_by("-number")[:2]
    live = _live_of(row)
    sessions = frozen.thaw(current.programme, live, _photos(row))
    if before:
        sessions = moving.with_old_times(sessions, before[0].programme, live)
    return _assembled(row, sessions, _release(current, row))


def _compared(row: models.Edition) -> read_model.Programme:
    """The drafts. What would move from where the public sees it keeps that time."""
    current = row.releases.first()
    return _assembled(row, moving.with_old_times(_live_sessions(row), current.programme, _live_of(row)))


def _release(row: models.Release, edition: models.Edition) -> read_model.Release:
    return read_model.Release(row.number, row.made_at.astimezone(edition.tzinfo), Text.of(row, "note"))


def _live_of(row: models.Edition) -> frozen.Live:
    return frozen.Live({day.number: day.date for day in row.days.all()}, row.tzinfo)


def _photos(row: models.Edition) -> dict[int, str]:
    """Where photographs are now, by the speaker's id: one that was taken away is in no release either."""
    return {each.pk: each.photo.url for each in models.Speaker.objects.filter(edition=row, photo__gt="").only("photo")}


def _assembled(
    row: models.Edition, sessions: tuple[read_model.Session, ...], release: read_model.Release | None = None
) -> read_model.Programme:
    days = tuple(_day(day, sessions) for day in row.days.all())
    return read_model.Programme(_edition(row, clock.now()), days, _speakers(days), release)


def _live_sessions(row: models.Edition) -> tuple[read_model.Session, ...]:
    appearances = models.Appearance.objects.select_related("speaker")
    talks = models.Talk.objects.public().prefetch_related(Prefetch("appearances", appearances))
    sessions = models.Session.objects.public().select_related("room")
    sessions = sessions.prefetch_related(Prefetch("talks", talks), "hosts")
    days = list(row.days.all())
    prefetch_related_objects(days, Prefetch("sessions", sessions, to_attr="public_sessions"))
    return tuple(_session(session, day) for day in days for session in day.public_sessions)


def _days() -> Prefetch:
    return Prefetch("days", models.Day.objects.select_related("running"))


def _hosts() -> Prefetch:
    return Prefetch("edition_hosts", models.EditionHost.objects.select_related("organisation"))


def _edition(row: models.Edition, now: dt.datetime) -> read_model.Edition:
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


def _day(row: models.Day, sessions: tuple[read_model.Session, ...]) -> read_model.Day:
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


def _session(row: models.Session, day: models.Day) -> read_model.Session:
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

"""What public pages show: the programme of an edition as values (see `read_model.py`), read from its latest release.

Without a release it is read from the live rows. Days, the place and streams are always live.
"""

from __future__ import annotations

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
from programme import clock, frozen, models, moving, read_model, reading


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
    return reading.edition(row, clock.now())


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
    return tuple(reading.edition(row, clock.now()) for row in rows)


def drafts(edition: models.Edition) -> read_model.Programme:
    """What would be published of an edition now: its live rows, whatever the public sees."""
    row = _editions().select_related("venue").prefetch_related(*_always_live()).get(pk=edition.pk)
    return _assembled(row, _live_sessions(row))


def changelog(edition_slug: str, newest: int) -> list[tuple[read_model.Release, frozen.Facts]]:
    """So many releases of an edition, newest first, each with the programme that it published."""
    rows = models.Release.objects.filter(edition__slug=edition_slug).select_related("edition").order_by("-number")
    return [(reading.release(row, row.edition), row.programme) for row in rows[:newest]]


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
    row = rows.select_related("venue").prefetch_related(*_always_live()).first()
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
    return _assembled(row, sessions, reading.release(current, row))


def _compared(row: models.Edition) -> read_model.Programme:
    """The drafts. What would move from where the public sees it keeps that time."""
    current = row.releases.first()
    return _assembled(row, moving.with_old_times(_live_sessions(row), current.programme, _live_of(row)))


def _live_of(row: models.Edition) -> frozen.Live:
    return frozen.Live({day.number: day.date for day in row.days.all()}, row.tzinfo)


def _photos(row: models.Edition) -> dict[int, str]:
    """Where photographs are now, by the speaker's id: one that was taken away is in no release either."""
    return {each.pk: each.photo.url for each in models.Speaker.objects.filter(edition=row, photo__gt="").only("photo")}


def _assembled(
    row: models.Edition, sessions: tuple[read_model.Session, ...], release: read_model.Release | None = None
) -> read_model.Programme:
    days = tuple(reading.day(day, sessions) for day in row.days.all())
    return read_model.Programme(reading.edition(row, clock.now()), days, reading.speakers(days), release)


def _live_sessions(row: models.Edition) -> tuple[read_model.Session, ...]:
    appearances = models.Appearance.objects.select_related("speaker")
    talks = models.Talk.objects.public().prefetch_related(Prefetch("appearances", appearances))
    sessions = models.Session.objects.public().select_related("room")
    sessions = sessions.prefetch_related(Prefetch("talks", talks), "hosts")
    days = list(row.days.all())
    prefetch_related_objects(days, Prefetch("sessions", sessions, to_attr="public_sessions"))
    return tuple(reading.session(session, day) for day in days for session in day.public_sessions)


def _always_live() -> list[str | Prefetch]:
    return [_hosts(), Prefetch("days", models.Day.objects.select_related("running")), "days__streams"]


def _hosts() -> Prefetch:
    return Prefetch("edition_hosts", models.EditionHost.objects.select_related("organisation"))

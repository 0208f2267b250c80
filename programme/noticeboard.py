"""Notices and questions as pages read them: plain, unchangeable values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet

from programme import clock, models
from programme.read_model import Edition, Text

PRESS = models.Notice.Kind.PRESS


@dataclass(frozen=True)
class Notice:
    """A piece of news, or a press release with its source. `date` is that of the source, else when it was published
    here, at the place of the edition."""

    slug: str
    is_press: bool
    is_pinned: bool
    title: Text
    body: Text
    source_name: Text
    source_url: str
    date: dt.date
    is_common: bool  # it belongs to no edition


@dataclass(frozen=True)
class Question:
    question: Text
    answer: Text


def rows(edition: Edition) -> QuerySet[models.Notice]:
    """What hangs on this edition's board now; on the current one's, what belongs to no edition as well."""
    ours = Q(edition__slug=edition.slug)
    if edition.is_current:
        ours |= Q(edition__isnull=True)
    return models.Notice.objects.public(clock.now()).filter(ours)


def latest(edition: Edition, number: int) -> list[Notice]:
    return [read(row, edition) for row in rows(edition)[:number]]


def notice(edition: Edition, slug: str) -> Notice | None:
    """One of this edition's, or of no edition: these answer below every edition, so that no address ever ends."""
    public = models.Notice.objects.public(clock.now()).filter(slug=slug)
    row = (
        public.filter(Q(edition__slug=edition.slug) | Q(edition__isnull=True))
        .order_by(F("edition").desc(nulls_last=True))
        .first()
    )
    return read(row, edition) if row else None


def questions(edition: Edition) -> list[Question]:
    found = models.Question.objects.filter(edition__slug=edition.slug)
    return [Question(Text.of(row, "question"), Text.of(row, "answer")) for row in found]


def read(row: models.Notice, edition: Edition) -> Notice:
    return Notice(
        slug=row.slug,
        is_press=row.kind == PRESS,
        is_pinned=row.is_pinned,
        title=Text.of(row, "title"),
        body=Text.of(row, "body"),
        source_name=Text.of(row, "source_name"),
        source_url=row.source_url,
        date=row.source_date or row.published_at.astimezone(ZoneInfo(edition.timezone)).date(),
        is_common=row.edition_id is None,
    )

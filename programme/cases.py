"""The register of cases as pages and downloads read it: plain, unchangeable values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from forum import hangul
from programme import clock, models, released
from programme.read_model import Text

LANGUAGES = ("ko", "en")
NAMES = ("title", "owner")
SEARCHED = (*NAMES, "summary", "data_used", "fields__name")
WORDS = 8  # more of them narrow nothing


@dataclass(frozen=True)
class Field:
    key: str
    name: Text


@dataclass(frozen=True)
class Presentation:
    """The talk in which the project was presented, where that talk is public."""

    edition: str
    slug: str
    title: Text


@dataclass(frozen=True)
class Source:
    """The press release that tells of it. `edition` is empty for one that belongs to none."""

    edition: str
    slug: str
    name: Text
    date: dt.date | None


@dataclass(frozen=True)
class Case:
    """A project of data or AI. `status` is planned, running or ended; empty texts are not known."""

    slug: str
    title: Text
    owner: Text
    summary: Text
    data_used: Text
    fields: tuple[Field, ...]
    status: str
    link: str
    edition: str
    edition_name: Text
    talk: Presentation | None
    source: Source | None
    updated_at: dt.datetime


def find(words: str = "", field: str = "", status: str = "") -> QuerySet[models.Case]:
    """Public cases that hold every word in either language, or names that begin with these consonants."""
    found = models.Case.objects.filter(is_published=True)
    for word in hangul.as_typed(words).split()[:WORDS]:
        found = found.filter(_holds(word))
    if field:
        found = found.filter(fields__key=field)
    if status:
        found = found.filter(status=status)
    ordered = found.distinct().order_by("title_ko", "pk")
    return ordered.select_related("talk__session", "talk__edition", "edition", "source__edition").prefetch_related(
        "fields"
    )


def presented_in(edition: str, talk: str) -> list[Case]:
    return [read(row) for row in find().filter(talk__edition__slug=edition, talk__slug=talk)]


def fields_in_use() -> list[Field]:
    """What public cases can be filtered by."""
    rows = models.CaseField.objects.filter(cases__is_published=True).distinct()
    return [_field(row) for row in rows]


def read(row: models.Case) -> Case:
    edition = row.edition if row.edition and row.edition.is_published else None
    return Case(
        slug=row.slug,
        title=Text.of(row, "title"),
        owner=Text.of(row, "owner"),
        summary=Text.of(row, "summary"),
        data_used=Text.of(row, "data_used"),
        fields=tuple(_field(each) for each in row.fields.all()),
        status=row.status,
        link=row.link,
        edition=edition.slug if edition else "",
        edition_name=Text.of(edition, "name") if edition else Text(),
        talk=_presentation(row.talk),
        source=_source(row.source),
        updated_at=row.updated_at,
    )


def _holds(word: str) -> Q:
    how, what, where = "icontains", word, SEARCHED
    if hangul.has_consonants(word):
        how, what, where = "iregex", hangul.pattern(word), (*NAMES, "fields__name")
    wanted = Q(pk__in=[])
    for name in where:
        for language in LANGUAGES:
            wanted |= Q(**{f"{name}_{language}__{how}": what})
    return wanted


def _field(row: models.CaseField) -> Field:
    return Field(row.key, Text.of(row, "name"))


def _presentation(talk: models.Talk | None) -> Presentation | None:
    if talk is None or not released.is_public(talk):
        return None
    return Presentation(talk.edition.slug, talk.slug, Text.of(talk, "title"))


def _source(notice: models.Notice | None) -> Source | None:
    if notice is None or notice.published_at is None or notice.published_at > clock.now():
        return None
    if notice.edition and not notice.edition.is_published:
        return None
    edition = notice.edition.slug if notice.edition else ""
    return Source(edition, notice.slug, Text.of(notice, "source_name"), notice.source_date)

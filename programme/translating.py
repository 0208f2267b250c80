"""What lacks Korean or English: texts that exist in the other language only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Model, Q

from programme.models import Edition, Session, Speaker, Talk
from programme.models.languages import Languages, has_words

OTHER = {"ko": "en", "en": "ko"}
TEXTS: dict[type[Model], tuple[str, ...]] = {
    Session: ("title", "abstract"),
    Talk: ("title", "abstract", "note"),
    Speaker: ("name", "position", "affiliation", "bio"),
}


@dataclass(frozen=True)
class Gap:
    """A row, the language that it lacks, and which of its texts, as names that organisers know."""

    row: Session | Talk | Speaker
    language: str
    texts: tuple[str, ...]


def lacks(model: type[Model], language: str) -> Q:
    """Rows with a text in the other language only. What is meant to be in one language lacks nothing."""
    found = reduce(or_, (_is_missing(field, language) for field in TEXTS[model]))
    return found & Q(languages=Languages.BOTH) if model is not Speaker else found


def gaps(edition: Edition) -> Iterator[Gap]:
    """Everything of the edition that lacks a language, drafts as well."""
    for model in TEXTS:
        for language in OTHER:
            for row in model._default_manager.filter(lacks(model, language), edition=edition):
                yield Gap(row, language, _missing_of(row, language))


def _is_missing(field: str, language: str) -> Q:
    return has_words(f"{field}_{OTHER[language]}") & ~has_words(f"{field}_{language}")


def _missing_of(row: Model, language: str) -> tuple[str, ...]:
    missing = [
        field
        for field in TEXTS[type(row)]
        if getattr(row, f"{field}_{OTHER[language]}") and not getattr(row, f"{field}_{language}")
    ]
    return tuple(str(row._meta.get_field(field).verbose_name) for field in missing)

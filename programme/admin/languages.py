"""Both languages of a text side by side, in every form of the admin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import build_localized_fieldname

from programme import translating

Row = str | tuple[str, ...]


def both(*fields: str) -> list[Row]:
    """`title` as the row (title_ko, title_en): Korean on the left, English on the right."""
    return [tuple(build_localized_fieldname(field, language) for language in ("ko", "en")) for field in fields]


def rows(*groups: Row | Iterable[Row]) -> list[Row]:
    """Flatten rows and lists of rows into the fields of a fieldset."""
    flat: list[Row] = []
    for group in groups:
        flat.extend(group) if isinstance(group, list) else flat.append(group)
    return flat


class LacksLanguage(admin.SimpleListFilter):
    """Rows with a text in one language that the other lacks."""

    title = _("what lacks a language")
    parameter_name = "lacks"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("en", _("lacks English")), ("ko", _("lacks Korean"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() not in translating.OTHER:
            return queryset
        return queryset.filter(translating.lacks(queryset.model, self.value()))

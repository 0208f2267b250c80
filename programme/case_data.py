"""The register of cases as data for machines, with the dictionary that says what each column means."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from programme.cases import LANGUAGES, Case

BOM = "\ufeff"  # without it Excel does not know that Korean is UTF-8
FORMULAS = ("=", "+", "-", "@", "\t", "\r")

# The licences that `CASES_LICENCE` may name.
LICENCES = {
    "KOGL-1": (
        _("Korea Open Government License, type 1: attribution"),
        "https://www.kogl.or.kr/info/license.do#01-tab",
    ),
    "CC-BY-4.0": (_("Creative Commons Attribution 4.0"), "https://creativecommons.org/licenses/by/4.0/"),
    "CC0-1.0": (_("Creative Commons Zero 1.0"), "https://creativecommons.org/publicdomain/zero/1.0/"),
}

Value = str | list[str] | None


@dataclass(frozen=True)
class Column:
    """`type` is a datatype of CSV on the Web, `language` ko, en or empty. A list is separated by semicolons in CSV."""

    name: str
    type: str
    language: str
    meaning: str | Promise
    value: Callable[[Case], Value]
    is_list: bool = False


@dataclass(frozen=True)
class Licence:
    name: str | Promise
    url: str


def licence() -> Licence | None:
    """Under what anybody may use the data, or None while the organisers have not said so."""
    return Licence(*LICENCES[settings.CASES_LICENCE]) if settings.CASES_LICENCE else None


def as_csv(cases: Iterable[Case]) -> str:
    """RFC 4180 in UTF-8 with a byte order mark. Unknown values are empty."""
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow(column.name for column in COLUMNS)
    table.writerows([_cell(column.value(case)) for column in COLUMNS] for case in cases)
    return BOM + file.getvalue()


def as_json(cases: Iterable[Case]) -> dict[str, Any]:
    """The same columns under the same names. Unknown values are null, lists are lists."""
    terms = licence()
    return {
        "dictionary": _url("case_data", "en"),
        "licence": terms.url if terms else None,
        "cases": [{column.name: column.value(case) for column in COLUMNS} for case in cases],
    }


def dictionary() -> dict[str, Any]:
    """The dictionary for machines (CSV on the Web, w3.org/TR/tabular-metadata)."""
    terms = licence()
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": "cases.csv",
        **({"dc:license": {"@id": terms.url}} if terms else {}),
        "dialect": {"header": True, "encoding": "utf-8"},
        "tableSchema": {"columns": [_described(column) for column in COLUMNS], "primaryKey": "id"},
    }


def _described(column: Column) -> dict[str, Any]:
    meanings = {}
    for language in LANGUAGES:
        with override(language):
            meanings[language] = str(column.meaning)
    return {
        "name": column.name,
        "titles": column.name,
        "datatype": column.type,
        **({"lang": column.language} if column.language else {}),
        **({"separator": ";"} if column.is_list else {}),
        "dc:description": [{"@value": words, "@language": language} for language, words in meanings.items()],
    }


def _cell(value: Value) -> str:
    """Nothing that a spreadsheet would take for a formula."""
    text = ";".join(value) if isinstance(value, list) else value or ""
    return f"'{text}" if text.startswith(FORMULAS) else text


def _url(name: str, language: str, *args: str) -> str:
    with override(language):
        return settings.PUBLIC_URL + reverse(f"programme:{name}", args=args)


def _address(language: str) -> Callable[[Case], Value]:
    return lambda case: _url("case", language, case.slug)


def _in(name: str, language: str) -> Callable[[Case], Value]:
    return lambda case: getattr(getattr(case, name), language) or None


def _source_name(language: str) -> Callable[[Case], Value]:
    return lambda case: (getattr(case.source.name, language) or None) if case.source else None


def _source_date(case: Case) -> Value:
    return case.source.date.isoformat() if case.source and case.source.date else None


def _talk(language: str) -> Callable[[Case], Value]:
    return lambda case: _url("talk", language, case.talk.edition, case.talk.slug) if case.talk else None


def _in_both(
    name: str, meaning: str | Promise, value: Callable[[str], Callable[[Case], Value]], type: str = "string"
) -> list[Column]:
    return [Column(f"{name}_{language}", type, language, meaning, value(language)) for language in LANGUAGES]


COLUMNS: tuple[Column, ...] = (
    Column(
        "id", "string", "", _("Identifies the case. When organisers rename it, the old address leads to the new one."),
        lambda case: case.slug,
    ),
    *_in_both("url", _("Permanent address of the case’s page"), _address, "anyURI"),
    *_in_both("title", _("Title"), lambda language: _in("title", language)),
    *_in_both("owner", _("The public body that answers for the project"), lambda language: _in("owner", language)),
    *_in_both("summary", _("What the project does"), lambda language: _in("summary", language)),
    *_in_both("data_used", _("Data that the project uses"), lambda language: _in("data_used", language)),
    Column(
        "fields", "string", "", _("Keys of the fields of public life, listed below"),
        lambda case: [field.key for field in case.fields], is_list=True,
    ),
    Column(
        "status", "string", "", _("planned, running or ended; empty where it is not known"),
        lambda case: case.status or None,
    ),
    Column("link", "anyURI", "", _("The project’s own page"), lambda case: case.link or None),
    Column(
        "edition", "string", "", _("The forum at which it was presented; empty: at none"),
        lambda case: case.edition or None,
    ),
    *_in_both("talk_url", _("The talk in which it was presented"), _talk, "anyURI"),
    *_in_both("source", _("Who published what is said of it"), _source_name),
    Column("source_date", "date", "", _("When that was published"), _source_date),
    Column(
        "updated_at", "dateTime", "", _("Last change of the entry (UTC)"),
        lambda case: f"{case.updated_at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
    ),
)  # fmt: skip

"""Both languages of a text side by side, in every form of the admin."""

from __future__ import annotations

from collections.abc import Iterable

from modeltranslation.utils import build_localized_fieldname

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

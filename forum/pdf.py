"""PDF documents: a Typst template and the data that fills it. Knows nothing of what they say."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

TEMPLATES = settings.BASE_DIR / "templates" / "pdf"
PACKAGES = settings.BASE_DIR / "node_modules" / "@embedpdf"
# What names can be written in: Hangul with all its 11,172 syllables, Han and kana; Latin with every accent, Greek,
# Cyrillic, Devanagari; simplified Chinese; Arabic; Hebrew. The letters of other scripts are drawn as boxes.
FAMILIES = {
    "Noto Sans Korean": "fonts-kr",
    "Noto Sans": "fonts-latin",
    "Noto Sans S Chinese": "fonts-sc",
    "Noto Naskh Arabic": "fonts-arabic",
    "Noto Sans Hebrew": "fonts-hebrew",
}
ACCESSIBLE = "ua-1"  # PDF/UA: tagged, with a title, a language and words for every picture


def typeset(template: str | Path, data: Mapping[str, Any]) -> bytes:
    """The PDF that a file of templates/pdf makes of the data, which is never read as markup.

    Takes some 30 ms of one core, leaves no file behind and lets other threads run. It cannot be stopped, so whoever
    calls keeps the data short.
    """
    try:
        return _typeset(template, data, [ACCESSIBLE])
    except typst.TypstError:
        # The standard refuses a letter that no font has; a person gets a page with a box. Other errors come again.
        return _typeset(template, data, [])


def missing_fonts() -> list[str]:
    """The families that the folders of the fonts should hold and do not."""
    return sorted(FAMILIES.keys() - set(_found_fonts().families()))


def _typeset(template: str | Path, data: Mapping[str, Any], standards: list[str]) -> bytes:
    return typst.compile(
        str(TEMPLATES / template),
        root=str(settings.BASE_DIR),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data)},
        pdf_standards=standards,
    )


@functools.cache
def _fonts() -> typst.Fonts:
    """Every font, looked up once. Without one, names would silently become boxes."""
    if missing := missing_fonts():
        raise ImproperlyConfigured(f"Run npm ci: the PDFs lack {', '.join(missing)}.")
    return _found_fonts()


def _found_fonts() -> typst.Fonts:
    folders = [str(PACKAGES / package / "fonts") for package in FAMILIES.values()]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)

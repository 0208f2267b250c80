"""What stands where in an address."""

from __future__ import annotations

from django.urls import register_converter
from django.urls.converters import SlugConverter, StringConverter

from programme.models.edition import RESERVED_SLUGS


class EditionSlug(SlugConverter):
    """Never a word of the site's own: behind a language, /staff/board/ would else be the lobby board of “staff”."""

    regex = rf"(?!(?:{'|'.join(sorted(RESERVED_SLUGS))})/)[-a-zA-Z0-9_]+"


class SpokenLanguage(StringConverter):
    regex = "ko|en"


def register() -> None:
    register_converter(EditionSlug, "edition")
    register_converter(SpokenLanguage, "spoken")

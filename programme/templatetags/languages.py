"""The same page in the other language, for people (a link) and for search engines (`hreflang`)."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag(takes_context=True)
def this_page_in(context: dict[str, Any], language: str) -> str:
    """The address of this page in a language, with its query. The home page where this one has no such twin."""
    request = context.get("request")
    path = _path_in(language, request.path) if request else ""
    query = request.META.get("QUERY_STRING", "") if path else ""
    return (path or f"/{language}/") + (f"?{query}" if query else "")


@register.simple_tag(takes_context=True)
def alternate_links(context: dict[str, Any]) -> SafeString:
    """Canonical and `hreflang` links. Nothing for a page that does not carry its language in its address.

    A view may name another address as the canonical one by `canonical_path`.
    """
    request = context.get("request")
    path = context.get("canonical_path") or (request.path if request else "")
    links = [("alternate", code, _path_in(code, path)) for code, _ in settings.LANGUAGES]
    if not path or not all(address for *_, address in links):
        return SafeString("")
    # Whoever reads neither language is served best by English, except at the door, which asks the browser.
    default = "/" if path == reverse("programme:home") else _path_in("en", path)
    links.append(("alternate", "x-default", default))
    canonical = settings.PUBLIC_URL + _path_in(get_language(), path)
    rows = [(rel, code, settings.PUBLIC_URL + address) for rel, code, address in links]
    return format_html_join("\n  ", '<link rel="canonical" href="{}">', [(canonical,)]) + format_html_join(
        "", '\n  <link rel="{}" hreflang="{}" href="{}">', rows
    )


@register.simple_tag
def is_official() -> bool:
    """Whether this is the organisers' official site, which may say so."""
    return settings.OFFICIAL_BANNER


def _path_in(language: str, path: str) -> str:
    """The path with another language prefix, or nothing when it has none."""
    prefix, _, rest = path.removeprefix("/").partition("/")
    return f"/{language}/{rest}" if prefix in dict(settings.LANGUAGES) else ""

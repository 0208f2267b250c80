"""The two languages of every page."""

from __future__ import annotations

from django.utils.translation import get_language


def page_language() -> str:
    """ko or en: what the page speaks. Without a page, Korean."""
    return "en" if (get_language() or "ko").startswith("en") else "ko"

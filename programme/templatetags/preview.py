"""Whether a page is a preview, in words and with the way out of it. Nothing at all where it is none."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.template.loader import render_to_string
from django.utils import timezone

from programme import clock

register = template.Library()


@register.simple_tag(takes_context=True)
def preview_bar(context: dict[str, Any]) -> str:
    shown, request = clock.preview(), context.get("request")
    if shown is None or request is None:
        return ""
    edition = context.get("edition")
    moment = timezone.localtime(clock.now(), ZoneInfo(edition.timezone) if edition else None)
    return render_to_string("_elements/preview_bar.html", {"moment": moment, "drafts": shown.drafts_of}, request)


@register.simple_tag
def is_preview() -> bool:
    return clock.preview() is not None

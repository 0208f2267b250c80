"""The day of the forum, as seen from the desk."""

from __future__ import annotations

import re

from django.http import HttpResponse
from django.utils import timezone

from programme.models import Edition
from registration.checkin.models import Point

DESK = "/staff/desk/"


def begin_day(edition: Edition, number: int = 1) -> Point:
    """Let this day of the forum be today. Answers the hall."""
    day = edition.days.get(number=number)
    day.date = timezone.localdate(timezone=edition.tzinfo)
    day.save()
    return edition.points.select_related("day", "edition").get(day=day)


def hidden(page: HttpResponse, action: str) -> dict[str, str]:
    """What the form of the page with this in its action carries, but for the token."""
    forms = re.findall(r'<form[^>]*action="([^"]*)"[^>]*>(.*?)</form>', page.content.decode(), re.DOTALL)
    body = next((body for address, body in forms if action in address), "")
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', body))
    fields.pop("csrfmiddlewaretoken", None)
    fields.pop("next", None)
    return fields

"""The live stream: one page for each day and each language that is spoken on it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language

from programme import on_stage, queries
from programme.keeping import kept
from programme.views.showing import show
from programme.views.timetable import local_now, not_found, today_or_first

LANGUAGES = ("ko", "en")


@kept
def live(request: HttpRequest, edition: str) -> HttpResponse:
    """On to the day that is on, else the first, with the sound in the page's language."""
    chosen = today_or_first(queries.programme(edition))
    return redirect("programme:stream", edition, chosen.number, get_language())


@kept
def stream(request: HttpRequest, edition: str, number: int, language: str) -> HttpResponse:
    """The player. Nothing is fetched from YouTube before somebody presses it."""
    programme = queries.programme(edition)
    day = programme.day(number) or not_found()
    now = local_now(programme)
    standing = on_stage.standing(day, now)
    return show(
        request,
        "programme/stream.html",
        programme,
        section="live",
        day=day,
        stream=day.stream(language),
        language=language,
        languages=LANGUAGES,
        standing=standing,
        stage=on_stage.stage(day, now) if standing == on_stage.ON else None,
        rows=on_stage.rows(day),
    )

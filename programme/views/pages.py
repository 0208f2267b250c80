"""The home page and the pages about an edition as a whole."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from programme import maps, noticeboard, queries
from programme.keeping import kept
from programme.read_model import Programme
from programme.views.people import billings
from programme.views.showing import show
from programme.views.timetable import running, today

FEATURED = 4
NEWEST = 4


@kept
def home(request: HttpRequest) -> HttpResponse:
    """The current edition. What it offers first depends on where the edition stands (see `phase.py`)."""
    return _front_page(request, queries.current_programme())


@kept
def edition(request: HttpRequest, edition: str) -> HttpResponse:
    """The same for any edition; of a past one, what is known. The current one's proper address is the home page."""
    programme = queries.programme(edition)
    if programme.edition.is_current:
        return _front_page(request, programme, canonical_path=reverse("programme:home"))
    return show(request, "programme/edition.html", programme, section="about", featured=billings(programme)[:FEATURED])


@kept
def about(request: HttpRequest, edition: str) -> HttpResponse:
    programme = queries.programme(edition)
    past = queries.past_editions(programme.edition)
    return show(request, "programme/about.html", programme, section="about", past_editions=past)


@kept
@require_safe
def editions(request: HttpRequest) -> HttpResponse:
    """Every forum there has been, with what is known of it."""
    context = {"edition": queries.current_edition(), "editions": queries.all_editions()}
    return render(request, "programme/editions.html", context)


@kept
def venue(request: HttpRequest, edition: str) -> HttpResponse:
    programme = queries.programme(edition)
    return show(request, "programme/venue.html", programme, section="venue", maps=maps.links(programme.edition.venue))


def _front_page(request: HttpRequest, programme: Programme, canonical_path: str = "") -> HttpResponse:
    streams = [stream for day in programme.days for stream in day.streams]
    return show(
        request,
        "programme/home.html",
        programme,
        canonical_path=canonical_path,
        is_home=not canonical_path,
        **running(programme, today(programme)),
        past_editions=queries.past_editions(programme.edition),
        notices=noticeboard.latest(programme.edition, NEWEST) if programme.edition.has_notices else [],
        featured=billings(programme)[:FEATURED],
        stream_languages=sorted({stream.language for stream in streams}, reverse=True),
        has_recordings=any(stream.has_recording and not stream.is_stand_in for stream in streams),
    )

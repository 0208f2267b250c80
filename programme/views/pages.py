"""The home page and the pages about an edition as a whole."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from programme import queries
from programme.keeping import kept
from programme.read_model import Programme, Venue
from programme.views.people import billings
from programme.views.showing import show
from programme.views.timetable import running, today

FEATURED = 4


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
    return show(request, "programme/edition.html", programme, section="about")


@kept
def about(request: HttpRequest, edition: str) -> HttpResponse:
    programme = queries.programme(edition)
    past = queries.past_editions(programme.edition)
    return show(request, "programme/about.html", programme, section="about", past_editions=past)


@kept
def venue(request: HttpRequest, edition: str) -> HttpResponse:
    programme = queries.programme(edition)
    return show(request, "programme/venue.html", programme, section="venue", **_maps(programme.edition.venue))


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
        featured=billings(programme)[:FEATURED],
        stream_languages=sorted({stream.language for stream in streams}, reverse=True),
        has_recordings=any(stream.has_recording and not stream.is_stand_in for stream in streams),
    )


def _maps(venue: Venue | None) -> dict[str, str]:
    """Links to maps, made of the place's coordinates. None without them."""
    if venue is None or venue.latitude is None or venue.longitude is None:
        return {}
    return {
        "kakao_map": f"https://map.kakao.com/link/map/{venue.latitude},{venue.longitude}",
        "open_street_map": f"https://www.openstreetmap.org/?mlat={venue.latitude}&mlon={venue.longitude}"
        f"#map=17/{venue.latitude}/{venue.longitude}",
    }

"""Organisers look at the site as it will be. What they chose is in a signed cookie of their own browser; everybody
else gets the very pages that they got before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from programme import clock
from programme.clock import Preview

COOKIE = "preview"
LASTS = dt.timedelta(hours=2)
LOOKING = ("GET", "HEAD")
_SALT = "programme.preview"


def start(response: HttpResponse, chosen: Preview) -> None:
    """This browser sees the site as chosen from now on, for two hours."""
    response.set_signed_cookie(
        COOKIE,
        f"{chosen.moment.astimezone(dt.UTC).isoformat()} {chosen.seats}",
        salt=_SALT,
        max_age=LASTS,
        httponly=True,
        secure=settings.IS_HTTPS,
        samesite="Lax",
    )


def end(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, samesite="Lax")


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Pretend for whoever only looks. What is sent is handled at the real time, so that nobody registers early or
    late. The cookie is read without a word in `Vary`: what it makes is kept by no cache, and a cache that keeps pages
    must pass whoever brings the cookie by."""

    def pretend(request: HttpRequest) -> HttpResponse:
        chosen = _chosen(request)
        if chosen is None:
            return get_response(request)
        with clock.pretending(chosen):
            response = get_response(request)
        response["Cache-Control"] = "private, no-store"
        return response

    return pretend


def _chosen(request: HttpRequest) -> Preview | None:
    if COOKIE not in request.COOKIES or request.method not in LOOKING:
        return None
    text = request.get_signed_cookie(COOKIE, default="", salt=_SALT, max_age=LASTS)
    moment, _space, seats = text.partition(" ")
    return Preview(dt.datetime.fromisoformat(moment), seats) if moment else None

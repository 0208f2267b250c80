"""Organisers look at the site as it will be, and co-hosts at a programme that is not published yet. What is shown is in
a signed cookie of their own browser; everybody else gets the very pages that they got before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from programme import clock
from programme.clock import Preview

COOKIE = "preview"
LASTS = dt.timedelta(hours=2)
LINK_LASTS = dt.timedelta(days=14)
LOOKING = ("GET", "HEAD")
NOW = "now"
_SALT = "programme.preview"
_LINK_SALT = "programme.drafts"


def start(response: HttpResponse, chosen: Preview) -> None:
    """This browser sees the site as chosen from now on, for two hours."""
    moment = chosen.moment.astimezone(dt.UTC).isoformat() if chosen.moment else NOW
    response.set_signed_cookie(
        COOKIE,
        f"{moment} {chosen.seats} {chosen.drafts_of}",
        salt=_SALT,
        max_age=LASTS,
        httponly=True,
        secure=settings.IS_HTTPS,
        samesite="Lax",
    )


def end(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, samesite="Lax")


def token_for_drafts(edition_slug: str) -> str:
    """What shows the drafts of an edition to whoever has it, for fourteen days."""
    return signing.dumps(edition_slug, salt=_LINK_SALT)


def link_ends() -> dt.datetime:
    """Until when a link that is made now shows anything."""
    return timezone.now() + LINK_LASTS


def drafts_behind(token: str) -> str | None:
    """The slug of the edition. None for what we never signed, or signed too long ago."""
    try:
        return signing.loads(token, salt=_LINK_SALT, max_age=LINK_LASTS)
    except signing.BadSignature:
        return None


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
        response["X-Robots-Tag"] = "noindex"
        return response

    return pretend


def _chosen(request: HttpRequest) -> Preview | None:
    if COOKIE not in request.COOKIES or request.method not in LOOKING:
        return None
    text = request.get_signed_cookie(COOKIE, default="", salt=_SALT, max_age=LASTS)
    if not text:
        return None
    moment, seats, drafts_of, *_more = [*text.split(" "), "", ""]
    return Preview(None if moment == NOW else dt.datetime.fromisoformat(moment), seats, drafts_of)

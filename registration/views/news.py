"""Ending the news: one press behind a link of its own, which lives as long as the address is kept for news."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from programme import queries
from registration import consent, erasure, links
from registration.views.pages import private


@csrf_exempt  # a mail program posts here by itself, without a cookie (RFC 8058); the address is the secret
@private
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, token: str) -> HttpResponse:
    """A question with one button, in the person's language; posted to, the answer. Twice is harmless.

    Where it has ended already, nothing is asked.
    """
    registration = links.registration_of_news(token)
    if registration is None:
        raise Http404
    with override(registration.language):
        had_ended = not consent.gets_news(registration)
        if request.method == "POST":
            erasure.end_news(registration)
        context = {
            "edition": queries.current_edition(),
            "is_over": request.method == "POST",
            "had_ended": had_ended,
        }
        return render(request, "registration/news_end.html", context)

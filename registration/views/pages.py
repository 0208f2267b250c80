"""What every page of registration shares: its edition, and answers that nobody keeps."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from programme import queries

View = Callable[..., HttpResponse]


def private(view: View) -> View:
    """A page with personal data: kept by no cache, found by no search engine, its address told to no other site.

    What is posted to it is not lost while the database is away.
    """
    view = without_database(view)

    @never_cache
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    return wrapper


def link_unknown(request: HttpRequest) -> HttpResponse:
    """One neutral page for a link that is wrong, replaced or opened on another device."""
    context = {"edition": queries.current_edition()}
    return render(request, "registration/link_unknown.html", context, status=404)


def without_database(view: View) -> View:
    """Too many at once, or the database is away: what was posted comes back behind a button that sends it again."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (OperationalError, InterfaceError):
            if request.method != "POST":
                raise
        fields = [(name, value) for name, values in request.POST.lists() for value in values]
        typed = [(name, value) for name, value in fields if name != "csrfmiddlewaretoken"]
        response = render(request, "registration/busy.html", {"typed": typed}, status=503)
        response["Retry-After"] = "10"
        return response

    return wrapper

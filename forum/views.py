"""Answers that belong to no app: what went wrong before a page was reached, and what robots may read."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

UNSEEN = [
    "/admin/",
    "/accounts/",
    "/checkin/",
    "/staff/",
    "/api/",
    "/t/",
    "/*/my/",
    "/*/ticket/",
    "/*/register/check/",
    "/*/register/done/",
]


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A body too large, a forged host: said in both languages, since nothing of the request can be trusted."""
    return render(request, "400.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours; or the database is away, which passes: monitors, proxies and search engines know a 503."""
    if not isinstance(sys.exception(), OperationalError | InterfaceError):
        return render(request, "500.html", status=500)
    response = render(request, "503.html", status=503)
    response["Retry-After"] = "30"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", {"reason": reason}, status=403)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in UNSEEN)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")

"""Headers that every answer carries."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]

NO_SENSORS = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"


def permissions_policy(get_response: GetResponse) -> GetResponse:
    """Pages ask for no sensor; the scanner sets its own header, which stays."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", NO_SENSORS)
        return response

    return middleware

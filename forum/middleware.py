"""What every request and every answer carries."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]

NO_SENSORS = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"


def address_of_the_visitor(get_response: GetResponse) -> GetResponse:
    """Behind proxies everybody calls from the nearest of them. REMOTE_ADDR becomes what the outermost trusted one saw:
    limits count by it, and the log of looks at personal data keeps it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        trusted = settings.ALLAUTH_TRUSTED_PROXY_COUNT
        if 0 < trusted <= len(hops) and _is_address(hops[-trusted].strip()):
            request.META["REMOTE_ADDR"] = hops[-trusted].strip()
        return get_response(request)

    return middleware


def permissions_policy(get_response: GetResponse) -> GetResponse:
    """Pages ask for no sensor; the scanner sets its own header, which stays."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", NO_SENSORS)
        return response

    return middleware


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True

"""The address without a language."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, override


def front_door(request: HttpRequest) -> HttpResponse:
    """On to the home page in the language chosen before, else in the browser's, else in Korean."""
    language = get_language_from_request(request)
    if language not in dict(settings.LANGUAGES):
        language = settings.LANGUAGE_CODE
    with override(language):
        response = HttpResponseRedirect(reverse("programme:home"))
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response

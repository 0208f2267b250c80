"""The scanner's page. Everything it does goes through the API."""

from __future__ import annotations

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from forum.accounts.roles import steward_required
from programme import models, queries
from registration.checkin import devices

LANGUAGES = ("ko", "en")
SCANNER_NEEDS = {  # the decoder is WebAssembly in a worker; pictures come from the camera
    "script-src": ["'wasm-unsafe-eval'"],
    "worker-src": [SELF],
    "img-src": ["blob:"],
    "media-src": [SELF, "blob:"],
}


@never_cache
@require_safe
@steward_required
@csp_update(SCANNER_NEEDS)
def scanner(request: HttpRequest) -> HttpResponse:
    """Open on any phone: the steward who is signed in gets a device, its cookie goes with the page."""
    edition = models.Edition.objects.filter(is_current=True).first()
    if edition is None:
        raise Http404
    if request.GET.get("lang") in LANGUAGES:
        translation.activate(request.GET["lang"])
        request.LANGUAGE_CODE = request.GET["lang"]
    context = {"edition": queries.edition(edition.slug), "steward": str(request.user)}
    response = render(request, "checkin/scanner.html", context)
    response["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
    devices.enlist(request, response, edition)
    return response

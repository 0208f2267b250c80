"""The scanner's page, and what a phone needs to keep it. Everything it does goes through the API."""

from __future__ import annotations

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from forum.accounts.roles import is_steward
from programme import models
from registration.checkin import devices, installing
from registration.checkin.devices import Pass

SCANNER_NEEDS = {  # the decoder is WebAssembly in a worker; pictures come from the camera
    "script-src": ["'wasm-unsafe-eval'"],
    "worker-src": [SELF],
    "img-src": ["blob:"],
    "media-src": [SELF, "blob:"],
}


@never_cache
@require_safe
@csp_update(SCANNER_NEEDS)
def scanner(request: HttpRequest) -> HttpResponse:
    """The same page for everybody, with nobody's name in it: phones keep it. A signed-in steward's phone gets a device
    with it, whose cookie goes with the page. Whoever has none is shown how to pair: the code of an organiser's QR is in
    the part of the address that no server sees."""
    _speak(request)
    known, is_steward_here = devices.pass_of(request), is_steward(request.user)
    context = {"version": installing.VERSION, "has_device": bool(known) or is_steward_here}
    response = render(request, "checkin/scanner.html", context)
    response["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
    if is_steward_here and not _is_paired(known):
        edition = models.Edition.objects.filter(is_current=True).first()
        if edition is None:
            raise Http404
        devices.enlist(request, response, edition)
    return response


@never_cache
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """Changes with every version of the scanner, which browsers look at when the page opens."""
    return HttpResponse(installing.service_worker(request), content_type="text/javascript; charset=utf-8")


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    _speak(request)
    return JsonResponse(installing.manifest(), content_type="application/manifest+json")


def _is_paired(known: Pass | None) -> bool:
    """By an organiser: such a phone stays what it is, whoever signs in on it."""
    return bool(known and known.device.user_id is None and devices.is_valid(known.device))


def _speak(request: HttpRequest) -> None:
    if request.GET.get("lang") in installing.LANGUAGES:
        translation.activate(request.GET["lang"])
        request.LANGUAGE_CODE = request.GET["lang"]

"""The scanner's page, and how a phone becomes one. Everything it does goes through the API."""

from __future__ import annotations

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from forum.accounts.roles import is_steward
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
@csp_update(SCANNER_NEEDS)
def scanner(request: HttpRequest) -> HttpResponse:
    """The scanner, for a paired phone or a steward who is signed in; the steward's phone gets a device, its cookie goes
    with the page. Anybody else is shown how to pair: the code of an organiser's QR is in the part of the address that
    no server sees."""
    if request.GET.get("lang") in LANGUAGES:
        translation.activate(request.GET["lang"])
        request.LANGUAGE_CODE = request.GET["lang"]
    paired = devices.pass_of(request)
    if paired and paired.device.user_id is None and devices.is_valid(paired.device):
        return _scanner(request, paired.device.edition.slug, who=paired.device.label, is_paired=True)
    if not is_steward(request.user):
        return render(request, "checkin/pairing.html", {"is_over": bool(paired)})
    edition = models.Edition.objects.filter(is_current=True).first()
    if edition is None:
        raise Http404
    response = _scanner(request, edition.slug, who=str(request.user), is_paired=False)
    devices.enlist(request, response, edition)
    return response


def _scanner(request: HttpRequest, slug: str, *, who: str, is_paired: bool) -> HttpResponse:
    context = {"edition": queries.edition(slug), "steward": who, "is_paired": is_paired}
    response = render(request, "checkin/scanner.html", context)
    response["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
    return response

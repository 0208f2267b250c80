"""The link by which co-hosts look at a programme that is not published yet."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from programme import previewing
from programme.clock import Preview
from programme.models import Edition


@never_cache
@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:
    """On to the programme, which this browser sees as it is edited. A link that is over says so."""
    slug = previewing.drafts_behind(token)
    if slug is None:
        return _hidden(render(request, "programme/drafts_over.html", status=404))
    edition = get_object_or_404(Edition, slug=slug, is_published=True)
    response = redirect("programme:programme", edition.slug)
    previewing.start(response, Preview(None, drafts_of=edition.slug))
    return _hidden(response)


def _hidden(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "same-origin"
    return response

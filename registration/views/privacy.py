"""The privacy notice: what we collect, why, how long, and whom to ask."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from programme import queries
from registration.models import ConsentNotice


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    edition = queries.current_edition()
    language = "en" if (get_language() or "ko").startswith("en") else "ko"
    notices = ConsentNotice.objects.latest_of(edition.slug, language) if edition else {}
    return render(request, "registration/privacy.html", {"edition": edition, "notices": notices})

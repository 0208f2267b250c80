"""The privacy notice: what we collect, why, how long, and whom to ask."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from programme import queries
from programme.language import page_language
from registration import erasure
from registration.models import ConsentNotice


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    edition = queries.current_edition()
    latest = ConsentNotice.objects.latest_of(edition.slug, page_language()) if edition else {}
    notices = {kind: latest[kind] for kind in ConsentNotice.Kind.values if kind in latest}
    days = erasure.days_an_unused_account_is_kept()
    return render(request, "registration/privacy.html", {"edition": edition, "notices": notices, "days": days})

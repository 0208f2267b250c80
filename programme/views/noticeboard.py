"""Notices, and what people ask."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from programme import noticeboard, queries
from programme.keeping import kept

PER_PAGE = 20


@require_safe
def notices(request: HttpRequest, edition: str) -> HttpResponse:
    page = queries.edition(edition)
    found = Paginator(noticeboard.rows(page), PER_PAGE).get_page(request.GET.get("page"))
    context = {"notices": [noticeboard.read(row, page) for row in found], "page": found}
    return render(request, "programme/notices.html", {"edition": page, "section": "notices", **context})


@require_safe
@kept
def notice(request: HttpRequest, edition: str, slug: str) -> HttpResponse:
    """What belongs to no edition answers below each; its proper address is below the current one."""
    page = queries.edition(edition)
    found = noticeboard.notice(page, slug)
    if found is None:
        raise Http404
    context = {"edition": page, "section": "notices", "notice": found}
    if found.is_common and not page.is_current and (current := queries.current_edition()):
        context["canonical_path"] = reverse("programme:notice", args=[current.slug, slug])
    return render(request, "programme/notice.html", context)


@require_safe
@kept
def questions(request: HttpRequest, edition: str) -> HttpResponse:
    page = queries.edition(edition)
    context = {"edition": page, "questions": noticeboard.questions(page)}
    return render(request, "programme/questions.html", context)

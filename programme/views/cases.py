"""The public register of cases: pages for people, files for machines."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from programme import case_data, cases, queries
from programme.keeping import kept
from programme.models import Case, CaseAddress

PER_PAGE = 12
LONGEST = 100  # letters of a question


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """What is asked stands in the address, so that it can be kept and passed on."""
    asked = {name: _typed(request, name) for name in ("q", "field", "status")}
    page = Paginator(cases.find(asked["q"], asked["field"], asked["status"]), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "edition": queries.current_edition(),
        "asked": asked,
        "is_asked": any(asked.values()),
        "page": page,
        "cases": [cases.read(row) for row in page],
        "fields": cases.fields_in_use(),
        "statuses": Case.Status.choices,
    }
    return render(request, "programme/cases.html", context)


@kept
@require_safe
def case(request: HttpRequest, slug: str) -> HttpResponse:
    """A former address leads on for ever; that of a deleted case says that it is gone."""
    address = get_object_or_404(CaseAddress.objects.select_related("case"), slug=slug)
    context = {"edition": queries.current_edition()}
    if address.case is None:
        return render(request, "programme/case_gone.html", context, status=410)
    if not address.case.is_published:
        raise Http404
    if address.case.slug != slug:
        return redirect("programme:case", address.case.slug, permanent=True)
    context["case"] = cases.read(cases.find().get(pk=address.case.pk))
    return render(request, "programme/case.html", context)


@kept
@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """The data dictionary: each column with its type and language, the keys, and the licence."""
    context = {
        "edition": queries.current_edition(),
        "columns": case_data.COLUMNS,
        "licence": case_data.licence(),
        "fields": cases.fields_in_use(),
        "statuses": Case.Status.choices,
    }
    return render(request, "programme/case_data.html", context)


@kept
@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    file = case_data.as_csv(map(cases.read, cases.find()))
    response = HttpResponse(file, content_type="text/csv; charset=utf-8; header=present")
    response["Content-Disposition"] = 'attachment; filename="cases.csv"'
    return _for_anybody(response)


@kept
@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    found = case_data.as_json(map(cases.read, cases.find()))
    return _for_anybody(JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 1}))


@kept
@require_safe
def dictionary(request: HttpRequest) -> HttpResponse:
    """The data dictionary for machines, where CSV on the Web looks for it."""
    found = JsonResponse(case_data.dictionary(), json_dumps_params={"ensure_ascii": False, "indent": 1})
    found["Content-Type"] = "application/csvm+json; charset=utf-8"
    return _for_anybody(found)


def _typed(request: HttpRequest, name: str) -> str:
    """What no database keeps, nobody can look for."""
    return request.GET.get(name, "").replace("\x00", "").strip()[:LONGEST]


def _for_anybody(response: HttpResponse) -> HttpResponse:
    """Open data: scripts of other sites may read it too."""
    response["Access-Control-Allow-Origin"] = "*"
    return response

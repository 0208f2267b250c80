"""Where staff arrive after signing in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from forum.accounts.roles import is_organiser, steward_required
from programme import queries


@never_cache
@require_safe
@steward_required
def home(request: HttpRequest) -> HttpResponse:
    context = {"edition": queries.current_edition(), "is_organiser": is_organiser(request.user)}
    return render(request, "staff/home.html", context)

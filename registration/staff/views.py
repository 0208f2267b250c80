"""Where staff arrive after signing in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from forum.accounts.roles import is_organiser, steward_required
from programme import queries
from registration.models import Inspection
from registration.staff.figures import answers, waiting_for_opening


@never_cache
@require_safe
@steward_required
def home(request: HttpRequest) -> HttpResponse:
    """What each role can do; organisers also see how many come, in numbers without names."""
    edition = queries.current_edition()
    context = {"edition": edition, "is_organiser": is_organiser(request.user)}
    if context["is_organiser"]:
        context["inspection"] = Inspection.objects.first()
    if edition and context["is_organiser"]:
        waiting, unconfirmed = waiting_for_opening(edition)
        context |= {"answers": answers(edition), "waiting": waiting, "unconfirmed": unconfirmed}
    return render(request, "staff/home.html", context)

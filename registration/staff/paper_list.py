"""The list for the doors on paper, for organisers. Who printed it and when stands in the log and on the paper."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from forum.accounts.roles import organiser_required
from programme.models import Day
from registration import access
from registration.checkin import paper_list
from registration.models import AccessLog


@never_cache
@require_safe
@organiser_required
def by(request: HttpRequest, edition: str, number: int, order: str) -> HttpResponse:
    """Everybody with a seat on the day, by name or by code."""
    if order not in (paper_list.BY_NAME, paper_list.BY_CODE):
        raise Http404
    day = get_object_or_404(Day.objects.select_related("edition"), edition__slug=edition, number=number)
    content, people = paper_list.typeset(day, order, str(request.user))
    access.note_look(request, AccessLog.PAPER_LIST, detail=f"{edition} · day {number} · by {order} · {people} people")
    name = content_disposition_header(as_attachment=False, filename=f"list-{edition}-day-{number}-by-{order}.pdf")
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": name})

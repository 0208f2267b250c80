"""What the law gives everybody about their own data: to see it, take it along, withdraw, have it destroyed."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from programme import queries
from registration import access, consent, erasure
from registration.models import Registration
from registration.views.pages import private


@private
@require_safe
def data(request: HttpRequest, public_id: str) -> HttpResponse:
    registration = access.registration_of(request, public_id)
    context = {
        "edition": queries.edition(registration.edition.slug),
        "registration": registration,
        "consents": consent.latest(registration),
    }
    return render(request, "registration/data.html", context)


@private
@require_safe
def download(request: HttpRequest, public_id: str) -> HttpResponse:
    """Everything that we hold about the person, as JSON."""
    held = _everything(access.registration_of(request, public_id))
    text = json.dumps(held, ensure_ascii=False, indent=2, default=str)
    headers = {"Content-Disposition": 'attachment; filename="registration.json"'}
    return HttpResponse(text, content_type="application/json; charset=utf-8", headers=headers)


@private
@require_POST
def answer_consent(request: HttpRequest, public_id: str) -> HttpResponse:
    """Agree to news, or withdraw: one press for either."""
    registration = access.registration_of(request, public_id)
    consent.answer_news(registration, agreed=request.POST.get("agreed") == "yes")
    messages.success(request, _("Your answer has been saved."))
    return redirect("registration:data", public_id)


@private
@require_POST
def erase(request: HttpRequest, public_id: str) -> HttpResponse:
    """Cancel, destroy what we hold, and end the link."""
    registration = access.registration_of(request, public_id)
    erasure.erase_person(registration, by="the person")
    edition = queries.edition(registration.edition.slug)
    return render(request, "registration/erased.html", {"edition": edition})


def _everything(registration: Registration) -> dict[str, object]:
    columns = (
        "name", "email", "organisation", "field", "support", "support_note", "language", "channel",
        "created_at", "asked_at", "coming_since", "released_at", "cancelled_at", "desk_code",
    )  # fmt: skip
    return {
        **{column: getattr(registration, column) for column in columns},
        "edition": registration.edition.slug,
        "bookings": list(
            registration.bookings.values("day__number", "day__date", "state", "booked_at", "cancelled_at")
        ),
        "attendances": list(registration.attendances.values("point__day__number", "first_in_at")),
        "consents": list(
            registration.consents.values("notice__kind", "notice__version", "notice__language", "agreed", "answered_at")
        ),
    }

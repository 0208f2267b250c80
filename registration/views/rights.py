"""What the law gives everybody about their own data: to see it, take it along, withdraw, have it destroyed."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forum.outbox import records
from programme import queries
from programme.language import page_language
from registration import access, consent, erasure
from registration.models import ConsentNotice, Registration
from registration.queries import days_of
from registration.views.pages import private


@private
@require_safe
def data(request: HttpRequest, public_id: str) -> HttpResponse:
    registration = access.registration_of(request, public_id)
    context = {
        "edition": queries.edition(registration.edition.slug),
        "registration": registration,
        "consents": consent.latest(registration),
        "news": consent.newest_notices(registration.edition.slug, page_language()).get(ConsentNotice.Kind.NEWS),
        "days": [(day, booking) for day, booking in days_of(registration) if booking],
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
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask once; then cancel, destroy what we hold, and end the link."""
    registration = access.registration_of(request, public_id)
    page = {"edition": queries.edition(registration.edition.slug), "registration": registration}
    if request.method != "POST":
        return render(request, "registration/erase.html", page)
    erasure.erase_person(registration, by="the person")
    return render(request, "registration/erased.html", page)


def _everything(registration: Registration) -> dict[str, object]:
    columns = (
        "name", "email", "new_email", "organisation", "field", "support", "support_note", "language", "channel",
        "takes_any_seat", "is_of_age", "created_at", "asked_at", "coming_since", "cancelled_at", "desk_code",
        "ticket_opened_at", "unreachable_since",
    )  # fmt: skip
    of_booking = ("day__number", "day__date", "state", "place", "offered_until")
    moments = ("booked_at", "confirmed_at", "cancelled_at")
    of_consent = ("notice__kind", "notice__version", "notice__language", "agreed", "channel", "answered_at")
    return {
        **{column: getattr(registration, column) for column in columns},
        "edition": registration.edition.slug,
        "bookings": list(registration.bookings.values(*of_booking, *moments)),
        "attendances": list(registration.attendances.values("point__day__number", "first_in_at")),
        "consents": list(registration.consents.values(*of_consent)),
        "mails": records.mails_about(registration.uuid),
    }

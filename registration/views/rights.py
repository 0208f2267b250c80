"""What the law gives everybody about their own data: to see it, take it along, withdraw, have it destroyed."""

from __future__ import annotations

import json

from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from programme import queries
from programme.language import page_language
from registration import access, consent, disclosing, erasure
from registration.models import ConsentNotice, Registration
from registration.queries import days_of
from registration.views.pages import private

ANSWERS = {ConsentNotice.Kind.OPTIONAL: consent.answer_optional, ConsentNotice.Kind.NEWS: consent.answer_news}


def as_file(held: disclosing.Facts, name: str) -> HttpResponse:
    text = json.dumps(held, ensure_ascii=False, indent=2, cls=DjangoJSONEncoder)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="application/json; charset=utf-8", headers=headers)


@private
@require_safe
def data(request: HttpRequest, public_id: str) -> HttpResponse:
    registration = access.registration_of(request, public_id)
    context = {
        "edition": queries.edition(registration.edition.slug),
        "registration": registration,
        "consents": consent.latest(registration),
        "open": _open(registration),
        "days": [(day, booking) for day, booking in days_of(registration) if booking],
    }
    return render(request, "registration/data.html", context)


@private
@require_safe
def download(request: HttpRequest, public_id: str) -> HttpResponse:
    """Everything that we hold about the person, as JSON."""
    return as_file(disclosing.everything_about(access.registration_of(request, public_id)), "registration.json")


@private
@require_POST
def answer_consent(request: HttpRequest, public_id: str) -> HttpResponse:
    """Agree to what nobody must agree to, or withdraw: one press for either."""
    registration = access.registration_of(request, public_id)
    answer = ANSWERS.get(request.POST.get("about", ""))
    if answer is None:
        raise Http404
    answer(registration, agreed=request.POST.get("agreed") == "yes")
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


def _open(registration: Registration) -> list[ConsentNotice]:
    """What the person may still agree to: the newest notices, in the page's language."""
    agreed = {each.notice.kind for each in consent.latest(registration) if each.agreed}
    notices = consent.newest_notices(registration.edition.slug, page_language())
    return [notices[kind] for kind in ANSWERS if kind in notices and kind not in agreed]

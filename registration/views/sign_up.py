"""Form, check answers, done. The check page carries the answers itself, so that no draft lies in a web session."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from forum.limits import TooMany, spend
from programme import models, queries, read_model
from registration import sign_up
from registration.errors import DayFull, RegistrationNotOpen
from registration.forms import RegistrationForm, new_submission_key
from registration.models import Registration
from registration.views.pages import private, without_database

DONE_COOKIE = "done"
DONE_LIVES = 24 * 60 * 60  # seconds that the last page survives a reload
_SALT = "registration.done"


@private
@without_database
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, edition: str) -> HttpResponse:
    """The empty form; or, posted to by “change”, the form with the answers so far and no complaint about them."""
    page = queries.edition(edition)
    return _show(request, page, RegistrationForm(initial=_typed(request), edition=page))


@private
@without_database
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, edition: str) -> HttpResponse:
    if request.method != "POST":
        return redirect("registration:form", edition)
    page = queries.edition(edition)
    filled = RegistrationForm(request.POST, edition=page)
    if not filled.is_open or not _is_sound(filled):
        return _show(request, page, filled)
    return render(request, "registration/check.html", {"edition": page, "form": filled, **_in_words(filled)})


@private
@without_database
@require_http_methods(["GET", "HEAD", "POST"])
def done(request: HttpRequest, edition: str) -> HttpResponse:
    """Register, then show the same page to everybody, registered before or not."""
    if request.method == "POST":
        return _register(request, edition)
    page = queries.edition(edition)
    try:
        email = signing.loads(request.COOKIES.get(DONE_COOKIE, ""), salt=_SALT + edition, max_age=DONE_LIVES)
    except signing.BadSignature:
        return redirect("registration:form", edition)
    return render(request, "registration/done.html", {"edition": page, "email": email})


def _in_words(filled: RegistrationForm) -> dict[str, object]:
    """The answers as the check page reads them back."""
    answers = filled.answers()
    return {
        "answers": answers,
        "chosen_days": [day for day in filled.panel.days if day.number in answers.days],
        "field_label": Registration.Field(answers.field).label if answers.field else "",
        "support_labels": [Registration.Support(code).label for code in answers.support],
    }


def _register(request: HttpRequest, slug: str) -> HttpResponse:
    page = queries.edition(slug)
    filled = RegistrationForm(request.POST, edition=page)
    if not filled.is_open or not _is_sound(filled):
        return _show(request, page, filled)
    try:
        _limit(request)
        if not filled.cleaned_data["website"]:  # who fills in what nobody sees is told the same, and not registered
            sign_up.register(get_object_or_404(models.Edition, slug=slug), filled.answers(), filled.key())
    except DayFull as refusal:
        filled.refuse_full(refusal.days)
        return _show(request, page, filled)
    except RegistrationNotOpen:
        return redirect("registration:form", slug)
    except TooMany as refusal:
        filled.add_error(None, str(refusal))
        return _show(request, page, filled)
    return _to_done(request, slug, filled.cleaned_data["email"])


def _limit(request: HttpRequest) -> None:
    """A venue or a university shares one address of the network, so the limit is wide; robots reach it anyway."""
    spend(f"register:{request.META.get('REMOTE_ADDR')}", allowed=settings.REGISTRATIONS_FROM_ONE_NETWORK, seconds=3600)


def _to_done(request: HttpRequest, slug: str, email: str) -> HttpResponse:
    response = redirect("registration:done", slug)
    response.set_cookie(
        DONE_COOKIE,
        signing.dumps(email, salt=_SALT + slug),
        path="/",  # the page's address differs by language
        httponly=True,
        secure=settings.IS_HTTPS,
        samesite="Lax",
    )
    return response


def _is_sound(filled: RegistrationForm) -> bool:
    """Valid, and made by us: a form with a foreign or missing key is shown again with a fresh one."""
    if not filled.is_valid():
        return False
    if filled.key() is None:
        filled.data = filled.data.copy()
        filled.data["submission_key"] = new_submission_key()
        filled.add_error(None, _("This page was open too long. Look through your answers and press the button again."))
        return False
    return True


def _show(request: HttpRequest, page: read_model.Edition, shown: RegistrationForm) -> HttpResponse:
    template = "registration/form.html" if shown.is_open else "registration/not_open.html"
    return render(request, template, {"edition": page, "form": shown})


def _typed(request: HttpRequest) -> dict[str, object]:
    """What a posted form held, to be shown again: lists stay lists, and consent is asked anew."""
    if request.method != "POST":
        return {}
    lists = {name: request.POST.getlist(name) for name in ("days", "support")}
    texts = ("name", "email", "organisation", "field", "support_note", "submission_key")
    return {name: request.POST.get(name, "") for name in texts} | lists

"""Form, check answers, done. The check page carries the answers itself, so that no draft lies in a web session."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from forum.limits import TooMany, spend
from programme import queries
from registration import claiming, sign_up
from registration.errors import DayFull, RegistrationNotOpen
from registration.forms import LastPress, RegistrationForm, new_submission_key
from registration.models import Registration
from registration.normalising import email_key, likely_address
from registration.queries import WAITING, positions
from registration.views import done as receipts
from registration.views.interest import not_open
from registration.views.pages import private

PRESSES_FOR_ONE_ADDRESS = 20  # an hour


@private
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, edition: str) -> HttpResponse:
    """The empty form; or, posted to by “change”, the form with the answers so far and no complaint about them."""
    initial = _typed(request) or _known(request, edition)
    return _show(request, RegistrationForm(initial=initial, edition=queries.edition_row(edition)))


@private
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, edition: str) -> HttpResponse:
    if request.method != "POST":
        return redirect("registration:form", edition)
    filled = RegistrationForm(request.POST, edition=queries.edition_row(edition))
    if not filled.is_open or not _is_sound(filled):
        return _show(request, filled)
    page = queries.page_of(filled.edition)
    return render(request, "registration/check.html", {"edition": page, "form": filled, **_in_words(filled)})


@private
@require_http_methods(["GET", "HEAD", "POST"])
def done(request: HttpRequest, edition: str) -> HttpResponse:
    """Register, then show the same page to everybody, registered before or not. Who is signed in with the address sees
    the ticket at once."""
    if request.method == "POST":
        return _register(request, edition)
    return receipts.show(request, edition)


def _in_words(filled: RegistrationForm) -> dict[str, object]:
    """The answers as the check page reads them back."""
    answers = filled.answers()
    return {
        "answers": answers,
        "likely_address": likely_address(answers.email),
        "chosen_days": [day for day in filled.panel.days if day.number in answers.days],
        "field_label": Registration.Field(answers.field).label if answers.field else "",
        "support_labels": [Registration.Support(code).label for code in answers.support],
    }


def _register(request: HttpRequest, slug: str) -> HttpResponse:
    filled = LastPress(request.POST, edition=queries.edition_row(slug))
    if not filled.has_notice or not _is_sound(filled):
        return _show(request, filled)
    is_own = claiming.is_own(request.user, filled.cleaned_data["email"])
    held = claiming.living_of(request.user, slug) if is_own else None
    if held and held.submission_key != _key_of(filled):
        messages.success(request, _("You have registered already. This is your ticket."))
        return redirect("registration:ticket", held.public_id)
    registration = None
    try:
        _limit(request, filled.cleaned_data["email"])
        if not filled.cleaned_data["website"]:  # who fills in what nobody sees is told the same, and not registered
            registration = sign_up.register(filled.edition, filled.answers(), filled.key())
    except DayFull as refusal:
        filled.refuse_full(refusal.days)
        return _show(request, filled)
    except RegistrationNotOpen:
        return _show(request, filled)
    except TooMany as refusal:
        filled.add_error(None, str(refusal))
        return _show(request, filled)
    if is_own and registration:
        return _to_ticket(request, registration)
    return receipts.hand_over(slug, _receipt(filled, registration), request.POST)


def _key_of(filled: RegistrationForm) -> uuid.UUID:
    return sign_up.key_of(filled.edition, filled.key(), filled.cleaned_data["email"])


def _receipt(filled: RegistrationForm, registration: Registration | None) -> receipts.Receipt:
    """What the last page says. Who was registered before is told what a newcomer is told."""
    answers = filled.answers()
    key = _key_of(filled)
    if not answers.may_wait:
        waiting = {}
    elif registration and registration.submission_key == key:
        waiting = positions(registration)
    else:
        lines = [day for day in filled.panel.days if day.state == WAITING]
        waiting = {day.number: day.waiting + 1 for day in lines if day.number in answers.days}
    lines = {str(day): place for day, place in waiting.items()}
    pressed = int(timezone.now().timestamp() * 1000) + 1 if registration else None
    return receipts.Receipt(answers.email, str(key), answers.days, lines, pressed)


def _limit(request: HttpRequest, email: str) -> None:
    """A venue or a university shares one address of the network, so that limit is wide; robots reach it anyway.

    One e-mail address registers once; whoever sends it again and again tries what the site answers.
    """
    network = request.META.get("REMOTE_ADDR")
    spend(f"register:{network}", allowed=settings.REGISTRATIONS_FROM_ONE_NETWORK, seconds=3600)
    spend(f"register:{email_key(email)}", allowed=PRESSES_FOR_ONE_ADDRESS, seconds=3600)


def _to_ticket(request: HttpRequest, registration: Registration) -> HttpResponse:
    claiming.claim(request.user)
    messages.success(request, _("Your registration is complete. We have mailed it to you too."))
    return redirect("registration:ticket", registration.public_id)


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


def _show(request: HttpRequest, shown: RegistrationForm) -> HttpResponse:
    page = queries.page_of(shown.edition)
    if not shown.is_open:
        return not_open(request, page)
    held = claiming.living_of(request.user, page.slug)
    return render(request, "registration/form.html", {"edition": page, "form": shown, "held": held})


def _typed(request: HttpRequest) -> dict[str, object]:
    """What a posted form held, to be shown again: lists stay lists, and consent is asked anew."""
    if request.method != "POST":
        return {}
    lists = {name: request.POST.getlist(name) for name in ("days", "support")}
    texts = ("name", "email", "organisation", "field", "support_note", "submission_key")
    boxes = {name: name in request.POST for name in ("takes_any_seat", "is_of_age")}
    return {name: request.POST.get(name, "") for name in texts} | lists | boxes


def _known(request: HttpRequest, slug: str) -> dict[str, object]:
    """What a signed-in person need not type again. Who is registered already can only register somebody else."""
    if not request.user.is_authenticated or claiming.living_of(request.user, slug):
        return {}
    latest = claiming.registrations_of(request.user).first()
    return {"email": next(iter(request.user.verified_addresses()), ""), "name": latest.name if latest else ""}

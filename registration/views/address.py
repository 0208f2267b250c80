"""Another e-mail address: asked for behind the secret link, confirmed behind a link that only the new address has."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from forum.limits import TooMany, spend
from programme import queries
from registration import access, addressing, links
from registration.forms import EmailForm
from registration.models import Registration
from registration.views.pages import link_unknown, private

ASKED_A_DAY = 5


@private
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, public_id: str) -> HttpResponse:
    """The same answer, whether or not the address is known."""
    registration = access.registration_of(request, public_id)
    form = EmailForm(request.POST or None)
    sent_to = ""
    if request.method == "POST" and form.is_valid():
        try:
            spend(f"correct:{registration.uuid}", allowed=ASKED_A_DAY, seconds=24 * 3600)
        except TooMany as refusal:
            form.add_error(None, str(refusal))
        else:
            sent_to = form.cleaned_data["email"]
            addressing.ask(registration, sent_to)
    edition = queries.edition(registration.edition.slug)
    context = {"edition": edition, "registration": registration, "form": form, "sent_to": sent_to}
    return render(request, "registration/email.html", context)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Yes, this is my address: one button, since mail scanners open links."""
    registration = links.registration_of_address(token)
    if registration is None:
        return link_unknown(request)
    if request.method == "POST":
        return _confirm(request, registration)
    context = {"edition": queries.edition(registration.edition.slug), "email": registration.new_email}
    return render(request, "registration/address_confirm.html", context)


def _confirm(request: HttpRequest, registration: Registration) -> HttpResponse:
    if not addressing.confirm(registration):
        context = {"edition": queries.edition(registration.edition.slug), "email": registration.new_email}
        return render(request, "registration/address_confirm.html", context | {"is_taken": True})
    messages.success(request, _("Everything comes to this address now."))
    response = redirect("registration:ticket", registration.public_id)
    access.grant(request, response, registration)
    return response

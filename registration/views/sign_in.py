"""Signing in, for citizens: an address, the code that was mailed there, in. Every address is answered alike."""

from __future__ import annotations

from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.utils import get_next_redirect_url
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from forum.accounts.codes import MailedCode
from forum.limits import TooMany
from programme import queries
from registration import erasure
from registration.forms import AddressForm, CodeForm
from registration.views.pages import private


@private
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest) -> HttpResponse:
    """Where to mail the code. `next` is a page of our own to go on to, else “my registrations”."""
    goes_on_to = get_next_redirect_url(request) or reverse("registration:my")
    if request.user.is_authenticated:
        return redirect(goes_on_to)
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            MailedCode.begin(request, form.cleaned_data["email"], goes_on_to)
        except TooMany as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("registration:sign_in_code")
    context = {
        "edition": queries.current_edition(),
        "form": form,
        "goes_on_to": goes_on_to,
        "days": erasure.days_an_unused_account_is_kept(),
    }
    return render(request, "registration/sign_in.html", context)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The code. Three wrong ones end it, and another press of the first button brings a new one."""
    if request.user.is_authenticated:
        return redirect("registration:my")
    mailed = MailedCode.under_way(request)
    if mailed is None:
        if request.method == "POST":
            messages.error(request, _("The code is too old. Ask for a new one."))
        return redirect("registration:sign_in")
    if "again" in request.POST:
        return _send_again(request, mailed)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if mailed.accepts(form.cleaned_data["code"]):
            return mailed.sign_in()
        if MailedCode.under_way(request) is None:
            messages.error(request, _("That was not the code, three times. Ask for a new one."))
            return redirect(reverse("registration:sign_in") + "?" + urlencode({"next": mailed.goes_on_to}))
        form.add_error("code", _("This is not the code. Look into the newest mail."))
    context = {"edition": queries.current_edition(), "form": form, "email": mailed.email}
    return render(request, "registration/sign_in_code.html", context)


@private
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """allauth's own page holds no language in its address, and would say it in the browser's."""
    get_adapter().logout(request)
    messages.success(request, _("You have signed out."))
    return redirect("registration:sign_in")


def _send_again(request: HttpRequest, mailed: MailedCode) -> HttpResponse:
    try:
        mailed.send()
    except TooMany as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("A new code is on its way. The one before no longer works."))
    return redirect("registration:sign_in_code")

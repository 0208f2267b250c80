"""“Tell me when it opens”: the form, and the two pages that its mail leads to. Every change is a POST, since mail
scanners open links; every address is answered alike."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from forum.limits import TooMany
from programme import models, queries, read_model
from programme.phase import ANNOUNCED
from registration import interest, links
from registration.errors import OpeningNotAwaited
from registration.forms import InterestForm
from registration.notices import CONFIRM_WITHIN
from registration.views.limits import count_press
from registration.views.pages import private


@private
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, edition: str) -> HttpResponse:
    page = queries.edition(edition)
    form = InterestForm(request.POST or None, edition=page)
    if request.method != "POST" or page.phase != ANNOUNCED or form.notice is None:
        return redirect("registration:form", edition)
    if not form.is_valid():
        return not_open(request, page, form)
    try:
        _take(request, edition, form)
    except TooMany as refusal:
        form.add_error(None, str(refusal))
        return not_open(request, page, form)
    except OpeningNotAwaited:
        return redirect("registration:form", edition)
    context = {"edition": page, "sent_to": form.cleaned_data["email"], "hours": CONFIRM_WITHIN.days * 24}
    return render(request, "registration/interest_asked.html", context)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, edition: str, token: str) -> HttpResponse:
    """Yes, this is my address: one button."""
    waiting = links.interest_behind(token)
    if waiting is None or waiting.edition.slug != edition:
        return _over(request, edition, status=404)
    if request.method == "POST":
        interest.confirm(waiting)
        return redirect("registration:confirm_interest", edition, token)
    context = {"edition": queries.edition(edition), "interest": waiting, "token": token}
    return render(request, "registration/interest_confirm.html", context)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, edition: str, token: str) -> HttpResponse:
    """Take my address out: one button."""
    waiting = links.interest_behind(token)
    if waiting is None or waiting.edition.slug != edition:
        return _over(request, edition, status=404)
    if request.method == "POST":
        interest.withdraw(waiting)
        return _over(request, edition)
    return render(request, "registration/interest_withdraw.html", {"edition": queries.edition(edition)})


def not_open(request: HttpRequest, edition: read_model.Edition, form: InterestForm | None = None) -> HttpResponse:
    """Registration has not opened, or has closed. Before the opening there is the form to be told of it."""
    if edition.phase == ANNOUNCED:
        form = form or InterestForm(edition=edition)
    return render(request, "registration/not_open.html", {"edition": edition, "form": form})


def _take(request: HttpRequest, slug: str, form: InterestForm) -> None:
    """Who fills in what nobody sees is told the same as everybody, and not written to."""
    count_press(request, "interest", form.cleaned_data["email"])
    if not form.cleaned_data["website"]:
        interest.ask(get_object_or_404(models.Edition, slug=slug), form.cleaned_data["email"], form.notice)


def _over(request: HttpRequest, slug: str, status: int = 200) -> HttpResponse:
    """One page for an address that was taken out now, or before, or has been told, or was never there."""
    return render(request, "registration/interest_over.html", {"edition": queries.edition(slug)}, status=status)

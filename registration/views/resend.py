"""“Send my link again”: the same answer, whether or not the address is known."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from forum.limits import TooMany
from programme import models, queries
from registration import notices
from registration.forms import ResendForm
from registration.normalising import email_key
from registration.views.limits import count_press
from registration.views.pages import private


@private
@require_http_methods(["GET", "HEAD", "POST"])
def resend(request: HttpRequest, edition: str) -> HttpResponse:
    page = queries.edition(edition)
    form = ResendForm(request.POST or None)
    sent_to = ""
    if request.method == "POST" and form.is_valid():
        try:
            count_press(request, "resend", form.cleaned_data["email"])
        except TooMany as refusal:
            form.add_error(None, str(refusal))
        else:
            sent_to = form.cleaned_data["email"]
            _send(get_object_or_404(models.Edition, slug=edition), sent_to)
    context = {"edition": page, "form": form, "sent_to": sent_to}
    return render(request, "registration/resend.html", context)


def _send(edition: models.Edition, email: str) -> None:
    theirs = edition.registrations.filter(email_key=email_key(email))
    registration = theirs.living().exclude(name="").first()
    kept_for_news = theirs.filter(name="").first()
    if registration:
        notices.link_again(registration)
    elif kept_for_news:
        notices.news_kept(kept_for_news)

"""Organisers choose the moment at which they want to see the site."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from forum.accounts.roles import organiser_required
from programme import phase, previewing
from programme.clock import Preview
from programme.models import Edition
from registration import queries

PHASES = {
    phase.ANNOUNCED: _("Before registration opens"),
    phase.OPEN: _("Registration open"),
    phase.CLOSED: _("Registration closed"),
    phase.EVE: _("The evening before"),
    phase.LIVE: _("On a day of the forum"),
    phase.BETWEEN: _("Between two days"),
    phase.WRAPPING: _("Just over"),
    phase.ARCHIVE: _("Long over"),
}
SEATS = (phase.AVAILABLE, phase.FEW, phase.WAITING, phase.FULL)


class PreviewForm(forms.Form):
    """One of the phases, by its button, or else a date and time where the forum is."""

    phase = forms.ChoiceField(choices=PHASES.items(), required=False)
    seats = forms.ChoiceField(
        label=_("Seats of the days"),
        choices=[("", _("As they are")), *((state, queries.LABELS[state]) for state in SEATS)],
        required=False,
        help_text=_("Shown while registration is open."),
    )
    moment = forms.DateTimeField(
        label=_("Date and time"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Choose a phase, or a date and time.")},
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.edition = edition

    def clean_moment(self) -> dt.datetime | None:
        """At the place of the forum, whatever zone the server thinks in."""
        moment = self.cleaned_data["moment"]
        return moment and moment.replace(tzinfo=self.edition.tzinfo)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        moment = self.edition.moment_in(data["phase"]) if data.get("phase") else data.get("moment")
        if not self.errors and not (moment and 2000 <= moment.year < 2100):
            self.add_error("moment", ValidationError(_("Choose a phase, or a date and time.")))
        return data | {"moment": moment}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@organiser_required
def choose(request: HttpRequest) -> HttpResponse:
    """The eight phases, each with a moment of the current edition's own, and any other moment."""
    edition = get_object_or_404(Edition, is_current=True, is_published=True)
    form = PreviewForm(request.POST or None, edition=edition)
    if request.method == "POST" and form.is_valid():
        response = redirect("programme:home")
        previewing.start(response, Preview(form.cleaned_data["moment"], form.cleaned_data["seats"]))
        return response
    moments = [(name, label, _moment(edition, name)) for name, label in PHASES.items()]
    return render(request, "staff/preview.html", {"form": form, "moments": moments})


@never_cache
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """Back to the present, on the page where the button was pressed. Anybody may: it only takes their own cookie."""
    page = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        page, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = redirect(page if is_ours else "programme:home")
    previewing.end(response)
    return response


def _moment(edition: Edition, name: str) -> dt.datetime | None:
    moment = edition.moment_in(name)
    return moment and moment.astimezone(edition.tzinfo)

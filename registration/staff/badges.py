"""Badges to print: of everybody who comes, of those who came too late for that, and of one person at the desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from forum.accounts.roles import organiser_required, steward_required
from programme.models import Edition
from registration import access, badges, categories
from registration.forms.days import DayHeading
from registration.models import AccessLog, Registration

LAYOUTS = [
    (badges.SHEET, gettext_lazy("A4 sheets with 8 labels of 99.1 × 67.7 mm (such as Avery L7165)")),
    (badges.LABEL, gettext_lazy("Label printer, one label of 62 × 100 mm on each page")),
]


class BadgesForm(forms.Form):
    """Whose badges, and on what paper."""

    day = forms.TypedChoiceField(label=gettext_lazy("Day"), coerce=int, empty_value=None, required=False)
    category = forms.ChoiceField(label=gettext_lazy("They come as"), choices=categories.choices, required=False)
    only_unprinted = forms.BooleanField(
        label=gettext_lazy("Only people of whom no badge was made yet"), required=False, initial=True
    )
    layout = forms.ChoiceField(
        label=gettext_lazy("Paper"), choices=LAYOUTS, widget=forms.RadioSelect, initial=badges.SHEET
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.edition = edition
        days = [(day.number, DayHeading(day).heading) for day in edition.days.all()]
        self.fields["day"].choices = [("", gettext_lazy("Every day")), *days]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors:
            people = badges.people(self.edition, day=data["day"], category=data["category"])
            self.people = badges.unprinted(people) if data["only_unprinted"] else people
            if not self.people:
                self.add_error(None, _("There is nobody of whom to make a badge. Choose others."))
        return data


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@organiser_required
def many(request: HttpRequest) -> HttpResponse:
    """Choose whose badges to make; the answer is the file, and each stands in the log of looks."""
    edition = get_object_or_404(Edition, is_current=True)
    form = BadgesForm(request.POST or None, edition=edition)
    if request.method == "POST" and form.is_valid():
        return printed(request, form.people[: badges.AT_ONCE], form.cleaned_data["layout"])
    people = badges.people(edition)
    context = {"form": form, "number": len(people), "without": len(badges.unprinted(people)), "most": badges.AT_ONCE}
    return render(request, "staff/badges.html", context)


@never_cache
@require_safe
@steward_required
def one(request: HttpRequest, public_id: str) -> HttpResponse:
    """The badge of one person, for the label printer of the desk."""
    living = Registration.objects.living().exclude(name="")
    return printed(request, [get_object_or_404(living, public_id=public_id)], badges.LABEL)


def printed(request: HttpRequest, people: list[Registration], layout: str) -> HttpResponse:
    """The file. Whoever is on it has a badge from now on."""
    content = badges.typeset(people, layout)
    access.note_looks(request, AccessLog.BADGE, people)
    return badges.answer(content)

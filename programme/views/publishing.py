"""Where organisers see what they would publish, and publish it: everything, one session, or an earlier programme."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from forum.accounts.roles import organiser_required
from programme import changes, previewing, publishing, queries, telling, translating
from programme.conflicts import conflicts
from programme.models import Edition, Release, Session
from programme.publishing import Proposal
from programme.read_model import Text

Verb = Callable[..., Release]


class PublishForm(forms.Form):
    """A public word on the changes, in both languages, and the sign of what was looked at."""

    note_ko = forms.CharField(label=gettext_lazy("What changed, in Korean"), max_length=300, required=False)
    note_en = forms.CharField(
        label=gettext_lazy("What changed, in English"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("A sentence for the page of changes. Leave both empty to say nothing."),
    )
    sure = forms.BooleanField(
        label=gettext_lazy("I have looked at what changes. The public sees it at once."),
        error_messages={"required": gettext_lazy("Look at what changes, then tick this box.")},
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for language, other in (("ko", "en"), ("en", "ko")):
            if data.get(f"note_{other}") and not data.get(f"note_{language}") and f"note_{language}" not in self.errors:
                self.add_error(f"note_{language}", _("Say it in this language too, or leave both empty."))
        return data

    def show(self, proposal: Proposal) -> None:
        """From now on it is about this proposal. Words that were typed stay; what was looked at is looked at anew."""
        self.initial = {"seen": proposal.mark}
        if self.is_bound:
            notes = {name: self.data.get(name, "") for name in ("note_ko", "note_en")}
            self.data = {**notes, "seen": proposal.mark}

    @property
    def note(self) -> Text:
        return Text(self.cleaned_data["note_ko"], self.cleaned_data["note_en"])


@never_cache
@require_safe
@organiser_required
def current(request: HttpRequest) -> HttpResponse:
    """On to the current edition, else to the latest."""
    edition = Edition.objects.order_by("-is_current", "-year").first()
    return redirect("publishing", edition.slug) if edition else redirect("staff_home")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@organiser_required
def overview(request: HttpRequest, edition: str) -> HttpResponse:
    """All that would be published, what looks wrong in it, and every release so far."""
    row = get_object_or_404(Edition, slug=edition)
    propose, verb = partial(publishing.everything, row), partial(publishing.publish, row)
    return _answer(request, row, propose, verb, "staff/publishing.html", _more)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@organiser_required
def one(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """One session alone, also one that is not in the programme any more."""
    row = get_object_or_404(Edition, slug=edition)
    session = Session.objects.filter(edition=row, pk=pk).first() or Session(edition=row, pk=pk)
    try:
        return _answer(request, row, partial(publishing.only, session), partial(publishing.publish_one, session))
    except publishing.NeverPublished as refusal:
        messages.error(request, str(refusal))
        return redirect("publishing", row.slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@organiser_required
def again(request: HttpRequest, edition: str, number: int) -> HttpResponse:
    """An earlier programme."""
    release = get_object_or_404(Release.objects.select_related("edition"), edition__slug=edition, number=number)
    propose, verb = partial(publishing.earlier, release), partial(publishing.publish_again, release)
    return _answer(request, release.edition, propose, verb)


def _answer(
    request: HttpRequest,
    edition: Edition,
    propose: Callable[[], Proposal],
    verb: Verb,
    template: str = "staff/publish_part.html",
    more: Callable[[Edition], dict[str, Any]] | None = None,
) -> HttpResponse:
    form = PublishForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _published(request, edition, verb, form)
        except (publishing.DraftsMoved, publishing.NothingToPublish) as refusal:
            form.add_error(None, str(refusal))
    proposal = propose()
    form.show(proposal)
    entries = telling.entries(proposal.differences, proposal.old, proposal.facts)
    context = {"row": edition, "proposal": proposal, "form": form, "entries": entries}
    return render(request, template, context | (more(edition) if more else {}))


def _published(request: HttpRequest, edition: Edition, verb: Verb, form: PublishForm) -> HttpResponse:
    with changes.announcing(request):
        release = verb(request.user, form.note, form.cleaned_data["seen"])
    messages.success(request, _("Release %(number)d is published.") % {"number": release.number})
    return redirect("publishing", edition.slug)


def _more(edition: Edition) -> dict[str, Any]:
    token = previewing.token_for_drafts(edition.slug)
    return {
        "conflicts": [
            (conflict, [(item, _where_to_mend(item, item.id)) for item in conflict.items])
            for conflict in conflicts(queries.drafts(edition))
        ],
        "gaps": [(gap, _where_to_mend(gap.row, gap.row.pk)) for gap in translating.gaps(edition)],
        "releases": edition.releases.select_related("made_by").order_by("-number"),
        "link": settings.PUBLIC_URL + reverse("drafts_link", args=[token]),
        "link_ends": previewing.link_ends().astimezone(edition.tzinfo),
    }


def _where_to_mend(item: object, pk: int) -> str:
    """The form of the admin. Rows and values of the read model have the same names."""
    return reverse(f"admin:programme_{type(item).__name__.lower()}_change", args=[pk])

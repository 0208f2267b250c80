"""Mail to many: choosing whom, writing what, looking at it, confirming it by its number, and watching it leave.

Pages show how many, never who; but for those whom a change concerns, who may have to be told in another way, on a page
of its own. Who looked there, and who confirmed what to how many, stands in the log of looks at personal data.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forum.accounts.roles import organiser_required
from forum.errors import Refused
from forum.masking import mask_email, mask_name
from forum.outbox import batches
from programme.language import page_language
from programme.models import Edition
from registration import access, audiences, broadcasting, change_notices, change_words, composing, promotion
from registration.errors import CountDiffers, NobodyThere, NoDraft
from registration.models import AccessLog, Booking, Broadcast, Registration
from registration.staff.broadcast_forms import BroadcastForm, ConfirmForm, WordsForm, initial_of
from registration.staff.broadcast_progress import progress

LISTED = 100
PEOPLE = 50  # on a page
State = Broadcast.State


def for_organisers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The mail that the address names goes to the view."""

    @never_cache
    @organiser_required
    @wraps(view)
    def wrapper(request: HttpRequest, pk: int, *args: Any, **kwargs: Any) -> HttpResponse:
        rows = Broadcast.objects.select_related("edition__venue", "batch", "confirmed_by")
        return view(request, get_object_or_404(rows, pk=pk), *args, **kwargs)

    return wrapper


@never_cache
@require_safe
@organiser_required
def overview(request: HttpRequest) -> HttpResponse:
    """Every mail, latest first, and the editions whose people can be written to."""
    rows = list(Broadcast.objects.select_related("edition")[:LISTED])
    waiting = batches.with_mails_waiting(row.batch_id for row in rows)
    for row in rows:
        row.is_waiting = row.batch_id in waiting
    with_people = Q(is_current=True) | Exists(Registration.objects.filter(edition=OuterRef("pk")))
    editions = Edition.objects.filter(with_people, is_published=True).order_by("-is_current", "-year")
    return render(request, "staff/broadcasts.html", {"broadcasts": rows, "editions": editions})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@organiser_required
def new(request: HttpRequest, edition: str) -> HttpResponse:
    """A new draft."""
    row = get_object_or_404(Edition, slug=edition, is_published=True)
    form = BroadcastForm(request.POST or None, edition=row, initial={"states": ["confirmed"], "purpose": "service"})
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        draft = broadcasting.draft(row, chosen["purpose"], form.audience, chosen["language"], form.words)
        return redirect("broadcast", draft.pk)
    return render(request, "staff/broadcast_form.html", {"form": form, "row": row, "title": _("New mail")})


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def edit(request: HttpRequest, broadcast: Broadcast) -> HttpResponse:
    """Words and audience of a draft. Whom a change concerns is no matter of choice: only its words are."""
    if broadcast.state != State.DRAFT:
        messages.error(request, NoDraft.message)
        return redirect("broadcast", broadcast.pk)
    form = _form(request, broadcast)
    if request.method == "POST" and form.is_valid():
        try:
            broadcasting.revise(broadcast, **form.fields_of_broadcast)
        except NoDraft as refusal:
            messages.error(request, str(refusal))
        return redirect("broadcast", broadcast.pk)
    context = {"form": form, "row": broadcast.edition, "broadcast": broadcast, "title": _("Edit the mail")}
    return render(request, "staff/broadcast_form.html", context)


@require_safe
@for_organisers
def broadcast(request: HttpRequest, broadcast: Broadcast) -> HttpResponse:
    """A draft with all that there is to check before it leaves; or how far it is."""
    return _show(request, broadcast)


@require_safe
@for_organisers
@xframe_options_sameorigin
@csp_replace({"style-src": ["'unsafe-inline'"], "frame-ancestors": [SELF], "script-src": ["'none'"]})
def preview(request: HttpRequest, broadcast: Broadcast, language: str) -> HttpResponse:
    """The HTML part as a mail program shows it."""
    if language not in broadcast.languages:
        raise Http404
    return HttpResponse(composing.sample(broadcast, language, request.user.name).html)


@require_safe
@for_organisers
def affected(request: HttpRequest, broadcast: Broadcast) -> HttpResponse:
    """Whom a change concerns, masked, those without an address first. Each look is logged."""
    if broadcast.purpose != Broadcast.Purpose.CHANGE:
        raise Http404
    page = Paginator(change_notices.people(broadcast), PEOPLE).get_page(request.GET.get("page"))
    rows = [(each, mask_name(each.name), mask_email(each.email)) for each in page]
    access.note_look(request, AccessLog.AFFECTED, detail=f"{broadcast.pk} · page {page.number} · {len(rows)} people")
    return render(request, "staff/broadcast_people.html", {"broadcast": broadcast, "page": page, "rows": rows})


@require_POST
@for_organisers
def test(request: HttpRequest, broadcast: Broadcast) -> HttpResponse:
    """The mail as it is now, to the organiser's own address."""
    sent = broadcasting.send_test(broadcast, request.user)
    if sent:
        messages.success(request, _("A test is on its way to %(address)s.") % {"address": request.user.email})
    else:
        messages.error(request, _("There is nothing to send yet: write a subject and a text."))
    return redirect("broadcast", broadcast.pk)


@require_POST
@for_organisers
def confirm(request: HttpRequest, broadcast: Broadcast) -> HttpResponse:
    """Let it go to exactly so many people. When they are others by now, nothing leaves, and the page says how many."""
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return _show(request, broadcast, form)
    try:
        confirmed = broadcasting.confirm(broadcast, request.user, **form.cleaned_data)
    except CountDiffers as refusal:
        form.add_error("count", _differs(form.cleaned_data["count"], refusal.count))
    except NobodyThere as refusal:
        form.add_error("count", str(refusal))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("broadcast", broadcast.pk)
    else:
        if broadcast.confirmed_at is None and confirmed.confirmed_by == request.user:
            told = f"{confirmed.pk} · {confirmed.purpose} · {confirmed.count} people"
            access.note_look(request, AccessLog.BROADCAST, detail=told)
        return redirect("broadcast", broadcast.pk)
    return _show(request, broadcast, form)


@require_POST
@for_organisers
def steer(request: HttpRequest, broadcast: Broadcast, act: str) -> HttpResponse:
    """Pause, resume or cancel. Pressing twice is harmless."""
    {"pause": broadcasting.pause, "resume": broadcasting.resume, "cancel": broadcasting.cancel}[act](broadcast)
    return redirect("broadcast", broadcast.pk)


def _form(request: HttpRequest, broadcast: Broadcast) -> WordsForm:
    answers, initial = request.POST or None, initial_of(broadcast)
    if broadcast.purpose == Broadcast.Purpose.CHANGE:
        return WordsForm(answers, initial=initial)
    return BroadcastForm(answers, initial=initial, edition=broadcast.edition)


def _show(request: HttpRequest, broadcast: Broadcast, form: ConfirmForm | None = None) -> HttpResponse:
    if broadcast.state != State.DRAFT:
        context = {"broadcast": broadcast, "progress": progress(broadcast)}
        return _page(request, "staff/broadcast_progress.html", context)
    by_language = audiences.count(broadcast)
    if form is None:
        form = ConfirmForm(initial={"revision": broadcast.revision})
    context = {
        "broadcast": broadcast,
        "form": form,
        "by_language": [(each, by_language.get(each, 0)) for each in broadcast.languages],
        "total": sum(by_language.values()),
        "unreached": audiences.unreached(broadcast),
        "leaves_at_night": _leaves_at_night(broadcast),
        "letters": [(each, composing.sample(broadcast, each, request.user.name)) for each in broadcast.languages],
    }
    return _page(request, "staff/broadcast.html", context)


@csp_replace({"frame-src": [SELF]})
def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    broadcast = context["broadcast"]
    days = {day.number: day for day in broadcast.edition.days.all()}
    numbers = broadcast.audience["days"] or sorted(days)
    context |= {
        "days": [days[number] for number in numbers if number in days],
        "states": _states(broadcast),
        "changes": change_words.entries(broadcast.changes, page_language()),
    }
    return render(request, template, context)


def _leaves_at_night(broadcast: Broadcast) -> bool:
    """Whether it would reach people in their sleep. News never does."""
    is_night = promotion.is_night(broadcast.edition.tzinfo, timezone.now())
    return is_night and broadcast.purpose != Broadcast.Purpose.NEWS


def _states(broadcast: Broadcast) -> list[str]:
    return [str(Booking.State(state).label) for state in broadcast.audience["states"]]


def _differs(typed: int, count: int) -> str:
    return ngettext(
        "You typed %(typed)d. There is %(count)d person in the audience now.",
        "You typed %(typed)d. There are %(count)d people in the audience now.",
        count,
    ) % {"typed": typed, "count": count}

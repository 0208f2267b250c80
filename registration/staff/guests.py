"""Guests, for organisers: speakers by one press, others one at a time or as a list, on seats of their own."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.http import require_http_methods, require_POST

from forum import masking
from forum.accounts.roles import organiser_required
from forum.errors import Refused
from programme import queries
from programme.models import Appearance, Day, Edition, Speaker, Talk
from registration import access, enrolling, inviting
from registration.errors import DayFull, RegisteredAlready
from registration.forms.fields import AddressField
from registration.models import Booking, Quota, Registration
from registration.sign_up import Answers
from registration.staff.guest_forms import GUESTS, GuestForm, GuestListForm, Line, answers_of
from registration.views.pages import private

ABROAD = "en"


@dataclass(frozen=True)
class OnStage:
    """A speaker of the programme, the days on which they appear, and their living registration, if any."""

    speaker: Speaker
    days: list[Day]
    registration: Registration | None


@private
@require_http_methods(["GET", "HEAD", "POST"])
@organiser_required
def overview(request: HttpRequest) -> HttpResponse:
    """Everybody who is invited, masked, and a form for one more."""
    edition = _edition()
    form = GuestForm(request.POST or None, edition=edition)
    if form.is_valid():
        try:
            registration = enrolling.enrol(edition, form.answers(), form.key())
        except RegisteredAlready as refusal:
            return _lead_to(request, refusal)
        except Refused as refusal:
            form.add_error(None, said(refusal))
        else:
            access.note_look(request, "guest", registration)
            messages.success(request, _written(registration))
            return redirect("guests")
    access.note_look(request, "guests")
    return render(request, "staff/guests.html", _page(edition) | {"form": form})


@private
@require_http_methods(["GET", "HEAD", "POST"])
@organiser_required
def many(request: HttpRequest) -> HttpResponse:
    """A pasted list: all lines that make sense at once. What is refused stays in the box, with the reason."""
    edition = _edition()
    form = GuestListForm(request.POST or None, edition=edition)
    if form.is_valid():
        refused = [(line, why) for line in form.lines if (why := _enrol(request, edition, line, form.key()))]
        number = len(form.lines) - len(refused)
        if number:
            words = ngettext("%(number)d guest is registered.", "%(number)d guests are registered.", number)
            messages.success(request, words % {"number": number})
        if not refused:
            return redirect("guests")
        form.keep(refused)
    context = {"edition": queries.page_of(edition), "form": form, "seats": _seats(edition)}
    return render(request, "staff/guest_list.html", context)


@private
@require_POST
@organiser_required
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """A speaker's ticket, for the days on which they appear. Pressed twice it is one."""
    edition = _edition()
    speaker = get_object_or_404(_speakers(edition), pk=pk)
    address = AddressForm(request.POST)
    if not address.is_valid():
        messages.error(request, f"{speaker.name}: {address.errors['email'][0]}")
        return redirect("guests")
    try:
        registration = _enrol_speaker(edition, speaker, address.cleaned_data["email"])
    except RegisteredAlready as refusal:
        return _lead_to(request, refusal)
    except Refused as refusal:
        messages.error(request, said(refusal))
    else:
        access.note_look(request, "guest", registration)
        messages.success(request, _written(registration))
    return redirect("guests")


@private
@require_POST
@organiser_required
def make_guest(request: HttpRequest, public_id: str) -> HttpResponse:
    """Whoever registered as a citizen comes as a guest."""
    registration = get_object_or_404(_edition().registrations.exclude(name=""), public_id=public_id)
    category = request.POST.get("category")
    if category in dict(GUESTS):
        try:
            inviting.invite(registration, category)
        except Refused as refusal:
            messages.error(request, said(refusal))
        else:
            access.note_look(request, "guest", registration)
            messages.success(request, _("Comes as a guest now, on a seat of guests."))
    return redirect("desk_person", public_id)


class AddressForm(forms.Form):
    """Where a speaker's ticket is mailed. Speakers of the programme have no address there."""

    email = AddressField(required=False)


def said(refusal: Refused) -> str:
    """Why a guest was refused. That a day is full means the seats of guests."""
    if not isinstance(refusal, DayFull):
        return str(refusal)
    days = ", ".join(map(str, refusal.days))
    return _("No seat for guests is left on day %(days)s. Reserve more of them first.") % {"days": days}


def _enrol(request: HttpRequest, edition: Edition, line: Line, form_key: uuid.UUID) -> str:
    """Register one line. Answers why not, or nothing."""
    try:
        registration = enrolling.enrol(edition, line.answers, line.key(form_key))
    except Refused as refusal:
        return said(refusal)
    access.note_look(request, "guest", registration)
    return ""


def _enrol_speaker(edition: Edition, speaker: Speaker, email: str) -> Registration:
    """A ticket for the speaker; or, where the address has registered as a citizen, that registration as the speaker's.
    Raises RegisteredAlready where the speaker has a ticket."""
    try:
        return enrolling.enrol(edition, _answers(speaker, email), uuid.uuid4())
    except RegisteredAlready as refusal:
        if refusal.registration.is_guest:
            raise
        inviting.invite(refusal.registration, Registration.Category.SPEAKER, speaker)
        return refusal.registration


def _edition() -> Edition:
    page = queries.current_edition()
    if page is None:
        raise Http404
    return queries.edition_row(page.slug)


def _page(edition: Edition) -> dict[str, object]:
    guests = edition.registrations.living().exclude(category=Registration.Category.ATTENDEE)
    rows = list(guests.exclude(name="").prefetch_related("bookings__day").order_by("category", "name", "pk"))
    for row in rows:
        row.masked = masking.mask_name(row.name)
        row.living = [each for each in row.bookings.all() if each.state in Booking.LIVING]
    return {
        "edition": queries.page_of(edition),
        "seats": _seats(edition),
        "guests": rows,
        "stage": _stage(edition),
    }


def _seats(edition: Edition) -> list[tuple[Day, Quota | None]]:
    """Each day with the seats of its guests; None where nobody has set any aside."""
    quotas = {quota.day_id: quota for quota in Quota.objects.filter(day__edition=edition, share=Quota.Share.RESERVED)}
    return [(day, quotas.get(day.pk)) for day in edition.days.all()]


def _speakers(edition: Edition) -> QuerySet[Speaker]:
    """Whoever is named by a public talk that takes place."""
    on = Talk.objects.filter(state=Talk.State.PUBLISHED, session__state=Talk.State.PUBLISHED)
    appearances = Appearance.objects.filter(talk__in=on).select_related("talk__session__day")
    rows = edition.speakers.filter(appearances__in=appearances).distinct()
    return rows.prefetch_related(Prefetch("appearances", appearances, to_attr="public"))


def _stage(edition: Edition) -> list[OnStage]:
    speakers = list(_speakers(edition))
    theirs = Registration.objects.living().filter(speaker__in=speakers)
    by_speaker = {registration.speaker_id: registration for registration in theirs}
    return [OnStage(speaker, _days(speaker), by_speaker.get(speaker.pk)) for speaker in speakers]


def _days(speaker: Speaker) -> list[Day]:
    days = {appearance.talk.session.day for appearance in speaker.public}
    return sorted(days, key=lambda day: day.number)


def _answers(speaker: Speaker, email: str) -> Answers:
    """As the programme names them: who lives abroad in their own letters, and in English."""
    is_abroad = speaker.country and speaker.country.code != "KR" and speaker.name_en
    with override(ABROAD if is_abroad else "ko"):
        name, organisation = speaker.name[:60], speaker.affiliation[:60]
    days = [day.number for day in _days(speaker)]
    return answers_of(speaker.edition, Registration.Category.SPEAKER, name, organisation, email, days, speaker=speaker)


def _written(registration: Registration) -> str:
    """What has been done for the guest."""
    if registration.email:
        return _("Registered. The ticket is on its way to %(email)s.") % {"email": registration.email}
    return _("Registered, without an e-mail address. Show or print the ticket, or tell the desk code.")


def _lead_to(request: HttpRequest, refusal: RegisteredAlready) -> HttpResponse:
    messages.warning(request, _("There is a registration already. This is it."))
    return redirect("desk_person", refusal.registration.public_id)

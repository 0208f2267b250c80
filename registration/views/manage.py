"""Changing a registration behind its secret link. Every change is a POST, since mail scanners open links."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from forum.errors import Refused
from programme import queries
from registration import access, booking, changing, consent, reconfirming, waiting_list
from registration.errors import DayFull, NoSeat, OfferOver
from registration.forms import ChangeForm, OfferForm, ReleaseForm
from registration.models import Booking, ConsentNotice, Quota, Registration
from registration.queries import days_of
from registration.views.pages import private


@private
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Days and details, until changes close. A `day` in the address is ticked beforehand: a mail asked about it."""
    registration = access.registration_of(request, public_id)
    page = {"edition": queries.edition(registration.edition.slug), "registration": registration}
    if registration.cancelled_at:
        return redirect("registration:ticket", public_id)
    if not changing.is_open(registration.edition):
        return render(request, "registration/changes_closed.html", page)
    held = list(registration.bookings.living().select_related("day"))
    said = _said(registration, [*(each.day.number for each in held), *request.GET.getlist("day")])
    answered = consent.latest_about(registration, ConsentNotice.Kind.OPTIONAL)
    share = Quota.share_of(registration.category)
    facts = {
        "edition": registration.edition,
        "bookings": held,
        "answered": answered,
        "share": share,
        "initial": said,
    }
    form = ChangeForm(request.POST or None, **facts)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if data.get("optional"):
            consent.answer_optional(registration, agreed=True)
        try:
            changing.change(registration, data["days"], said | data, data["may_wait"])
        except DayFull as refusal:
            form.refuse_full(refusal.days)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("registration:ticket", public_id)
        else:
            messages.success(request, _("Your registration has been changed."))
            return redirect("registration:ticket", public_id)
    return render(request, "registration/edit.html", page | {"form": form})


@private
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take the seat that became free, or leave it to the next: two buttons."""
    registration = access.registration_of(request, public_id)
    form = OfferForm(request.POST or None, registration=registration)
    if request.method == "POST" and form.is_valid():
        return _answer(request, registration, **form.cleaned_data)
    offers = registration.bookings.filter(state=Booking.State.OFFERED).select_related("day")
    offered = offers.filter(offered_until__gt=timezone.now()).first()
    if offered is None:
        latest = {each.state for _day, each in days_of(registration) if each}
        if latest & {Booking.State.OFFERED, Booking.State.LAPSED}:
            messages.error(request, str(OfferOver.message))
        return redirect("registration:ticket", public_id)
    context = {
        "edition": queries.edition(registration.edition.slug),
        "registration": registration,
        "booking": offered,
        "until": offered.offered_until.astimezone(registration.edition.tzinfo),
    }
    return render(request, "registration/offer.html", context)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def coming(request: HttpRequest, public_id: str) -> HttpResponse:
    """“Are you coming?”: two buttons, and of two days a choice which to release."""
    registration = access.registration_of(request, public_id)
    answer = request.POST.get("answer")
    seats = registration.bookings.confirmed().select_related("day")
    form = ReleaseForm(request.POST if answer == "release" else None, bookings=seats)
    if not form.bookings:
        messages.error(request, str(NoSeat.message))
        return redirect("registration:ticket", public_id)
    if answer == "coming":
        return _say_coming(request, registration)
    if form.is_valid():
        reconfirming.release(registration, form.cleaned_data["days"])
        messages.success(
            request, _("You have released your seat, and somebody else can have it. Thank you for telling us.")
        )
        return redirect("registration:ticket", public_id)
    context = {"edition": queries.edition(registration.edition.slug), "registration": registration, "form": form}
    return render(request, "registration/coming.html", context)


@private
@require_POST
def undo(request: HttpRequest, public_id: str) -> HttpResponse:
    registration = access.registration_of(request, public_id)
    wanted = {each.day.number for each in booking.undoable(registration)}
    try:
        given = booking.undo_cancel(registration)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        if wanted.issubset(given):
            messages.success(request, _("You have your seat again."))
        else:
            messages.warning(request, _("You have one seat again. The other has been given to somebody else."))
    return redirect("registration:ticket", public_id)


@private
@require_POST
def replace_link(request: HttpRequest, public_id: str) -> HttpResponse:
    """End every link mailed so far; this browser keeps its access."""
    registration = access.registration_of(request, public_id)
    changing.replace_link(registration)
    messages.success(request, _("The old link has ended. A new one is in your mail."))
    response = redirect("registration:ticket", public_id)
    access.grant(request, response, registration)
    return response


def _answer(request: HttpRequest, registration: Registration, asked: Booking, answer: str) -> HttpResponse:
    try:
        if answer == OfferForm.TAKE:
            waiting_list.accept(asked)
            messages.success(request, _("The seat is yours."))
        elif waiting_list.decline(asked):
            messages.success(request, _("Somebody else can have the seat now. Thank you for telling us."))
    except OfferOver as refusal:
        waiting_list.lapse(asked)  # not in a minute but now, so that the ticket can offer the line again
        messages.error(request, str(refusal))
    return redirect("registration:ticket", registration.public_id)


def _say_coming(request: HttpRequest, registration: Registration) -> HttpResponse:
    try:
        reconfirming.say_coming(registration)
    except NoSeat as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Thank you. See you there."))
    return redirect("registration:ticket", registration.public_id)


def _said(registration: Registration, days: list[object]) -> dict[str, object]:
    return {"days": days} | {column: getattr(registration, column) for column in changing.DETAILS}

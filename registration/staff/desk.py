"""The desk: find somebody, open one registration at a time, show or print the ticket. Every look is logged."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from forum import masking
from forum.accounts.roles import steward_required
from forum.limits import TooMany, spend
from programme import queries
from programme.models import Edition
from registration import access, crockford, printing, reaching, searching, ticketing
from registration.checkin import desks
from registration.checkin.models import Attendance, Scan
from registration.models import Booking, Registration
from registration.queries import days_of
from registration.staff.at_desk import Desk, choose_point, desk_at, registration_at
from registration.staff.desk_forms import ReasonForm
from registration.staff.guest_forms import GUESTS
from registration.views.pages import private

SEARCHES_A_MINUTE = 60
CAME_BY = "by"  # in the address of an opened registration: how it was found


@dataclass(frozen=True)
class Row:
    """A person of a search, masked. `booking` is what they have today, or None."""

    public_id: str
    name: str
    category: str
    code_last4: str
    booking: Booking | None
    days: list[Booking]
    is_cancelled: bool
    is_in: bool
    by: str


@private
@require_http_methods(["GET", "HEAD", "POST"])
@steward_required
def search(request: HttpRequest) -> HttpResponse:
    """The box, and who was found. Asked by POST: names stay out of addresses and logs of servers."""
    if "point" in request.GET:
        choose_point(request, request.GET["point"])
        return redirect("desk")
    desk = desk_at(request)
    context = _page(desk) | {"q": request.POST.get("q", "")[:60]}
    if request.method == "POST":
        context |= _found(request, desk, context["q"])
    return render(request, "staff/desk.html", context)


@private
@require_safe
@steward_required
def person(request: HttpRequest, public_id: str) -> HttpResponse:
    """One registration, as far as the desk needs it, and what can be done."""
    desk = desk_at(request)
    registration = registration_at(desk, public_id)
    access.note_look(request, "open", registration)
    return show_person(request, desk, registration)


@private
@require_safe
@steward_required
def ticket(request: HttpRequest, public_id: str) -> HttpResponse:
    """The QR, large enough for the other side of the desk."""
    desk = desk_at(request)
    registration = registration_at(desk, public_id)
    if registration.cancelled_at:
        return redirect("desk_person", public_id)
    access.note_look(request, "show ticket", registration)
    side, path = ticketing.qr_path(ticketing.text_of(ticketing.issue(registration)))
    context = _page(desk) | {"registration": registration, "qr_side": side, "qr_path": path}
    return render(request, "staff/desk_ticket.html", context)


@private
@require_safe
@steward_required
def pdf(request: HttpRequest, public_id: str) -> HttpResponse:
    """The ticket to print, in the person's language."""
    registration = registration_at(desk_at(request), public_id)
    if registration.cancelled_at:
        return redirect("desk_person", public_id)
    access.note_look(request, "print ticket", registration)
    with override(registration.language):
        paper, name = printing.ticket(registration), printing.file_name(registration)
    disposition = content_disposition_header(as_attachment=False, filename=name)
    return HttpResponse(paper, content_type="application/pdf", headers={"Content-Disposition": disposition})


def show_person(
    request: HttpRequest, desk: Desk, registration: Registration, reason: ReasonForm | None = None
) -> HttpResponse:
    days = days_of(registration)
    booking = next((each for day, each in days if desk.day and day.pk == desk.day.pk), None)
    stay = desks.stay_of(registration, desk.point) if desk.point else None
    entry = desks.last_entry(desk.device, registration, desk.point) if stay and stay.first_in_at else None
    context = _page(desk) | {
        "registration": registration,
        "email": masking.mask_email(registration.email),
        "mail": reaching.last_mail(registration),
        "moments": _moments(desk.edition, registration, stay),
        "days": days,
        "booking": booking,
        "stay": stay,
        "entry": entry,
        "situation": _situation(registration, booking, stay),
        "reason": reason or ReasonForm(),
        "categories": GUESTS if desk.device.is_supervisor and not registration.is_guest else [],
        "by": request.GET.get(CAME_BY, ""),
        "scan_ids": [uuid.uuid4() for _ in range(3)],
    }
    return render(request, "staff/desk_person.html", context)


def _moments(edition: Edition, registration: Registration, stay: Attendance | None) -> dict[str, dt.datetime | None]:
    """When what happened, by the clocks of the hall."""
    moments = {
        "registered": registration.created_at,
        "cancelled": registration.cancelled_at,
        "came": stay and stay.first_in_at,
    }
    return {name: at and at.astimezone(edition.tzinfo) for name, at in moments.items()}


def _page(desk: Desk) -> dict[str, object]:
    return {"desk": desk, "edition": queries.page_of(desk.edition)}


def _situation(registration: Registration, booking: Booking | None, stay: Attendance | None) -> str:
    """What the page offers first."""
    if stay and stay.inside:
        return "inside"
    if registration.cancelled_at:
        return "over"
    return "seat" if booking and booking.state == Booking.State.CONFIRMED else "no_seat"


def _found(request: HttpRequest, desk: Desk, text: str) -> dict[str, object]:
    try:
        spend(f"search:{request.user.pk}", allowed=SEARCHES_A_MINUTE, seconds=60)
        people, more = searching.find(desk.edition, text)
    except (searching.AskForMore, TooMany) as refusal:
        return {"refusal": str(refusal)}
    access.note_look(request, "search", detail=text)
    return {"rows": _rows(desk, people, text), "more": more}


def _rows(desk: Desk, people: Iterable[Registration], text: str) -> list[Row]:
    people, inside = list(people), set()
    if desk.point:
        here = Attendance.objects.filter(point=desk.point, registration__in=people, inside=True)
        inside = set(here.values_list("registration", flat=True))
    code = crockford.tidy(text)
    return [_row(desk, each, code, is_in=each.pk in inside) for each in people]


def _row(desk: Desk, person: Registration, code: str, *, is_in: bool) -> Row:
    latest = {each.day_id: each for each in sorted(person.bookings.all(), key=lambda each: each.pk)}
    by_code = code in (person.desk_code, person.desk_code[-searching.LAST :])
    return Row(
        public_id=person.public_id,
        name=masking.mask_name(person.name),
        category=person.get_category_display() if person.is_guest else "",
        code_last4=person.desk_code[-searching.LAST :],
        booking=latest.get(desk.day.pk) if desk.day else None,
        days=sorted(latest.values(), key=lambda each: each.day.number),
        is_cancelled=person.cancelled_at is not None,
        is_in=is_in,
        by=Scan.Method.DESK if by_code else Scan.Method.SEARCH,
    )

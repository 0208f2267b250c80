"""The ticket, behind its secret link."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forum.limits import TooMany, spend
from forum.outbox import records
from programme import queries
from programme.models import Day
from registration import (
    access,
    booking,
    calendars,
    certifying,
    changing,
    consent,
    links,
    notices,
    printing,
    promotion,
    reaching,
    ticketing,
)
from registration.forms import CancelForm
from registration.models import Booking, Registration
from registration.queries import days_of, position
from registration.views.pages import link_unknown, private

State = Booking.State


@private
@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Take the secret out of the address: remember it in a cookie and go on to a clean one.

    `to` is one of PAGES; a `day` is what the page of changes ticks beforehand.
    """
    registration = links.registration_behind(token)
    if registration is None:
        return link_unknown(request)
    with override(registration.language):
        page = request.GET.get("to")
        name = page if page in links.PAGES else "ticket"
        days = f"?{urlencode({'day': request.GET.getlist('day')}, doseq=True)}" if "day" in request.GET else ""
        response = redirect(reverse(f"registration:{name}", args=[registration.public_id]) + days)
    access.grant(request, response, registration)
    return response


@private
@require_safe
def ticket(request: HttpRequest, public_id: str) -> HttpResponse:
    try:
        registration = access.registration_of(request, public_id)
    except Http404:
        return link_unknown(request)
    if request.method == "GET":
        ticketing.note_opening(registration)
    context = _context(registration)
    context |= (
        _afterwards(registration, context["confirmed_days"])
        | _line(registration, context["days"])
        | {"mail": reaching.last_mail(registration)}
    )
    if registration.cancelled_at is None:
        side, path = ticketing.qr_path(ticketing.text_of(ticketing.issue(registration)))
        context |= {"qr_side": side, "qr_path": path}
    return render(request, "registration/ticket.html", context)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask once, then give the seats back. The question is a page of its own, since mail scanners open links."""
    registration = access.registration_of(request, public_id)
    form = CancelForm(request.POST or None, bookings=registration.bookings.living().select_related("day"))
    if request.method == "POST" and form.is_valid():
        booking.cancel(registration, form.cleaned_data["days"])
        return redirect("registration:ticket", public_id)
    return render(request, "registration/cancel.html", _context(registration) | {"form": form})


@private
@require_POST
def mail_again(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send the ticket once more, at once, to the address that it was registered with."""
    registration = access.registration_of(request, public_id)
    if registration.cancelled_at is None:
        try:
            spend(f"mail-again:{registration.uuid}", allowed=notices.REPEATS_A_DAY, seconds=24 * 3600)
        except TooMany as refusal:
            messages.error(request, str(refusal))
        else:
            notices.link_again(registration)
            messages.success(
                request,
                _("It is on its way again to %(email)s. That can take some minutes.") % {"email": registration.email},
            )
    return redirect("registration:ticket", public_id)


@private
@require_safe
def calendar(request: HttpRequest, public_id: str) -> HttpResponse:
    registration = access.registration_of(request, public_id)
    return HttpResponse(
        calendars.registration_calendar(registration),
        content_type="text/calendar; charset=utf-8; method=PUBLISH",
        headers={"Content-Disposition": 'attachment; filename="forum.ics"'},
    )


@private
@require_safe
def qr_png(request: HttpRequest, public_id: str) -> HttpResponse:
    """The QR as a picture. Who has no seat has none."""
    registration = access.registration_of(request, public_id)
    if not registration.bookings.confirmed().exists():
        raise Http404
    return HttpResponse(ticketing.qr_png(ticketing.text_of(ticketing.issue(registration))), content_type="image/png")


@private
@require_safe
def pdf(request: HttpRequest, public_id: str) -> HttpResponse:
    """The ticket to print. Who has no seat has none."""
    registration = access.registration_of(request, public_id)
    if not registration.bookings.confirmed().exists():
        raise Http404
    name = content_disposition_header(as_attachment=False, filename=printing.file_name(registration))
    return HttpResponse(
        printing.ticket(registration), content_type="application/pdf", headers={"Content-Disposition": name}
    )


def _context(registration: Registration) -> dict[str, object]:
    edition = queries.edition(registration.edition.slug)
    days = days_of(registration)
    confirmed = [day for day, each in days if each and each.state == State.CONFIRMED]
    return {
        "edition": edition,
        "registration": registration,
        "days": days,
        "confirmed_days": confirmed,
        "google_links": [(day, calendars.google_link(day)) for day in confirmed],
        "free_again": booking.free_again(registration),
        "can_change": changing.is_open(registration.edition),
    }


def _afterwards(registration: Registration, seats: list[Day]) -> dict[str, object]:
    """What there is once a day is over: the certificate and the survey for whoever came."""
    now = timezone.now()
    to_come = [day for day in seats if day.span[1] > now]
    return {
        "certificate_days": certifying.days(registration, now),
        "next_day": to_come[0] if to_come else None,
        "is_over": bool(seats) and not to_come,
        "survey_url": registration.edition.survey_url,
        "kept_until": consent.erasure_date(registration.edition),
    }


def _line(registration: Registration, days: list[tuple[Day, Booking | None]]) -> dict[str, object]:
    """Where the person stands in the lines: waits, is asked, or has lost the place and why, and may come back.

    Whether a line closed or an offer was left is known by the mail about it.
    """
    now, zone = timezone.now(), registration.edition.tzinfo
    booked = [(day, each) for day, each in days if each]
    offered = [(day, each.offered_until) for day, each in booked if each.state == State.OFFERED]
    lost = [day for day, each in booked if each.state == State.LAPSED] + [day for day, until in offered if until <= now]
    return {
        "waiting": [(day, position(each)) for day, each in booked if each.state == State.WAITING],
        "standby": [day for day, each in booked if each.state == State.STANDBY],
        "offers": [(day, until.astimezone(zone)) for day, until in offered if until > now],
        "lost": [(day, now < promotion.line_closes_at(day)) for day in lost],
        "line_closed": any(mail["kind"] == "line_closed" for mail in records.mails_about(registration.uuid)),
        "had_seat": registration.bookings.filter(confirmed_at__isnull=False).exists(),
    }

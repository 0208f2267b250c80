"""Registering somebody who stands at the desk, or calls."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from forum.accounts.roles import steward_required
from forum.errors import Refused
from programme import queries
from registration import access, enrolling
from registration.checkin import walking_in
from registration.errors import DayFull, RegisteredAlready
from registration.normalising import likely_address
from registration.staff.at_desk import desk_at
from registration.staff.desk_acts import tell
from registration.staff.desk_forms import TelephoneForm, WalkInForm
from registration.views.pages import private

BEGIN = "begin"  # posted by a page that knows the name already


@private
@require_http_methods(["GET", "HEAD", "POST"])
@steward_required
def walk_in(request: HttpRequest) -> HttpResponse:
    """Name, address if any, consent, one button: registered, seated and let in, and the ticket on the screen."""
    desk = desk_at(request)
    begins = BEGIN in request.POST
    known = {name: request.POST.get(name, "") for name in ("name", "email")} if begins else None
    form = WalkInForm(None if begins else request.POST or None, edition=desk.edition, initial=known)
    if desk.point and form.has_notice and form.is_valid():
        try:
            came = walking_in.walk_in(desk.device, desk.point, form.answers(), form.key())
        except RegisteredAlready as refusal:
            return _lead_to(request, refusal)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            access.note_look(request, "walk-in", came.registration)
            tell(request, came.answer)
            _hint(request, form.cleaned_data["email"])
            return redirect("desk_ticket", came.registration.public_id)
    context = {"desk": desk, "edition": queries.page_of(desk.edition), "form": form}
    return render(request, "staff/walk_in.html", context)


@private
@require_http_methods(["GET", "HEAD", "POST"])
@steward_required
def telephone(request: HttpRequest) -> HttpResponse:
    """Register a caller for the days that they choose. Without an address they are found at the desk by name."""
    desk = desk_at(request)
    form = TelephoneForm(request.POST or None, edition=desk.edition)
    if form.has_notice and form.is_valid():
        try:
            registration = enrolling.enrol(desk.edition, form.answers(), form.key())
        except RegisteredAlready as refusal:
            return _lead_to(request, refusal)
        except DayFull as refusal:
            form.refuse_full(refusal.days)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            access.note_look(request, "telephone", registration)
            messages.success(request, _("Registered. Tell the caller the desk code."))
            _hint(request, form.cleaned_data["email"])
            return redirect("desk_person", registration.public_id)
    is_open = form.panel.is_open and form.has_notice
    context = {"desk": desk, "edition": queries.page_of(desk.edition), "form": form, "is_open": is_open}
    return render(request, "staff/telephone.html", context)


def _lead_to(request: HttpRequest, refusal: RegisteredAlready) -> HttpResponse:
    """Staff may see it: who is registered needs no second registration."""
    messages.warning(request, _("This address is registered already. This is its registration."))
    return redirect("desk_person", refusal.registration.public_id)


def _hint(request: HttpRequest, email: str) -> None:
    likely = likely_address(email)
    if likely:
        messages.warning(request, _("Is the address right? Perhaps it is %(address)s.") % {"address": likely})

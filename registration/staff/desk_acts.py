"""What a steward does with an opened registration: in, out, back, against the list, and the link once more."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from forum.accounts.roles import steward_required
from forum.errors import Refused
from forum.limits import spend
from registration import access, notices, reaching
from registration.checkin import desks, walking_in
from registration.checkin.admission import Answer
from registration.checkin.models import Point, Scan, Verdict
from registration.checkin.projection import STANDBY
from registration.errors import NothingToday
from registration.models import Registration
from registration.staff.at_desk import Desk, desk_at, registration_at
from registration.staff.desk import show_person
from registration.staff.desk_forms import ReasonForm
from registration.views.pages import View, private

GOOD = {
    Verdict.ADMITTED: gettext_lazy("Checked in."),
    Verdict.ADMITTED_AGAIN: gettext_lazy("Checked in again. Welcome back."),
    Verdict.EXITED: gettext_lazy("Recorded as gone out."),
    Verdict.VOIDED: gettext_lazy("The check-in has been taken back."),
}
BAD = {
    Verdict.ALREADY_IN: gettext_lazy("Already checked in, so nothing was counted."),
    Verdict.WAITLISTED: gettext_lazy("On stand-by, and not let in: there is no seat, and stand-by has not begun."),
    Verdict.HALL_FULL: gettext_lazy("On stand-by, and not let in: the hall is full. Try again when somebody leaves."),
    Verdict.VOID_REFUSED: gettext_lazy("Only an organiser takes back what is older than ten minutes, or another’s."),
}


Act = Callable[[HttpRequest, Desk, Registration], HttpResponse | None]


def _act(act: Act) -> View:
    """One press on the page of a person, which is shown again with what it came to."""

    @private
    @require_POST
    @steward_required
    @wraps(act)
    def view(request: HttpRequest, public_id: str) -> HttpResponse:
        desk = desk_at(request)
        registration = registration_at(desk, public_id)
        try:
            answer = act(request, desk, registration)
        except Refused as refusal:
            answer = messages.error(request, str(refusal))
        return answer or redirect("desk_person", registration.public_id)

    return view


@_act
def check_in(request: HttpRequest, desk: Desk, registration: Registration) -> None:
    """Scan the ticket here, in or out."""
    direction = Scan.Direction.OUT if request.POST.get("direction") == "out" else Scan.Direction.IN
    method = Scan.Method.DESK if request.POST.get("by") == Scan.Method.DESK else Scan.Method.SEARCH
    point, scan_id = _where(desk), _scan_id(request)
    tell(request, desks.admit(desk.device, point, registration, scan_id, method=method, direction=direction))


@_act
def join(request: HttpRequest, desk: Desk, registration: Registration) -> None:
    """A free seat of today for who has none, or stand-by."""
    tell(request, walking_in.join(desk.device, _where(desk), registration, _scan_id(request)))


@_act
def undo(request: HttpRequest, desk: Desk, registration: Registration) -> None:
    """Take the last check-in of the person back."""
    entry = desks.last_entry(desk.device, registration, _where(desk))
    if entry is None:
        messages.warning(request, str(BAD[Verdict.VOID_REFUSED]))
    else:
        tell(request, desks.take_back(desk.device, entry, _scan_id(request)))


@_act
def override(request: HttpRequest, desk: Desk, registration: Registration) -> HttpResponse | None:
    """Let somebody in against the list: an organiser's decision, with a reason."""
    if not desk.device.is_supervisor:
        raise PermissionDenied
    form = ReasonForm(request.POST)
    if not form.is_valid():
        access.note_look(request, "open", registration)
        return show_person(request, desk, registration, form)
    reason = form.cleaned_data["reason"]
    tell(request, desks.admit(desk.device, _where(desk), registration, _scan_id(request), reason=reason))
    return None


@_act
def mail(request: HttpRequest, desk: Desk, registration: Registration) -> None:
    """Send the link once more to the address that we know."""
    if not registration.email or registration.cancelled_at:
        return
    spend(f"mail-again:{registration.uuid}", allowed=notices.REPEATS_A_DAY, seconds=24 * 3600)
    access.note_look(request, "write again", registration)
    send = reaching.try_again if registration.unreachable_since else notices.link_again
    send(registration)
    messages.success(request, _("The link is on its way again."))


def tell(request: HttpRequest, answer: Answer | None) -> None:
    """Say what the door said. A press that was sent twice says nothing the second time."""
    if answer is None:
        return
    verdict = answer.scan.verdict
    if verdict == Verdict.ADMITTED and STANDBY in answer.scan.flags:
        messages.success(request, _("Let in on stand-by, without a seat."))
    elif verdict in GOOD:
        messages.success(request, str(GOOD[verdict]))
    else:
        label = BAD.get(verdict, Verdict(verdict).label)
        messages.warning(request, str(label))


def _where(desk: Desk) -> Point:
    if desk.point is None:
        raise NothingToday
    return desk.point


def _scan_id(request: HttpRequest) -> uuid.UUID:
    """Made by the page, so that a press that is sent twice counts once."""
    try:
        return uuid.UUID(request.POST.get("scan_id", ""))
    except ValueError:
        return uuid.uuid4()

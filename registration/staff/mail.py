"""How our mail is, for organisers: whether it leaves, whether it arrives, and what to do if not."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from forum.accounts.roles import organiser_required
from forum.limits import TooMany, spend
from forum.outbox.doctor import probe
from forum.outbox.doctor.examination import examine
from forum.outbox.models import Message
from programme import queries

PROBES, WITHIN = 10, 600  # seconds


@never_cache
@require_safe
@organiser_required
def mail(request: HttpRequest) -> HttpResponse:
    """What the doctor finds, and what became of the probe that was just sent."""
    sent = _probe(request)
    context = {
        "edition": queries.current_edition(),
        "findings": examine(),
        "probe": sent and probe.fate_of(sent),
        "address": request.user.email,
    }
    return render(request, "staff/mail.html", context)


@never_cache
@require_POST
@organiser_required
def send_probe(request: HttpRequest) -> HttpResponse:
    """To the organiser's own address, and to no other."""
    try:
        spend(f"probe:{request.user.pk}", allowed=PROBES, seconds=WITHIN)
    except TooMany as refusal:
        messages.error(request, str(refusal))
        return redirect("staff_mail")
    message = probe.send(request.user.email)
    return redirect(f"{reverse('staff_mail')}?probe={message.uuid}")


def _probe(request: HttpRequest) -> Message | None:
    try:
        number = UUID(request.GET.get("probe", ""))
    except ValueError:
        return None
    return Message.objects.filter(uuid=number, kind="probe", to_email=request.user.email).first()

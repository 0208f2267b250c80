"""Organisers hand out phones: make a device, show its pairing code, see how all are doing, end one."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forum.accounts.roles import organiser_required
from programme.models import Edition
from registration.checkin import devices, pairing, reviewing
from registration.checkin.models import Device, Point
from registration.forms.fields import TidyField
from registration.ticketing import qr_path

ENDS_AFTER = dt.timedelta(hours=12)  # after the forum
SHORTEST = dt.timedelta(hours=12)
SILENT_AFTER = dt.timedelta(minutes=5)
LOCAL = {"type": "datetime-local"}
FORMAT = "%Y-%m-%dT%H:%M"


class DeviceForm(forms.Form):
    """A phone for a door. Times are told as on the clocks of the hall."""

    label = TidyField(
        label=_("Name of the phone"),
        help_text=_("Stewards and lists call it by this, such as “Phone 3”."),
        max_length=80,
        too_long=_("The name can be up to %(limit_value)d characters. It is %(show_value)d now."),
        error_messages={"required": _("Give the phone a name.")},
    )
    gate = TidyField(
        label=_("Gate"),
        help_text=_("Shown when somebody comes a second time."),
        max_length=40,
        required=False,
        too_long=_("The gate can be up to %(limit_value)d characters. It is %(show_value)d now."),
    )
    rights = forms.ChoiceField(label=_("It may"), choices=Device.Rights.choices, widget=forms.RadioSelect)
    points = forms.ModelMultipleChoiceField(
        Point.objects.none(),
        label=_("Points"),
        help_text=_("None chosen: every point of the edition."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    valid_from = forms.DateTimeField(label=_("Valid from"), widget=forms.DateTimeInput(attrs=LOCAL, format=FORMAT))
    valid_until = forms.DateTimeField(label=_("Valid until"), widget=forms.DateTimeInput(attrs=LOCAL, format=FORMAT))

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        self.edition, self.latest = edition, _latest_end(edition)
        now = timezone.now()
        times = {"valid_from": now.astimezone(edition.tzinfo), "valid_until": self.latest.astimezone(edition.tzinfo)}
        super().__init__(*args, initial={"rights": Device.Rights.SCAN, **times}, **kwargs)
        self.fields["points"].queryset = edition.points.select_related("day__edition")

    def clean_valid_from(self) -> dt.datetime:
        return self.cleaned_data["valid_from"].replace(tzinfo=self.edition.tzinfo)

    def clean_valid_until(self) -> dt.datetime:
        until = self.cleaned_data["valid_until"].replace(tzinfo=self.edition.tzinfo)
        if until > self.latest + dt.timedelta(minutes=1):
            raise ValidationError(_("A phone is valid until twelve hours after the forum at most."))
        if until <= timezone.now():
            raise ValidationError(_("This moment has passed."))
        return until

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("valid_from") and data.get("valid_until") and data["valid_from"] >= data["valid_until"]:
            self.add_error("valid_until", _("It must be later than the moment from which it is valid."))
        return data

    def save(self) -> Device:
        data = self.cleaned_data
        facts = {name: data[name] for name in ("label", "gate", "rights", "valid_from", "valid_until")}
        return Device.objects.create(edition=self.edition, points=[point.pk for point in data["points"]], **facts)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@organiser_required
def overview(request: HttpRequest) -> HttpResponse:
    """All phones with how they are, and a form for another one."""
    edition = get_object_or_404(Edition, is_current=True)
    form = DeviceForm(request.POST or None, edition=edition)
    if request.method == "POST" and form.is_valid():
        device = form.save()
        pairing.offer(device)
        return redirect("device", device.uuid)
    rows = [_with_state(device) for device in edition.devices.select_related("user", "edition")]
    context = {"form": form, "devices": rows, "to_review": reviewing.waiting(edition).count()}
    return render(request, "staff/devices.html", context)


@never_cache
@require_safe
@organiser_required
def one(request: HttpRequest, device: uuid.UUID) -> HttpResponse:
    """One phone: its pairing code while there is one, else how it is."""
    row = _with_state(_device(device))
    code = pairing.offered(row)
    context = {"device": row, "points": row.edition.points.filter(pk__in=row.points).select_related("day__edition")}
    if code:
        side, path = qr_path(pairing.url_of(code))
        context |= {"code": pairing.for_people(code), "qr_side": side, "qr_path": path}
    return render(request, "staff/device.html", context)


@require_POST
@organiser_required
def offer(request: HttpRequest, device: uuid.UUID) -> HttpResponse:
    """Another pairing code: the one before it ends."""
    row = _device(device)
    if row.paired_at is None and row.revoked_at is None:
        pairing.offer(row)
    return redirect("device", device)


@require_POST
@organiser_required
def revoke(request: HttpRequest, device: uuid.UUID) -> HttpResponse:
    devices.revoke(_device(device))
    return redirect("device", device)


@require_POST
@organiser_required
def order(request: HttpRequest, device: uuid.UUID) -> HttpResponse:
    """Have the phone load its list anew, or forget everything, at its next contact."""
    command = request.POST.get("command")
    if command in Device.Command.values:
        devices.order(_device(device), command)
    return redirect("device", device)


def _device(name: uuid.UUID) -> Device:
    return get_object_or_404(Device.objects.select_related("edition", "user"), uuid=name)


def _with_state(device: Device) -> Device:
    """With `state`, one word for how it is, `clock_seconds` that its clock is off, and times as in the hall."""
    now, here = timezone.now(), device.edition.tzinfo
    for name in ("valid_from", "valid_until", "pairing_until"):
        moment = getattr(device, name)
        setattr(device, name, moment and moment.astimezone(here))
    device.clock_seconds = round(device.clock_offset_ms / 1000)
    if device.revoked_at:
        device.state = "revoked"
    elif device.valid_until <= now:
        device.state = "expired"
    elif device.paired_at is None:
        device.state = "waiting"
    elif device.last_seen_at is None or device.last_seen_at < now - SILENT_AFTER:
        device.state = "silent"
    else:
        device.state = "there"
    return device


def _latest_end(edition: Edition) -> dt.datetime:
    ends = [day.span[1] for day in edition.days.all()]
    return max([timezone.now() + SHORTEST, *(end + ENDS_AFTER for end in ends)])

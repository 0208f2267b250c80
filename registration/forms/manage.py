"""What can be changed behind the secret link, and asking for the link."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registration.forms.days import DayHeading, DaysForm
from registration.forms.details import DetailsForm
from registration.forms.fields import AddressField
from registration.models import Booking, Registration


class ChangeForm(DaysForm, DetailsForm):
    """Days and details of a registration."""

    field_order = ["may_wait", "days", "takes_any_seat", "name", "organisation", "field"]


class OfferForm(forms.Form):
    """The two buttons under an offered seat. What was offered is named, so that an old page answers nothing else."""

    TAKE, DECLINE = "take", "decline"

    asked = forms.ModelChoiceField(queryset=Booking.objects.none())
    answer = forms.ChoiceField(choices=[(TAKE, TAKE), (DECLINE, DECLINE)])

    def __init__(self, *args: Any, registration: Registration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["asked"].queryset = registration.bookings.all()


class EmailForm(forms.Form):
    email = AddressField(label=_("New e-mail address"))


class ResendForm(forms.Form):
    email = AddressField()


class CancelForm(forms.Form):
    """Which days to give back. With one day booked there is nothing to choose."""

    days = forms.TypedMultipleChoiceField(
        label=_("Days"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose the day that you want to cancel."),
            "invalid_choice": _("This day is not booked any more. Look at your ticket again."),
        },
    )

    def __init__(self, *args: Any, bookings: Iterable[Booking], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bookings = list(bookings)
        self.fields["days"].choices = [(each.day.number, DayHeading(each.day)) for each in self.bookings]

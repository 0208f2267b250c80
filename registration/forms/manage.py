"""What can be changed behind the secret link, and asking for the link."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from programme.language import page_language
from programme.models import Edition
from registration import queries
from registration.consent import newest_notices
from registration.forms.consents import ConsentsForm
from registration.forms.days import DayHeading, DaysForm
from registration.forms.fields import AddressField
from registration.models import Booking, Consent, ConsentNotice, Quota, Registration

EVER = dt.datetime.min.replace(tzinfo=dt.UTC)  # guests do not wait for the opening


class ChangeForm(DaysForm, ConsentsForm):
    """Days and details of a registration, which has these living `bookings`. `answered` is the person's last answer
    about optional details: who has agreed is not asked again. Guests choose among the seats of their `share`."""

    field_order = ["may_wait", "days", "takes_any_seat", "name", "organisation", "field"]

    def __init__(
        self,
        *args: Any,
        edition: Edition,
        bookings: Iterable[Booking] = (),
        answered: Consent | None = None,
        share: str = Quota.Share.PUBLIC,
        **kwargs: Any,
    ) -> None:
        self.share = share
        self.bookings = {each.day.number: each for each in bookings}
        super().__init__(*args, edition=edition, holds=self.bookings, **kwargs)
        notice = newest_notices(edition.slug, page_language()).get(ConsentNotice.Kind.OPTIONAL)
        has_agreed = answered is not None and answered.agreed
        self.ask({ConsentNotice.Kind.OPTIONAL: notice} if notice and not has_agreed else {})
        if has_agreed:
            del self.fields["optional"]
        elif notice is None:
            self.leave_out_optional_items()
        self.fields["days"].error_messages["required"] = _(
            "Choose at least one day. If you come on none, cancel instead: the link is below the days."
        )

    @cached_property
    def panel(self) -> queries.SeatPanel:
        """Days can be changed, and lines joined, after registration has closed to newcomers."""
        edition = self.edition
        until = edition.changes_until or edition.registration_closes_at
        opens = edition.registration_opens_at if self.share == Quota.Share.PUBLIC else EVER
        return queries.seat_panel(edition.slug, opens=opens, closes=until, share=self.share)

    @property
    def waits(self) -> bool:
        """Whether the person stands in a line, or is shown one that can be joined."""
        stands = any(each.state == Booking.State.WAITING for each in self.bookings.values())
        return stands or bool(self["may_wait"].value())

    def _choice_of(self, day: queries.DaySeats) -> DayHeading:
        """Of a day that the person has, what they have there: how others stand there is nothing to them."""
        held = self.bookings.get(day.number)
        return BookedDay(held) if held else super()._choice_of(day)


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


class BookedDay(DayHeading):
    """A day with what the person has there: a seat, or a place in the line."""

    warning = ""

    def __init__(self, booking: Booking) -> None:
        super().__init__(booking.day)
        self.details = _("Your seat") if booking.state == Booking.State.CONFIRMED else booking.get_state_display()


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
        self.fields["days"].choices = [(each.day.number, BookedDay(each)) for each in self.bookings]

    @property
    def seats(self) -> list[Booking]:
        """Those of the bookings that are seats. The others only wait for one."""
        return [each for each in self.bookings if each.state == Booking.State.CONFIRMED]


class ReleaseForm(CancelForm):
    """Which seats to release, asked on “are you coming?”."""

    def __init__(self, *args: Any, bookings: Iterable[Booking], **kwargs: Any) -> None:
        super().__init__(*args, bookings=bookings, **kwargs)
        self.fields["days"].error_messages["required"] = _("Choose the day whose seat you release.")

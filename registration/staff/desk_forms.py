"""What staff fill in while somebody stands in front of them, or is on the telephone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from programme.language import page_language
from programme.models import Edition
from registration import queries
from registration.consent import newest_notices
from registration.forms.consents import ConsentsForm
from registration.forms.days import DaysForm
from registration.forms.fields import AddressField, TidyField
from registration.forms.keyed import KeyedForm, new_submission_key
from registration.models import ConsentNotice, Registration
from registration.normalising import likely_language
from registration.sign_up import Answers

LONGEST_REASON = 200
NOT_KEPT = {"autocomplete": "off"}  # by a browser that many people use


class StaffForm(KeyedForm):
    """Sent twice it acts once. One that was open too long is shown again, with all that was typed."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.key() is None:
            self.data = self.data.copy()
            self.data[self.add_prefix("submission_key")] = new_submission_key()
            self.add_error(
                None, _("This page was open too long. Look through your answers and press the button again.")
            )
        return cleaned


class SpokenConsentForm(StaffForm, ConsentsForm):
    """Who the person is, and that they agreed to what was read to them: the newest notice in the page's language."""

    email = AddressField(required=False, widget=forms.EmailInput(attrs=NOT_KEPT | {"inputmode": "email"}))
    agree = forms.BooleanField(
        label=_("I have read this out. The person is 14 or older and agrees. (required)"),
        error_messages={"required": _("Read the notice out, and tick this when the person agrees.")},
    )
    kinds: tuple[str, ...] = (ConsentNotice.Kind.PRIVACY,)
    channel = Registration.Channel.DESK

    def read_out(self, edition: Edition) -> None:
        """Ask for an answer to these notices, and speak to staff instead of to the person."""
        newest = newest_notices(edition.slug, page_language())
        self.ask({kind: newest[kind] for kind in self.kinds if kind in newest})
        if ConsentNotice.Kind.OPTIONAL not in self.notices:
            self.leave_out_optional_items()
        name = self.fields["name"]
        name.help_text = _("It stands on the ticket as you write it.")
        name.error_messages["required"] = _("Enter the person’s name.")
        name.widget.attrs.update(NOT_KEPT)

    @property
    def has_notice(self) -> bool:
        return ConsentNotice.Kind.PRIVACY in self.notices

    def answers(self) -> Answers:
        """The answers of a valid form. Nobody asked for the language: the name says which is likely."""
        data = self.cleaned_data
        return Answers(
            days=data.get("days", []),
            name=data["name"],
            email=data["email"],
            organisation=data.get("organisation", ""),
            field=data.get("field", ""),
            support=data.get("support", []),
            support_note=data.get("support_note", ""),
            language=likely_language(data["name"]),
            may_wait=data.get("may_wait", ()),
            takes_any_seat=not data["email"],  # whom we cannot ask
            is_of_age=True,
            consents=self.consents(),
            channel=self.channel,
        )


class WalkInForm(SpokenConsentForm):
    """Three fields and a button. The day is today."""

    field_order = ["name", "email", "agree"]

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.read_out(edition)
        self.fields["name"].widget.attrs["autofocus"] = True
        self.fields["email"].help_text = _("The ticket goes there as well. Without one it is shown or printed here.")


class TelephoneForm(SpokenConsentForm, DaysForm):
    """The same by telephone, for the days that the caller wants."""

    field_order = ["may_wait", "days", "name", "email", "organisation", "field", "support", "support_note"]
    takes_any_seat = None
    kinds = (ConsentNotice.Kind.PRIVACY, ConsentNotice.Kind.OPTIONAL)
    channel = Registration.Channel.PHONE

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, edition=edition, **kwargs)
        self.read_out(edition)
        self.fields["email"].help_text = _(
            "The ticket goes there. Without one, the caller comes to the desk and says their name."
        )
        if "optional" in self.fields:
            self.fields["optional"].label = _("I have read this out, and the person agrees. (optional)")

    @cached_property
    def panel(self) -> queries.SeatPanel:
        """Callers can register as long as others can change."""
        edition = self.edition
        until = edition.changes_until or edition.registration_closes_at
        return queries.seat_panel(edition.slug, opens=edition.registration_opens_at, closes=until)


class ReasonForm(forms.Form):
    """A supervisor lets somebody in against the list, and says why."""

    reason = TidyField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        too_long=_("The reason can be up to %(limit_value)d characters. It is %(show_value)d now."),
        error_messages={"required": _("Say why, in a few words: it is kept.")},
        widget=forms.TextInput(attrs=NOT_KEPT),
    )

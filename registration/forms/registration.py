"""Registering: every refusal says how to mend it, and nothing typed is lost."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from programme.language import page_language
from programme.models import Edition
from registration.consent import newest_notices
from registration.forms.consents import ConsentsForm
from registration.forms.days import DaysForm
from registration.forms.fields import AddressField
from registration.forms.keyed import KeyedForm
from registration.models import ConsentNotice
from registration.sign_up import Answers


class RegistrationForm(KeyedForm, DaysForm, ConsentsForm):
    """Who wants to come on which days. Notices are the newest in the page's language."""

    field_order = [
        "may_wait", "days", "takes_any_seat", "name", "email", "organisation", "field", "support", "support_note",
        "is_of_age", "agree", "optional", "news",
    ]  # fmt: skip

    email = AddressField(help_text=_("We send the QR ticket to this address."))
    agree = forms.BooleanField(
        label=_("I have read this and agree. (required)"),
        error_messages={"required": _("To register, agree to the use of your personal data.")},
    )
    is_of_age = forms.BooleanField(
        label=_("I am 14 or older. (required)"),
        error_messages={"required": _("Please confirm that you are 14 or older. For younger people a parent asks us.")},
    )
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}))
    news = forms.BooleanField(label=_("I have read this and agree. (optional)"), required=False)

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, edition=edition, **kwargs)
        self.ask(newest_notices(edition.slug, page_language()))
        if ConsentNotice.Kind.OPTIONAL not in self.notices:
            self.leave_out_optional_items()

    @property
    def is_open(self) -> bool:
        """Whether anybody can register: not before the edition has seats and a notice to agree to."""
        return self.panel.is_open and bool(self.panel.days) and self.has_notice

    @property
    def has_notice(self) -> bool:
        return ConsentNotice.Kind.PRIVACY in self.notices

    @property
    def is_hasty(self) -> bool:
        """Whether it came back sooner than a person can read, choose, type and press twice."""
        return self.key_and_age()[1] < settings.FILLING_IN_TAKES

    def answers(self) -> Answers:
        """The answers of a valid form."""
        data = self.cleaned_data
        return Answers(
            days=data["days"],
            name=data["name"],
            email=data["email"],
            organisation=data.get("organisation", ""),
            field=data.get("field", ""),
            support=data.get("support", []),
            support_note=data.get("support_note", ""),
            language=page_language(),
            may_wait=data["may_wait"],
            takes_any_seat=data["takes_any_seat"],
            is_of_age=data["is_of_age"],
            consents=self.consents(),
        )


class LastPress(RegistrationForm):
    """The same answers at the last press. While nobody has to wait, the verb alone looks at the seats."""

    def clean_days(self) -> list[int]:
        return super().clean_days() if self.cleaned_data.get("may_wait") else self.known_days()

"""Who a person is and what they need."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from registration.forms.fields import TidyField
from registration.models import Registration
from registration.normalising import has_visible_signs


class DetailsForm(forms.Form):
    name = TidyField(
        label=_("Name"),
        max_length=60,
        too_long=_("Your name can be up to %(limit_value)d characters. It is %(show_value)d now."),
        help_text=_("It stands on your ticket as you write it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Enter your name.")},
    )

    def clean_name(self) -> str:
        """Signs that nobody can see or read out are no name."""
        name = self.cleaned_data["name"]
        if not has_visible_signs(name):
            raise ValidationError(_("Enter your name."), code="required")
        return name

    organisation = TidyField(
        label=_("Organisation"),
        max_length=60,
        required=False,
        too_long=_("Organisation can be up to %(limit_value)d characters. It is %(show_value)d now."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    field = forms.ChoiceField(
        label=_("Field of interest"),
        choices=[("", _("Not chosen")), *Registration.Field.choices],
        required=False,
        error_messages={"invalid_choice": _("Choose the field from the list again.")},
    )
    support = forms.MultipleChoiceField(
        label=_("Support"),
        choices=Registration.Support,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose the support from the list again.")},
    )
    support_note = TidyField(
        label=_("Other support"),
        max_length=300,
        required=False,
        lines=True,
        too_long=_("Other support can be up to %(limit_value)d characters. It is %(show_value)d now."),
        help_text=_("Write which service you need. The reason is not asked."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        """Whoever describes another support wants another support."""
        cleaned = super().clean()
        if cleaned.get("support_note") and Registration.Support.OTHER not in cleaned.get("support", []):
            cleaned["support"] = [*cleaned.get("support", []), Registration.Support.OTHER.value]
        return cleaned

"""Fields for texts that people type."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registration.normalising import has_unwanted_characters, tidy


def without_maxlength(attributes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if name != "maxlength"}


class TidyField(forms.CharField):
    """A text from a person: normalised, and without line breaks or control characters (`lines` allows breaks)."""

    def __init__(self, *, too_long: str | Promise, lines: bool = False, **kwargs: Any) -> None:
        self.lines = lines
        kwargs["error_messages"] = {"max_length": too_long, **kwargs.get("error_messages", {})}
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No `maxlength`: browsers would cut what is pasted, silently, where our sentence says how much is too much."""
        return without_maxlength(super().widget_attrs(widget))

    def to_python(self, value: Any) -> str:
        return tidy(super().to_python(value))

    def validate(self, value: str) -> None:
        super().validate(value)
        if has_unwanted_characters(value, lines=self.lines):
            raise ValidationError(_("Remove line breaks and control characters here."), code="unwanted")


class AddressField(forms.EmailField):
    """An e-mail address, tidied, its domain in lower case."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}
        settings = {
            "label": _("E-mail"),
            "max_length": 254,
            "widget": forms.EmailInput(attrs=attributes),
            "error_messages": {
                "required": _("Enter your e-mail address."),
                "invalid": _("Check the e-mail address. It looks like hong@example.kr."),
                "max_length": _(
                    "The e-mail address can be up to %(limit_value)d characters. It is %(show_value)d now."
                ),
            },
        }
        super().__init__(**{**settings, **kwargs})

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return without_maxlength(super().widget_attrs(widget))

    def clean(self, value: Any) -> str:
        local, at, domain = tidy(super().clean(value)).rpartition("@")
        return f"{local}{at}{domain.lower()}"

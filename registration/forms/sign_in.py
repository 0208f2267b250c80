"""The two fields of signing in: an address, and the code that was mailed there."""

from __future__ import annotations

import unicodedata

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.accounts.codes import DIGITS
from registration.forms.fields import AddressField


class AddressForm(forms.Form):
    email = AddressField(help_text=_("We send a code there. You need no password."))


class CodeForm(forms.Form):
    """The digits, however they were typed: with spaces, or full-width from a Korean keyboard."""

    code = forms.CharField(
        label=_("Code"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
        error_messages={"required": _("Enter the code from the mail.")},
    )

    def clean_code(self) -> str:
        typed = unicodedata.normalize("NFKC", self.cleaned_data["code"])
        digits = "".join(sign for sign in typed if not sign.isspace() and sign != "-")
        if not (digits.isascii() and digits.isdigit() and len(digits) == DIGITS):
            # Not counted as a try: it can be nobody's code.
            raise forms.ValidationError(_("The code has %(number)d digits."), params={"number": DIGITS})
        return digits

"""“Tell me when it opens”: one address, and consent to keep it until then."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from programme.language import page_language
from programme.read_model import Edition
from registration.errors import NoticeOutdated
from registration.forms.fields import AddressField
from registration.models import ConsentNotice


class InterestForm(forms.Form):
    """`edition` is the read model's. Without a notice to agree to, there is nothing to ask for."""

    shown_notice = forms.CharField(widget=forms.HiddenInput, required=False)
    email = AddressField(help_text=_("We write to it once, when registration opens."))
    agree = forms.BooleanField(
        label=_("I have read this and agree. (required)"),
        error_messages={"required": _("To be told, agree that we keep your address until then.")},
    )
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}))

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        latest = ConsentNotice.objects.latest_of(edition.slug, page_language())
        self.notice = latest.get(ConsentNotice.Kind.INTEREST)
        self.fields["shown_notice"].initial = self.notice and self.notice.pk

    def clean_agree(self) -> bool:
        """Only the newest notice can be agreed to; the page then shows it, with the box empty."""
        if self.cleaned_data.get("shown_notice") != str(self.notice.pk):
            self.data = self.data.copy()
            self.data[self.add_prefix("shown_notice")] = self.notice.pk
            self.data.pop(self.add_prefix("agree"), None)
            raise ValidationError(NoticeOutdated.message)
        return self.cleaned_data["agree"]

"""Agreeing to notices: only to the newest, and to each by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from registration.consent import OPTIONAL_ITEMS
from registration.errors import NoticeOutdated
from registration.forms.details import DetailsForm
from registration.models import ConsentNotice

ANSWER_TO = {
    ConsentNotice.Kind.PRIVACY: "agree",
    ConsentNotice.Kind.OPTIONAL: "optional",
    ConsentNotice.Kind.NEWS: "news",
}


class ConsentsForm(DetailsForm):
    """Details of a person, and what they agree to. Optional details need a consent of their own, or stay empty."""

    optional = forms.BooleanField(label=_("I have read this and agree. (optional)"), required=False)
    notices: dict[str, ConsentNotice]

    def ask(self, notices: Mapping[str, ConsentNotice]) -> None:
        """Ask for an answer to each of these notices. What nobody asks consent for is not asked at all."""
        self.notices = {kind: notices[kind] for kind in ANSWER_TO if kind in notices}
        for kind, notice in self.notices.items():
            self.fields[f"{kind}_notice"] = forms.CharField(
                widget=forms.HiddenInput, required=False, initial=str(notice.pk)
            )

    def leave_out_optional_items(self) -> None:
        for name in (*OPTIONAL_ITEMS, ANSWER_TO[ConsentNotice.Kind.OPTIONAL]):
            self.fields.pop(name, None)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for kind, notice in self.notices.items():
            if cleaned.get(ANSWER_TO[kind]) and cleaned.get(f"{kind}_notice") != str(notice.pk):
                self._ask_again(kind)
        if ConsentNotice.Kind.OPTIONAL in self.notices and cleaned.get("optional") is False:
            self._refuse_without_consent(cleaned)
        return cleaned

    def consents(self) -> dict[ConsentNotice, bool]:
        """The answers of a valid form."""
        return {notice: self.cleaned_data[ANSWER_TO[kind]] for kind, notice in self.notices.items()}

    def _ask_again(self, kind: str) -> None:
        """The person agreed to another version of the notice than the newest: show that one, and the box empty."""
        self.data = self.data.copy()
        self.data[self.add_prefix(f"{kind}_notice")] = self.notices[kind].pk
        self.data.pop(self.add_prefix(ANSWER_TO[kind]), None)
        self.add_error(ANSWER_TO[kind], ValidationError(NoticeOutdated.message))

    def _refuse_without_consent(self, cleaned: dict[str, Any]) -> None:
        filled = [str(self.fields[name].label) for name in OPTIONAL_ITEMS if cleaned.get(name)]
        if filled:
            message = _("You filled in optional items (%(items)s). Agree to this notice too, or leave them empty.")
            self.add_error("optional", ValidationError(message, params={"items": ", ".join(filled)}))

"""A form that becomes something at most once: its key was made and signed here, and not too long ago."""

from __future__ import annotations

import time
import uuid
from typing import Any

from django import forms
from django.core import signing

_KEY_SALT = "registration.submission"
KEY_LIVES = 24 * 3600  # seconds that a form may stay open


class KeyedForm(forms.Form):
    submission_key = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["submission_key"].initial = new_submission_key()

    def key(self) -> uuid.UUID | None:
        """The form's own key, or None when it was not made here, or too long ago."""
        key, age = self.key_and_age()
        return key if age < KEY_LIVES else None

    def key_and_age(self) -> tuple[uuid.UUID | None, float]:
        """The key and for how many seconds the form has been open. One that is not ours has been open too long."""
        try:
            key, made = signing.loads(self.cleaned_data.get("submission_key") or "", salt=_KEY_SALT)
            return uuid.UUID(key), max(time.time() - made / 1000, 0)
        except (signing.BadSignature, ValueError, TypeError, AttributeError):
            return None, KEY_LIVES


def new_submission_key(age: float = 0) -> str:
    """The key of a form that was made so many seconds ago."""
    made = int((time.time() - age) * 1000)  # always as long: what is kept of a form must not tell forms apart
    return signing.dumps([str(uuid.uuid4()), made], salt=_KEY_SALT)

"""What the doctor found: how grave it is, and a sentence that says what to do."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    WELL = "well", _("well")
    LOOK = "look", _("look at it")
    BROKEN = "broken", _("broken")


@dataclass(frozen=True)
class Finding:
    """`sentence` is for people; `seen` is what was found, word for word."""

    title: str
    state: State
    sentence: str
    seen: str = ""

"""What somebody comes as: attendee, speaker, press, guest or crew."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registration.models import Registration

ATTENDEE = "attendee"
# As badges and lists say it.
LABELS = {
    ATTENDEE: pgettext_lazy("category", "Attendee"),
    "speaker": pgettext_lazy("category", "Speaker"),
    "press": pgettext_lazy("category", "Press"),
    "guest": pgettext_lazy("category", "Guest"),
    "crew": pgettext_lazy("category", "Crew"),
}


def choices() -> list[tuple[str, object]]:
    return [("", _("All of them")), *LABELS.items()]


def category_of(registration: Registration) -> str:
    """Whoever registered on the site is an attendee."""
    return getattr(registration, "category", ATTENDEE)


def only(people: Iterable[Registration], category: str) -> list[Registration]:
    """Those of the category; everybody where none is named."""
    return [person for person in people if not category or category_of(person) == category]

"""What somebody comes as: attendee, speaker, press, guest or crew."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registration.models import Registration

# As badges and lists say it.
LABELS = {
    Registration.Category.ATTENDEE: pgettext_lazy("category", "Attendee"),
    Registration.Category.SPEAKER: pgettext_lazy("category", "Speaker"),
    Registration.Category.PRESS: pgettext_lazy("category", "Press"),
    Registration.Category.GUEST: pgettext_lazy("category", "Guest"),
    Registration.Category.CREW: pgettext_lazy("category", "Crew"),
}


def choices() -> list[tuple[str, object]]:
    return [("", _("All of them")), *LABELS.items()]

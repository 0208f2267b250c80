"""Pages of the admin whose edits wait for the next release, as soon as there is a first one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from programme.models import Edition, Release


class Drafting:
    """Says after saving that the public does not see it yet, and where it is published."""

    def log_change(self, request: HttpRequest, object: Any, message: Any) -> Any:
        remind(request, object.edition)
        return super().log_change(request, object, message)

    def log_addition(self, request: HttpRequest, object: Any, message: Any) -> Any:
        remind(request, object.edition)
        return super().log_addition(request, object, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for edition in {row.edition for row in queryset}:
            remind(request, edition)
        return super().log_deletions(request, queryset)


def remind(request: HttpRequest, edition: Edition) -> None:
    current = Release.objects.current(edition)
    if current is None:
        return
    told = _("Saved. The public goes on seeing release %(number)d until you publish the next one.")
    link = format_html('<a href="{}">{}</a>', reverse("publishing", args=[edition.slug]), _("See what differs."))
    messages.info(request, format_html("{} {}", told % {"number": current.number}, link))

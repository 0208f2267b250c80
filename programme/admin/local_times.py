"""Forms in which a moment is typed as the clocks at the forum show it, wherever that is."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from programme.models import Edition
from programme.models.edition import is_timezone


class LocalTimes:
    """Moments of this page are shown and typed in the time zone of the row's edition, or in the site's without one."""

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = self.get_object(request, object_id) if object_id and request.method != "POST" else None
        with timezone.override(self._zone_typed(request) if request.method == "POST" else self._zone_of(row)):
            response = super().changeform_view(request, object_id, *args, **kwargs)
            return response.render() if hasattr(response, "render") else response

    def _zone_of(self, row: Model | None) -> str | None:
        edition = getattr(row, "edition", row) if row else None
        return edition.timezone if edition else None

    def _zone_typed(self, request: HttpRequest) -> str | None:
        """That of the form as it was sent: who moves the forum to Brussels means the clocks of Brussels."""
        if is_timezone(request.POST.get("timezone", "")):
            return request.POST["timezone"]
        chosen = request.POST.get("edition", "")
        found = Edition.objects.filter(pk=chosen) if chosen.isdecimal() else Edition.objects.none()
        return found.values_list("timezone", flat=True).first()

"""What must hold at the doors at every moment, as questions that must find nothing."""

from __future__ import annotations

from programme.models import Edition
from registration.checkin import attending


def broken() -> dict[str, list[object]]:
    """Each promise that is broken, and where. Empty is what everybody hopes for."""
    editions = Edition.objects.filter(points__isnull=False).distinct()
    differing = [(edition.slug, group) for edition in editions for group in attending.differences(edition)]
    return {"attendance that is not what the scans say": differing} if differing else {}

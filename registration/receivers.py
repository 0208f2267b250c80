"""What registration does when the programme announces something."""

from __future__ import annotations

from typing import Any

from programme import signals
from programme.models import Edition
from registration import consent
from registration.models import Quota


def listen() -> None:
    signals.edition_loaded.connect(open_the_book, dispatch_uid="registration.open_the_book")


def open_the_book(edition: Edition, facts: dict[str, Any], **_: Any) -> None:
    """Give each day of a newly loaded edition its seats, and the edition its consent notices."""
    capacity = facts["edition"]["registration"]["provisional"]["capacity_per_day"]
    for day in edition.days.all():
        Quota.objects.get_or_create(day=day, share=Quota.Share.PUBLIC, defaults={"capacity": capacity})
    consent.publish_first_notices(edition)

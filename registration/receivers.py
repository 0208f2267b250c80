"""What registration does when the programme or the accounts announce something."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from forum.accounts.signals import citizens_shown
from forum.outbox.signals import address_lifted, address_suppressed
from programme import signals
from programme.models import Edition
from registration import access, consent, reaching
from registration.models import Quota


def listen() -> None:
    signals.edition_loaded.connect(open_the_book, dispatch_uid="registration.open_the_book")
    citizens_shown.connect(note_a_look_at_accounts, dispatch_uid="registration.note_a_look_at_accounts")
    address_suppressed.connect(note_unreachable, dispatch_uid="registration.note_unreachable")
    address_lifted.connect(note_reachable, dispatch_uid="registration.note_reachable")


def open_the_book(edition: Edition, facts: dict[str, Any], **_: Any) -> None:
    """Give each day of a newly loaded edition its seats, and the edition its consent notices."""
    capacity = facts["edition"]["registration"]["provisional"]["capacity_per_day"]
    for day in edition.days.all():
        Quota.objects.get_or_create(day=day, share=Quota.Share.PUBLIC, defaults={"capacity": capacity})
    consent.publish_first_notices(edition)


def note_a_look_at_accounts(request: HttpRequest, which: str, **_: Any) -> None:
    """Citizens' addresses are personal data too: a look at them stands in the same log."""
    access.note_look(request, "accounts", detail=which)


def note_unreachable(email: str, **_: Any) -> None:
    reaching.note_unreachable(email)


def note_reachable(email: str, **_: Any) -> None:
    reaching.note_reachable(email)

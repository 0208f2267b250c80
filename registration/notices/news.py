"""Mails to addresses: of those who wait for the opening, and of those who agreed to news."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from forum.outbox import queue
from forum.outbox.enclosures import slot
from registration.models import Interest, Registration
from registration.notices.letters import REPEATS_A_DAY, put

CONFIRM_WITHIN = dt.timedelta(hours=48)  # else nobody is told, and the address goes


def interest_asked(interest: Interest) -> None:
    """Somebody typed this address to be told of the opening. Its owner says whether that is so."""
    today = timezone.localdate().isoformat()
    for number in range(REPEATS_A_DAY):
        if _about_opening(
            "interest_asked",
            interest,
            dedupe_key=f"interest_asked:{interest.uuid}:{today}:{number}",
            expires_at=interest.asked_at + CONFIRM_WITHIN,
        ):
            return


def registration_opened(interest: Interest) -> None:
    """Registration is open. Once, behind everything that is urgent, and worthless when it closes."""
    _about_opening(
        "registration_opened",
        interest,
        dedupe_key=f"registration_opened:{interest.uuid}",
        expires_at=interest.edition.registration_closes_at,
    )


def news_kept(registration: Registration) -> None:
    """Of this person nothing is kept but the address, for news. Asked for the link, they get the one that ends it."""
    today = timezone.localdate().isoformat()
    key = f"news_kept:{registration.uuid}:{today}"
    put("news_kept", registration, {"end_news_url": slot("end_news_url")}, queue.enqueue_once, dedupe_key=key)


def recordings_up(registration: Registration, not_before: dt.datetime) -> bool:
    """The recordings are online: news, with the link that ends it. Once."""
    return put(
        "recordings_up",
        registration,
        {"recordings_url": recordings_page(registration), "end_news_url": slot("end_news_url")},
        queue.enqueue_once,
        dedupe_key=f"recordings_up:{registration.uuid}",
        is_news=True,
        not_before=not_before,
    )


def recordings_page(registration: Registration) -> str:
    with override(registration.language):
        return settings.PUBLIC_URL + reverse("programme:live", args=[registration.edition.slug])


def opening_facts(interest: Interest) -> dict[str, Any]:
    edition, zone = interest.edition, interest.edition.tzinfo
    return {
        "interest": interest,
        "opens": edition.registration_opens_at and edition.registration_opens_at.astimezone(zone),
        "closes": edition.registration_closes_at and edition.registration_closes_at.astimezone(zone),
        "hours": CONFIRM_WITHIN // dt.timedelta(hours=1),
        "confirm_url": slot("confirm_url"),
        "withdraw_url": slot("withdraw_url"),
    }


def _about_opening(kind: str, interest: Interest, **envelope: Any) -> bool:
    """To somebody of whom we know nothing but the address. The outbox forgets it with the mail."""
    return put(kind, interest, opening_facts(interest), queue.enqueue_once, forgets_address=True, **envelope)

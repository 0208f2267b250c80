"""Mails with made-up facts, for organisers who edit their words: an example says that it is one."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from forum.outbox.enclosures import fill, slot
from forum.outbox.writing import Letter, standard_words
from programme.models import Day, Edition
from registration import links, ticketing
from registration.models import Interest, Registration
from registration.notices.forum_days import for_those_who_came, where_to_watch
from registration.notices.news import opening_facts, recordings_page
from registration.notices.own_entry import NAMES_OF_DETAILS
from registration.notices.rendering import letter_of, own_links

PICTURE = "cid:ticket-qr.png"
PLACE = 13


def letter(kind: str, edition: Edition, language: str, typed: Mapping[str, str]) -> Letter:
    """The mail of this kind as somebody made up would get it, with links that open nothing."""
    written = letter_of(kind, edition, language, facts(kind, edition, language), typed)
    text, html = (fill(part, _links()) for part in (written.text, written.html))
    return dataclasses.replace(written, text=text, html=html.replace(PICTURE, _picture()))


def standard(kind: str, edition: Edition, language: str) -> dict[str, str]:
    """The standard words, by part, with their placeholders."""
    with override(language):
        return standard_words(kind, language, {**facts(kind, edition, language), "edition": edition})


def facts(kind: str, edition: Edition, language: str) -> dict[str, Any]:
    """What the templates of this kind need, of nobody."""
    with override(language):
        registration = _somebody(edition, language)
    days = list(edition.days.select_related("edition__venue")) or [_some_day(edition)]
    standing = {"registration": registration, "days": days, "waiting": [], "offers": [], **own_links()}
    return standing | _OF_KIND.get(kind, _nothing_more)(registration, days)


def _nothing_more(_registration: Registration, _days: list[Day]) -> dict[str, Any]:
    return {}


def _waiting(_registration: Registration, days: list[Day]) -> dict[str, Any]:
    return {"days": [], "waiting": [(days[-1], PLACE)], "day": days[-1], "place": PLACE}


def _standby(_registration: Registration, days: list[Day]) -> dict[str, Any]:
    return {"days": [], "day": days[-1]}


def _about_the_last_day(_registration: Registration, days: list[Day]) -> dict[str, Any]:
    return {"day": days[-1]}


def _offered(registration: Registration, days: list[Day]) -> dict[str, Any]:
    until = timezone.now().astimezone(registration.edition.tzinfo).replace(hour=15, minute=0)
    return {"days": days[:-1], "offers": [(days[-1], until)], "day": days[-1], "until": until}


def _already_registered(_registration: Registration, days: list[Day]) -> dict[str, Any]:
    kept, missing = (days[:-1], days[-1:]) if len(days) > 1 else (days, [])
    return {"days": kept, "missing": missing, "add_url": slot("edit_url")}


def _cancelled(registration: Registration, days: list[Day]) -> dict[str, Any]:
    registration.cancelled_at = timezone.now()
    return {"days": [], "about_days": days, "seats_given_back": days, "registers_again": True}


def _changed(_registration: Registration, days: list[Day]) -> dict[str, Any]:
    added, given_back = (days[:1], days[1:]) if len(days) > 1 else (days, [])
    return {
        "days": days[:1],
        "seats_added": added,
        "seats_given_back": given_back,
        "details_changed": [NAMES_OF_DETAILS["organisation"]],
    }


def _reminder(_registration: Registration, days: list[Day]) -> dict[str, Any]:
    return {"days": days[:1], "day": days[0], "is_today": False}


def _afterwards(registration: Registration, days: list[Day]) -> dict[str, Any]:
    return {"about_days": days, **where_to_watch(registration.edition, registration.language)}


def _thanks(registration: Registration, days: list[Day]) -> dict[str, Any]:
    edition = registration.edition
    until = days[-1].date + dt.timedelta(days=edition.retention_days)
    return _afterwards(registration, days) | for_those_who_came(edition, until)


def _news(registration: Registration, _days: list[Day]) -> dict[str, Any]:
    return {"recordings_url": recordings_page(registration), "end_news_url": slot("end_news_url")}


def _confirming(_registration: Registration, _days: list[Day]) -> dict[str, Any]:
    return {"confirm_url": slot("confirm_url")}


def _opening(registration: Registration, days: list[Day]) -> dict[str, Any]:
    told = opening_facts(Interest(edition=registration.edition, language=registration.language))
    return told | {"closes": told["closes"] or days[0].at(dt.time(0)) - dt.timedelta(days=1)}


_OF_KIND: dict[str, Callable[[Registration, list[Day]], dict[str, Any]]] = {
    "waiting": _waiting,
    "standby": _standby,
    "promoted": _about_the_last_day,
    "offered": _offered,
    "offer_lapsed": _about_the_last_day,
    "line_closed": _about_the_last_day,
    "already_registered": _already_registered,
    "cancelled": _cancelled,
    "changed": _changed,
    "reminder": _reminder,
    "thank_you": _thanks,
    "missed_you": _afterwards,
    "recordings_up": _news,
    "news_kept": _news,
    "confirm_address": _confirming,
    "interest_asked": _opening,
    "registration_opened": _opening,
}


def _somebody(edition: Edition, language: str) -> Registration:
    return Registration(
        edition=edition,
        language=language,
        name=_("Seowoo Hong (example)"),
        support=[Registration.Support.RECEIVER],
        desk_code="EXAMPLE0",
    )


def _some_day(edition: Edition) -> Day:
    return Day(edition=edition, number=1, date=timezone.localdate() + dt.timedelta(days=30), starts=dt.time(9, 30))


def _links() -> dict[str, str]:
    names = ("ticket_url", *(f"{page}_url" for page in links.PAGES), "end_news_url", "confirm_url", "withdraw_url")
    return dict.fromkeys(names, f"{settings.PUBLIC_URL}/t/EXAMPLE/")


def _picture() -> str:
    return f"data:image/png;base64,{base64.b64encode(ticketing.qr_png('EXAMPLE')).decode()}"

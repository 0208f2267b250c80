"""From facts to the three parts of a mail, in the person's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from forum.outbox import writing
from forum.outbox.enclosures import slot
from programme.models import Edition
from registration import links
from registration.notices.values import values_of


def letter_of(
    kind: str, edition: Edition, language: str, facts: Mapping[str, Any], typed: Mapping[str, str]
) -> writing.Letter:
    with override(language):
        facts = {
            **facts,
            "edition": edition,
            "privacy_url": settings.PUBLIC_URL + reverse("registration:privacy"),
            "programme_url": settings.PUBLIC_URL + reverse("programme:programme", args=[edition.slug]),
            "register_url": settings.PUBLIC_URL + reverse("registration:form", args=[edition.slug]),
        }
        return writing.write(kind, language, facts, values_of(kind, facts), typed)


def own_links() -> dict[str, str]:
    return {"ticket_url": slot("ticket_url"), **{f"{page}_url": slot(f"{page}_url") for page in links.PAGES}}

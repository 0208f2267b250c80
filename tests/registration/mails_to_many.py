"""An organiser's mail to many, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable

from django.core import mail

from forum.outbox import delivery
from forum.outbox.models import Message
from programme.models import Edition
from registration import audiences, broadcasting
from registration.models import Broadcast, Registration

WORDS = {
    "subject_ko": "{name} 님, 안내 말씀",
    "body_ko": "{name} 님께.\n\n지도는 https://forum.kr/map?a=1&b=2에서 보세요.",
    "subject_en": "A word for {name}",
    "body_en": "Dear {name},\n\nthe map: https://forum.kr/map?a=1&b=2.",
}
EVERYBODY = {"days": [], "states": ["confirmed", "waiting", "offered"], "attended": None, "opened": None}


def make_draft(edition: Edition, purpose: str = "service", language: str = "", words=WORDS, **audience) -> Broadcast:
    return broadcasting.draft(edition, purpose, EVERYBODY | audience, language, words)


def how_many(broadcast: Broadcast) -> int:
    return sum(audiences.count(broadcast).values())


def confirm(broadcast: Broadcast, by, **facts) -> Broadcast:
    """Confirmed by somebody who has read it and counts rightly."""
    seen = {"count": how_many(broadcast), "revision": broadcast.revision} | facts
    return broadcasting.confirm(broadcast, by, **seen)


def send_all() -> None:
    while delivery.sweep():
        pass


def written_to() -> list[str]:
    return sorted(Message.objects.exclude(batch=None).values_list("to_email", flat=True))


def arrived() -> list[str]:
    """Whom mails reached that are no registration's own."""
    return sorted(sent.to[0] for sent in mail.outbox if is_to_many(sent.subject))


def is_to_many(subject: str) -> bool:
    return "안내 말씀" in subject or "A word for" in subject


def addresses(people: Iterable[Registration]) -> list[str]:
    return sorted(person.email for person in people)

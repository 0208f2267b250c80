"""Consent: which notice a person read, and what they answered."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from forum.remembering import remembered
from programme.models import Edition
from registration.models import Consent, ConsentNotice, Registration

NEWS_LASTS = dt.timedelta(days=2 * 365)
WORDS = Path(__file__).parent / "content" / "consent_notices.json"

# What nobody must tell us, and what each is when it was not told. It is kept by a consent of its own.
OPTIONAL_ITEMS: dict[str, object] = {"organisation": "", "field": "", "support": [], "support_note": ""}


@remembered(seconds=1)
def newest_notices(edition_slug: str, language: str) -> dict[ConsentNotice.Kind, ConsentNotice]:
    """What people read before they agree, for forms."""
    return ConsentNotice.objects.latest_of(edition_slug, language)


def record(registration: Registration, answers: dict[ConsentNotice, bool], channel: str) -> None:
    """Keep what was answered to each notice. Nothing is ever overwritten."""
    Consent.objects.bulk_create(
        Consent(registration=registration, notice=notice, agreed=agreed, channel=channel)
        for notice, agreed in answers.items()
    )


def latest(registration: Registration) -> list[Consent]:
    """The person's last answer to each kind of notice."""
    answers = registration.consents.select_related("notice").order_by("answered_at", "pk")
    return list({answer.notice.kind: answer for answer in answers}.values())


def latest_about(registration: Registration, kind: str) -> Consent | None:
    """The person's last answer to this kind of notice."""
    return registration.consents.filter(notice__kind=kind).order_by("-answered_at", "-pk").first()


def answer_news(registration: Registration, *, agreed: bool) -> None:
    """Agree to news, or withdraw."""
    _answer(registration, ConsentNotice.Kind.NEWS, agreed=agreed)


@transaction.atomic
def answer_optional(registration: Registration, *, agreed: bool) -> None:
    """Agree that we keep optional details, or withdraw, and they are emptied."""
    _answer(registration, ConsentNotice.Kind.OPTIONAL, agreed=agreed)
    if not agreed:
        Registration.objects.filter(pk=registration.pk).update(**OPTIONAL_ITEMS)


def _answer(registration: Registration, kind: str, *, agreed: bool) -> None:
    """The newest notice in the person's language is what they answer."""
    notices = ConsentNotice.objects.latest_of(registration.edition.slug, registration.language)
    if kind in notices:
        record(registration, {notices[kind]: agreed}, Registration.Channel.WEB)


def wants_news(now: dt.datetime | None = None) -> models.QuerySet[Consent]:
    """The ids of registrations whose last answer about news was yes, and is not two years old."""
    news = Consent.objects.filter(notice__kind=ConsentNotice.Kind.NEWS)
    later = news.filter(registration=OuterRef("registration"), pk__gt=OuterRef("pk"))
    fresh = news.filter(~Exists(later), agreed=True, answered_at__gt=(now or timezone.now()) - NEWS_LASTS)
    return fresh.order_by().values("registration")


def gets_news(registration: Registration) -> bool:
    """Whether news still goes to the address of this registration, by whichever entry it agreed with."""
    same_address = Registration.objects.filter(email_key=registration.email_key, pk__in=wants_news())
    return bool(registration.email_key) and same_address.exists()


@transaction.atomic
def publish_first_notices(edition: Edition) -> None:
    """Give a new edition its notices in both languages. An edition that has some keeps them."""
    if edition.consent_notices.exists():
        return
    for kind, by_language in json.loads(WORDS.read_text()).items():
        for language, words in by_language.items():
            retention = words["retention"].format(days=edition.retention_days)
            ConsentNotice.objects.create(
                edition=edition, kind=kind, version=1, language=language, **{**words, "retention": retention}
            )


@transaction.atomic
def carry_over(source: Edition, edition: Edition) -> None:
    """Give the edition the newest notices of another, as its first. Without any there, those of a new edition."""
    for language in ("ko", "en"):
        for notice in ConsentNotice.objects.latest_of(source.slug, language).values():
            notice.pk, notice.edition, notice.version, notice.created_at = None, edition, 1, timezone.now()
            notice._state.adding = True
            notice.save()
    publish_first_notices(edition)


def erasure_date(edition: Edition) -> dt.date:
    """The day by which personal data of the edition is erased."""
    last_day = edition.days.aggregate(last=models.Max("date"))["last"]
    return last_day + dt.timedelta(days=edition.retention_days)

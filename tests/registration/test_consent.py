"""Consent: which words somebody read, and what they answered. Nothing is ever overwritten."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError

from registration import consent
from registration.models import Consent, ConsentNotice
from tests.factories import make_registration


def notice(kind="privacy", language="ko"):
    return ConsentNotice.objects.get(kind=kind, language=language)


def test_a_new_forum_has_a_notice_of_each_kind_in_both_languages(forum):
    facts = ConsentNotice.objects.order_by("kind", "language").values_list("kind", "language", "version")

    kinds = ["interest", "news", "optional", "privacy"]
    assert list(facts) == [(kind, language, 1) for kind in kinds for language in ("en", "ko")]


@pytest.mark.parametrize("each", ["title", "items", "purpose", "retention", "refusal", "legal_basis"])
def test_a_notice_says_all_that_the_law_asks(forum, each):
    """Personal Information Protection Act, article 15 (2): purpose, items, period, right to refuse and its price."""
    assert [getattr(row, each) != "" for row in ConsentNotice.objects.all()] == [True] * 8


def test_the_period_is_counted_from_the_last_day_whatever_day_that_will_be(forum):
    forum.days.filter(number=1).update(date=dt.date(2026, 11, 30))
    forum.days.filter(number=2).update(date=dt.date(2026, 12, 1))
    forum.consent_notices.all().delete()

    consent.publish_first_notices(forum)

    assert consent.erasure_date(forum) == dt.date(2027, 3, 1)  # 90 days after the last day
    assert notice().retention == "포럼 마지막 날부터 90일 동안 보유하고 바로 파기합니다."
    assert notice(language="en").retention == "For 90 days after the last day of the forum, then erased at once."


def test_an_edition_keeps_the_notices_that_it_has(forum):
    forum.consent_notices.filter(kind="news").delete()

    consent.publish_first_notices(forum)

    assert set(forum.consent_notices.values_list("kind", flat=True)) == {"privacy", "optional", "interest"}


def test_the_newest_notice_of_each_kind_is_shown(forum):
    old = notice()
    facts = {"edition": forum, "kind": "privacy", "language": "ko", "title": "새 안내"}
    newest = ConsentNotice.objects.create(version=11, **facts)
    ConsentNotice.objects.create(version=2, **facts)

    latest = ConsentNotice.objects.latest_of(forum.slug, "ko")

    others = {kind: notice(kind) for kind in ("optional", "news", "interest")}
    assert latest == {"privacy": newest, **others}
    assert ConsentNotice.objects.latest_of(forum.slug, "en")["privacy"].version == old.version
    assert ConsentNotice.objects.latest_of("2021", "ko") == {}


def test_a_version_exists_once_in_each_language(forum):
    with pytest.raises(IntegrityError):
        ConsentNotice.objects.create(edition=forum, kind="privacy", version=1, language="ko", title="Another")


def test_an_answer_says_which_words_when_and_how(forum):
    registration = make_registration(forum, language="en")

    answers = registration.consents.order_by("notice__kind").values_list("notice", "agreed", "channel")

    said = {"news": False, "optional": False, "privacy": True}
    assert list(answers) == [(notice(kind, "en").pk, agreed, "web") for kind, agreed in said.items()]
    assert all(each.answered_at for each in registration.consents.all())


def test_a_second_answer_stands_beside_the_first(forum):
    registration = make_registration(forum)

    consent.record(registration, {notice("news"): True}, "desk")

    answers = registration.consents.filter(notice__kind="news").order_by("pk").values_list("agreed", "channel")
    assert list(answers) == [(False, "web"), (True, "desk")]
    assert Consent.objects.count() == 4


def test_a_notice_that_somebody_agreed_to_cannot_be_deleted(forum):
    make_registration(forum)

    with pytest.raises(Exception, match="protected"):
        notice().delete()

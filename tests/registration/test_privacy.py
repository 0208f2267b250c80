"""The privacy page says what we do, in force now and in the page's language."""

from __future__ import annotations

import pytest
from django.utils import timezone
from django.utils.translation import override

from programme.templatetags.forum_dates import day_long
from registration.models import ConsentNotice
from tests.pages import Page, said

PAGES = ["/ko/privacy/", "/en/privacy/"]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_it_shows_the_notices_of_its_language_and_no_others(client, forum, language):
    page = Page(client.get(f"/{language}/privacy/"))

    shown = [notice.language for notice in ConsentNotice.objects.all() if notice.title in page.text]
    assert shown == [language] * 4


@pytest.mark.parametrize("language", ["ko", "en"])
def test_it_shows_the_newest_words(client, forum, language):
    ConsentNotice.objects.create(
        edition=forum, kind="privacy", version=2, language=language, title="Version two", items="Only a name"
    )

    page = Page(client.get(f"/{language}/privacy/"))

    assert "Version two" in page.text
    assert "Only a name" in page.text
    assert ConsentNotice.objects.get(kind="privacy", version=1, language=language).title not in page.text


def test_what_is_not_known_yet_is_said_so_and_what_is_known_is_named(client, forum):
    assert Page(client.get("/en/privacy/")).text.count("To be announced") == 3

    forum.privacy_officer_ko, forum.privacy_officer_en = "김하늘", "Haneul Kim"
    forum.processors_ko, forum.processors_en = "서버 운영: 가나", "Hosting: Gana Ltd\nMail: Dara Ltd"
    forum.contact_email, forum.contact_phone = "help@example.org", "02-123-4567"
    forum.save()

    page = Page(client.get("/en/privacy/"))
    assert ("Hosting: Gana Ltd" in page.text, "Mail: Dara Ltd" in page.text) == (True, True)
    assert ("Haneul Kim" in page.text, "To be announced" in page.text) == (True, False)
    assert {"mailto:help@example.org", "tel:02-123-4567"} <= set(page.links)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_without_a_forum_it_says_what_an_account_keeps(client, db, language):
    answer = client.get(f"/{language}/privacy/")

    assert answer.status_code == 200
    assert said(language, "E-mail address, moments of the first and the last sign-in") in Page(answer).text


@pytest.mark.parametrize("path", PAGES)
def test_it_is_public_and_sets_no_cookie(client, forum, path):
    answer = client.get(path)

    assert (answer.status_code, dict(answer.cookies)) == (200, {})
    assert "Cookie" not in answer.get("Vary", "")
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("language", ["ko", "en"])
def test_each_notice_says_its_version_and_since_when(client, forum, language):
    ConsentNotice.objects.create(edition=forum, kind="news", version=7, language=language, title="Version seven")

    text = Page(client.get(f"/{language}/privacy/")).text

    with override(language):
        today = day_long(timezone.localdate())
    assert said(language, "Version %(version)s, in force since %(date)s", version=7, date=today) in text
    assert text.count(said(language, "Version %(version)s, in force since %(date)s", version=1, date=today)) == 3


def test_organisers_are_told_what_the_law_still_misses(organiser_client, forum):
    organiser_client.cookies["django_language"] = "en"
    before = Page(organiser_client.get("/staff/")).text
    forum.privacy_officer_ko, forum.processors_ko = "김하늘", "서버 운영: 가나"
    forum.save()
    after = Page(organiser_client.get("/staff/")).text

    assert ["The privacy page does not say yet" in text for text in (before, after)] == [True, False]

"""The privacy page says what we do, in force now and in the page's language."""

from __future__ import annotations

import pytest

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
    assert Page(client.get("/en/privacy/")).text.count("To be announced") == 2

    forum.privacy_officer_ko, forum.privacy_officer_en = "김하늘", "Haneul Kim"
    forum.contact_email, forum.contact_phone = "help@example.org", "02-123-4567"
    forum.save()

    page = Page(client.get("/en/privacy/"))
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

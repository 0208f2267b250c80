"""Where staff arrive: everybody sees what they can do, organisers also how many people to expect."""

from __future__ import annotations

import pytest

from registration import reconfirming
from registration.models import Interest
from tests.factories import make_registration
from tests.pages import Page, said

HOME = "/staff/"


@pytest.fixture
def answered(forum):
    coming, released = (make_registration(forum, days=(1, 2)) for _ in range(2))
    make_registration(forum, days=(1,))
    reconfirming.say_coming(coming)
    reconfirming.release(released, [1, 2])
    notice = forum.consent_notices.get(kind="interest", language="ko")
    facts = {"edition": forum, "language": "ko", "notice": notice}
    Interest.objects.create(
        email="a@example.kr", email_key="a@example.kr", confirmed_at=forum.registration_opens_at, **facts
    )
    Interest.objects.create(email="b@example.kr", email_key="b@example.kr", **facts)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_organisers_see_how_many_come_on_each_day_and_nobody_by_name(organiser_client, answered, language):
    organiser_client.cookies["django_language"] = language

    text = Page(organiser_client.get(HOME)).text

    rows = [("Seats given", 2, 1), ("Said yes", 1, 1), ("No answer", 0, 0), ("Not asked", 1, 0), ("Released", 1, 1)]
    for label, first, second in rows:
        assert f"{said(language, label)} {first} {second} " in text
    assert ("홍서우" in text, "@example.kr" in text) == (False, False)


def test_organisers_see_how_many_wait_for_the_opening(organiser_client, answered):
    organiser_client.cookies["django_language"] = "en"

    text = Page(organiser_client.get(HOME)).text

    assert "1 address is told when registration opens. 1 has not been confirmed yet." in text


def test_stewards_see_neither_numbers_nor_the_preview(steward_client, answered):
    steward_client.cookies["django_language"] = "en"

    page = Page(steward_client.get(HOME))

    assert ("Seats given" in page.text, "Waiting for the opening" in page.text) == (False, False)
    assert "/staff/preview/" not in page.links


def test_without_a_forum_the_page_still_opens(organiser_client):
    assert organiser_client.get(HOME).status_code == 200


def test_the_page_asks_as_often_for_three_people_as_for_none(organiser_client, forum, django_assert_max_num_queries):
    with django_assert_max_num_queries(20) as before:
        organiser_client.get(HOME)
    for _ in range(3):
        make_registration(forum, days=(1, 2))
    with django_assert_max_num_queries(len(before)):
        organiser_client.get(HOME)

"""Everybody sees, takes along, withdraws and erases their own data, by themselves."""

from __future__ import annotations

import json

import pytest

from registration import links
from registration.models import ConsentNotice, Registration
from tests.factories import make_registration


@pytest.fixture
def mine(client, forum):
    registration = make_registration(forum, email="seowoo@example.org")
    client.get(f"/t/{links.token_of(registration)}/")
    return registration


def test_everything_held_can_be_downloaded(client, mine):
    held = json.loads(client.get(f"/ko/ticket/{mine.public_id}/data/download/").content)

    assert (held["name"], held["email"], held["bookings"][0]["state"]) == ("홍서우", "seowoo@example.org", "confirmed")
    assert {each["notice__kind"]: each["agreed"] for each in held["consents"]} == {
        "privacy": True,
        "optional": False,
        "news": False,
    }


def test_news_is_agreed_to_and_withdrawn_by_one_press_each_and_every_answer_is_kept(client, mine):
    page = f"/ko/ticket/{mine.public_id}/data/consent/"
    client.post(page, {"about": "news", "agreed": "yes"})
    client.post(page, {"about": "news", "agreed": "no"})

    assert list(mine.consents.filter(notice__kind="news").values_list("agreed", flat=True)) == [False, True, False]


def test_whoever_agrees_to_news_later_reads_the_notice_first(client, mine):
    page = client.get(f"/ko/ticket/{mine.public_id}/data/").content.decode()
    notice = ConsentNotice.objects.latest_of("2022", "ko")["news"]

    assert [words in page for words in (notice.purpose, notice.retention, notice.refusal)] == [True] * 3


def test_the_page_and_the_file_name_days_and_mails(client, mine):
    page = client.get(f"/ko/ticket/{mine.public_id}/data/").content.decode()
    held = json.loads(client.get(f"/ko/ticket/{mine.public_id}/data/download/").content)

    assert "1일차" in page
    assert [(mail["kind"], mail["to_email"]) for mail in held["mails"]] == [("confirmation", "seowoo@example.org")]


def test_erasing_is_asked_once(client, mine):
    asked = client.get(f"/ko/ticket/{mine.public_id}/data/erase/")

    assert asked.status_code == 200
    assert Registration.objects.get().name == "홍서우"


def test_who_asks_is_erased_and_the_link_ends(client, mine):
    client.post(f"/ko/ticket/{mine.public_id}/data/erase/")

    assert list(Registration.objects.values_list("name", "email")) == [("", "")]
    assert client.get(f"/ko/ticket/{mine.public_id}/data/").status_code == 404

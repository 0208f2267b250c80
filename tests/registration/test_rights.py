"""Everybody sees, takes along, withdraws and erases their own data, by themselves."""

from __future__ import annotations

import json

import pytest

from registration import links
from registration.models import AccessLog, ConsentNotice, Registration
from tests.factories import make_registration
from tests.pages import Page
from tests.signing_in import sign_in


@pytest.fixture
def mine(client, forum):
    registration = make_registration(forum, email="seowoo@example.org")
    client.get(f"/t/{links.token_of(registration)}/")
    return registration


def test_everything_held_can_be_downloaded(client, mine):
    held = json.loads(client.get(f"/ko/ticket/{mine.public_id}/data/download/").content)

    assert (held["name"], held["email_address"], held["days"][0]["state"]) == (
        "홍서우",
        "seowoo@example.org",
        "confirmed",
    )
    assert {each["notice"]["kind"]: each["agreed"] for each in held["consents"]} == {
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
    assert [(mail["kind"], mail["to"]) for mail in held["mails"]] == [("confirmation", "seowoo@example.org")]


def test_the_file_holds_the_words_that_were_answered_in_keys_for_people(client, mine):
    held = json.loads(client.get(f"/ko/ticket/{mine.public_id}/data/download/").content)

    notice = ConsentNotice.objects.latest_of("2022", "ko")["privacy"]
    agreed = next(each["notice"] for each in held["consents"] if each["agreed"])
    assert (agreed["version"], agreed["purpose"], agreed["right_to_refuse"]) == (1, notice.purpose, notice.refusal)
    assert [key for key in keys_of(held) if "__" in key] == []


def keys_of(held):
    if isinstance(held, list):
        return [key for each in held for key in keys_of(each)]
    if isinstance(held, dict):
        return [*held, *keys_of(list(held.values()))]
    return []


def test_the_file_says_when_staff_looked_and_in_which_role_but_not_who(client, mine, organiser, steward):
    for who, act in ((organiser, "open"), (steward, "desk code")):
        AccessLog.objects.create(who=who, whose=mine.uuid, act=act, whence="192.0.2.7")

    file = client.get(f"/ko/ticket/{mine.public_id}/data/download/").content.decode()

    looks = [(look["act"], look["role"]) for look in json.loads(file)["looks_by_staff"]]
    assert looks == [("open", "organiser"), ("desk code", "staff")]
    assert [word in file for word in (organiser.email, steward.email, "192.0.2.7")] == [False] * 3


def test_an_account_is_taken_along_with_its_registrations(client, forum):
    make_registration(forum, email="seowoo@example.kr")
    sign_in(client, "seowoo@example.kr")

    held = json.loads(client.get("/ko/my/download/").content)

    assert held["account"]["email_address"] == "seowoo@example.kr"
    assert [held["account"][moment] is None for moment in ("made_at", "last_signed_in_at")] == [False, False]
    assert len(held["account"]["codes_mailed_at"]) == 1
    assert [each["email_address"] for each in held["registrations"]] == ["seowoo@example.kr"]
    assert "/ko/my/download/" in Page(client.get("/ko/my/")).links


def test_a_stranger_takes_nothing_along(client, forum):
    assert client.get("/ko/my/download/").status_code == 302


def test_erasing_is_asked_once(client, mine):
    asked = client.get(f"/ko/ticket/{mine.public_id}/data/erase/")

    assert asked.status_code == 200
    assert Registration.objects.get().name == "홍서우"


def test_who_asks_is_erased_and_the_link_ends(client, mine):
    client.post(f"/ko/ticket/{mine.public_id}/data/erase/")

    assert list(Registration.objects.values_list("name", "email")) == [("", "")]
    assert client.get(f"/ko/ticket/{mine.public_id}/data/").status_code == 404

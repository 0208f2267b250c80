"""Everybody sees, takes along, withdraws and erases their own data, by themselves."""

from __future__ import annotations

import json

import pytest

from registration import links
from registration.models import Registration
from tests.factories import make_registration


@pytest.fixture
def mine(client, forum):
    registration = make_registration(forum, email="seowoo@example.org")
    client.get(f"/t/{links.token_of(registration)}/")
    return registration


def test_everything_held_can_be_downloaded(client, mine):
    held = json.loads(client.get(f"/ko/ticket/{mine.public_id}/data/download/").content)

    assert (held["name"], held["email"], held["bookings"][0]["state"]) == ("홍서우", "seowoo@example.org", "confirmed")
    assert {each["notice__kind"]: each["agreed"] for each in held["consents"]} == {"privacy": True, "news": False}


def test_news_is_agreed_to_and_withdrawn_by_one_press_each_and_every_answer_is_kept(client, mine):
    page = f"/ko/ticket/{mine.public_id}/data/consent/"
    client.post(page, {"agreed": "yes"})
    client.post(page, {"agreed": "no"})

    assert list(mine.consents.filter(notice__kind="news").values_list("agreed", flat=True)) == [False, True, False]


def test_who_asks_is_erased_and_the_link_ends(client, mine):
    client.post(f"/ko/ticket/{mine.public_id}/data/erase/")

    assert list(Registration.objects.values_list("name", "email")) == [("", "")]
    assert client.get(f"/ko/ticket/{mine.public_id}/data/").status_code == 404

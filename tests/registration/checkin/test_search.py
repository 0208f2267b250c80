"""Searching at the door: masked, limited, and every search is in the log of looks."""

from __future__ import annotations

import pytest
import time_machine
from django.utils import timezone

from registration import booking
from registration.erasure import erase_edition
from registration.models import AccessLog
from tests.factories import make_registration
from tests.registration.checkin.doors import Door, base64url, lookup_of


@pytest.fixture
def desk(forum) -> Door:
    return Door(forum, gate="Desk", rights="search")


def search(door: Door, text: str) -> dict:
    answer = door.call("search", {"q": text, "point": door.point.pk})
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_somebody_is_found_masked(forum, desk):
    person = make_registration(forum, name="김하늘", email="haneul@example.org", organisation="서울기술연구원")

    answer = desk.call("search", {"q": "ㄱㅎㄴ", "point": desk.point.pk})

    assert answer.json()["items"] == [
        {
            "ref": base64url(lookup_of(person)),
            "name": "김*늘",
            "category": "attendee",
            "code_last4": person.desk_code[-4:],
            "state": "confirmed",
            "is_in": False,
        }
    ]
    for secret in ("김하늘", "haneul", "서울기술연구원", person.desk_code):
        assert secret not in answer.content.decode()


def test_whoever_is_found_is_scanned_like_anybody(forum, desk):
    make_registration(forum, name="김하늘")
    (found,) = search(desk, "하늘")["items"]

    told = desk.send(desk.item(b"") | {"l": found["ref"], "method": "search"}).json()["items"][0]

    assert (told["verdict"], told["person"]["name"]) == ("admitted", "김하늘")
    assert search(desk, "하늘")["items"][0]["is_in"] is True


def test_each_says_how_it_stands_today_at_this_door(forum, desk):
    make_registration(forum, name="김하늘", days=(2,))
    cancelled = make_registration(forum, name="김하랑", days=(1, 2))
    booking.cancel(cancelled, [1])

    assert {each["name"]: each["state"] for each in search(desk, "김하")["items"]} == {
        "김*늘": "none",
        "김*랑": "cancelled",
    }


def test_too_short_a_text_is_refused_with_a_sentence(desk):
    answer = desk.call("search", {"q": "하", "point": desk.point.pk})

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")
    assert not AccessLog.objects.exists()


def test_every_search_is_logged_under_the_phone(forum, desk):
    search(desk, "하늘")

    log = AccessLog.objects.get()
    assert (log.device, log.who, log.act, log.detail, log.whence) == (
        desk.device.uuid,
        None,
        "search",
        "하늘",
        "127.0.0.1",
    )


def test_and_under_the_steward_who_is_signed_in(forum, steward, steward_client):
    steward_client.get("/checkin/")
    point = forum.points.first().pk

    steward_client.post(
        "/api/checkin/v1/search",
        {"q": "하늘", "point": point},
        content_type="application/json",
        headers={"X-Checkin": "1"},
    )

    assert AccessLog.objects.get().who == steward


def test_what_was_searched_for_is_erased_with_the_people(forum, desk):
    make_registration(forum, name="김하늘")
    search(desk, "김하늘")

    erase_edition(forum, by="test")

    assert AccessLog.objects.get().detail == ""


def test_searching_ends_after_sixty_in_a_minute(forum, desk):
    with time_machine.travel(timezone.now().replace(second=1)):
        answers = [desk.call("search", {"q": "하늘", "point": desk.point.pk}).status_code for _ in range(61)]

    assert answers == [200] * 60 + [429]


@pytest.mark.parametrize("body", [{}, {"q": "하늘"}, {"q": 7, "point": 1}, {"q": "x" * 61, "point": 1}, "하늘", []])
def test_another_shape_is_a_bad_request(desk, body):
    assert desk.call("search", body).status_code == 400


def test_control_characters_reach_no_database(forum, desk):
    assert search(desk, "하\x00늘\ud800")["items"] == []

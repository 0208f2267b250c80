"""The list for the doors on paper."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.utils.translation import override

from programme.templatetags.forum_dates import day_long
from registration import booking, erasure
from registration.models import AccessLog
from tests.factories import make_registration
from tests.pages import said
from tests.paper import Paper
from tests.registration.checkin.doors import Door


def address(order="name", day=1):
    return f"/staff/board/2022/day-{day}/by-{order}.pdf"


def paper(client, order="name", day=1, language="ko"):
    answer = client.get(address(order, day), headers={"accept-language": language})
    assert answer.status_code == 200
    return Paper(answer.content)


def order_of(words, text):
    return sorted(words, key=text.index)


def test_by_name_it_says_names_in_full_in_korean_order_and_half_the_code(forum, organiser_client):
    names = ["Zoë", "홍서우", "강하늘", "ann lee", "남궁민수"]
    people = [make_registration(forum, name=name, organisation="늘푸른자료모임") for name in names]

    text = paper(organiser_client).text

    assert order_of(names, text) == ["강하늘", "남궁민수", "홍서우", "ann lee", "Zoë"]
    for person in people:
        assert f"-{person.desk_code[-4:]}" in text
        assert person.desk_code_for_people not in text
        assert person.email not in text
    assert "늘푸른자료모임" not in text


def test_by_code_it_says_codes_in_full_in_their_order_and_covered_names(forum, organiser_client):
    people = [make_registration(forum, name="홍서우") for _ in range(6)]

    text = paper(organiser_client, "code").text

    codes = [person.desk_code_for_people for person in people]
    assert order_of(codes, text) == sorted(codes)
    assert (text.count("홍*우"), "홍서우" in text) == (6, False)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_it_says_which_day_which_order_when_and_by_whom_it_was_printed_and_each_page_its_number(
    forum, organiser_client, organiser, language
):
    day = forum.days.get(number=1)
    for number in range(60):
        make_registration(forum, name=f"홍서우{number}")
    with time_machine.travel(dt.datetime(2026, 3, 4, 8, 15, tzinfo=forum.tzinfo), tick=False):
        sheet = paper(organiser_client, language=language)

    pages = [" ".join(page.extract_text().split()) for page in sheet.reader.pages]
    assert len(pages) == 2
    with override(language):
        date = day_long(day.date)
    for number, page in enumerate(pages, 1):
        assert re.search(rf"{said(language, 'Page')} {number} / 2\b", page)
        assert [words in page for words in (date, said(language, "By name"), "08:15", organiser.email)] == [True] * 4
        assert said(language, "Personal data. Destroy it after the day.") in page
    assert sheet.is_accessible


def test_only_whoever_has_a_seat_that_day_is_on_it(forum, organiser_client):
    make_registration(forum, name="첫날만", days=(1,))
    make_registration(forum, name="둘째날", days=(2,))
    gone = make_registration(forum, name="취소함")
    booking.cancel(gone, [1])
    forgotten = make_registration(forum, name="잊힌이", days=(1, 2))
    erasure.erase_person(forgotten, by="desk")

    texts = {day: paper(organiser_client, day=day).text for day in (1, 2)}

    names = ("첫날만", "둘째날", "취소함", "잊힌이")
    assert {day: [name in text for name in names] for day, text in texts.items()} == {
        1: [True, False, False, False],
        2: [False, True, False, False],
    }


def test_support_that_was_asked_for_is_on_it_and_what_was_written_about_it_is_not(forum, organiser_client):
    make_registration(forum, support=["wheelchair", "other"], support_note="무대 왼쪽")

    text = paper(organiser_client, language="en").text

    assert "Wheelchair place" in text
    assert "무대 왼쪽" not in text


def test_whoever_has_come_already_is_ticked(forum, client, organiser):
    there = make_registration(forum, name="가온")
    make_registration(forum, name="나온")
    with time_machine.travel(forum.days.get(number=1).at(dt.time(12)), tick=False):
        Door(forum).admit(there)
        client.force_login(organiser)
        text = paper(client).text

    assert re.search(r"V 가온", text)
    assert not re.search(r"V 나온", text)


@pytest.mark.parametrize("order", ["name", "code"])
def test_a_strange_name_is_text(forum, organiser_client, order):
    make_registration(forum, name="<img src=x onerror=alert(1)>")

    text = paper(organiser_client, order).text

    assert {"name": "<img src=x onerror=alert(1)>", "code": "<***"}[order] in text


def test_who_printed_it_stands_in_the_log(forum, organiser_client, organiser):
    make_registration(forum)

    organiser_client.get(address("code"))

    look = AccessLog.objects.get()
    assert (look.who, look.act, look.whose) == (organiser, "paper list", None)
    assert look.detail == "2022 · day 1 · by code · 1 people"


def test_stewards_and_strangers_get_none(forum, client, steward):
    assert client.get(address()).status_code == 302
    client.force_login(steward)
    assert client.get(address()).status_code == 403
    assert not AccessLog.objects.exists()


@pytest.mark.parametrize("wrong", [address("age"), address(day=9), "/staff/board/1999/day-1/by-name.pdf"])
def test_what_there_is_not_is_not_found(forum, organiser_client, wrong):
    assert organiser_client.get(wrong).status_code == 404


def test_a_day_without_anybody_is_an_empty_list(forum, organiser_client):
    assert len(paper(organiser_client).reader.pages) == 1


def test_it_asks_as_often_for_three_people_as_for_one(forum, organiser_client, django_assert_max_num_queries):
    make_registration(forum)
    with django_assert_max_num_queries(12) as one:
        organiser_client.get(address())
    [make_registration(forum) for _ in range(2)]
    with django_assert_max_num_queries(len(one)):
        organiser_client.get(address())

"""What pages say of a day to whoever chooses it, waits for it, or has it already."""

from __future__ import annotations

import re

import pytest

from registration import links, promotion, waiting_list
from registration.models import Quota
from tests.factories import filled_form, make_registration
from tests.pages import Page, said
from tests.registration.sign_up_pages import SignUp

LANGUAGES = pytest.mark.parametrize("language", ["ko", "en"])


def no_seats(number, **more):
    Quota.objects.filter(day__number=number).update(capacity=0, **more)


def boxes(response):
    """The boxes of the days, as they are drawn."""
    return re.findall(r'<input[^>]*name="days"[^>]*>', response.content.decode())


def edit(client, registration, language="ko"):
    client.get(f"/t/{links.token_of(registration)}/")
    return client.get(f"/{language}/ticket/{registration.public_id}/edit/")


@LANGUAGES
def test_the_check_page_says_that_a_day_is_a_waiting_list_and_which_place_it_would_be(client, forum, language):
    no_seats(2, longest_line=9, waiting=3)
    pages = SignUp(client, forum, language)

    checked = pages.read("check", pages.filled(days=["1", "2"]))

    sentence = said(language, "Waiting list: number %(place)s if you register now", place=4)
    assert checked.text.count(sentence) == 1


@LANGUAGES
def test_whoever_is_next_is_told_so_and_not_that_nobody_is_ahead(client, forum, language):
    no_seats(2, longest_line=9)

    page = Page(client.get(f"/{language}/2022/register/"))

    assert said(language, "You are next") in page.text


@LANGUAGES
def test_a_full_day_cannot_be_ticked_and_leads_to_the_live_stream(client, forum, language):
    no_seats(2)

    shown = client.get(f"/{language}/2022/register/")

    assert ["aria-disabled" in box for box in boxes(shown)] == [False, True]
    assert said(language, "Watch a full day in the live stream") in Page(shown).text
    assert f"/{language}/2022/live/" in Page(shown).links


def test_a_day_that_filled_up_after_it_was_ticked_can_be_taken_back(client, forum):
    typed = filled_form(client, forum, days=["1", "2"])
    no_seats(2)

    refused = client.post("/ko/2022/register/check/", typed)

    assert [("checked" in box, "aria-disabled" in box) for box in boxes(refused)] == [(True, False)] * 2


@LANGUAGES
def test_the_page_of_changes_says_what_the_person_has_and_not_how_others_stand(client, forum, language):
    registration = make_registration(forum, days=(1,))
    Quota.objects.filter(day__number=1).update(capacity=1, waiting=1, longest_line=9)

    page = Page(edit(client, registration, language))

    assert said(language, "Your seat") in page.text
    assert said(language, "Join the waiting list") not in page.text


def test_a_full_day_that_the_person_has_stays_theirs_to_give_back(client, forum):
    registration = make_registration(forum, days=(1,))
    Quota.objects.filter(day__number=1).update(capacity=1, longest_line=0)

    shown = edit(client, registration)

    assert [("checked" in box, "aria-disabled" in box) for box in boxes(shown)] == [(True, False), (False, False)]


def test_saving_changes_keeps_the_wish_to_be_taken_in_where_no_line_is_shown(client, forum):
    registration = make_registration(forum, days=(1,), takes_any_seat=True)
    shown = Page(edit(client, registration))

    client.post(f"/ko/ticket/{registration.public_id}/edit/", shown.fields | {"name": "홍서윤"})

    registration.refresh_from_db()
    assert (registration.name, registration.takes_any_seat) == ("홍서윤", True)


@LANGUAGES
def test_whoever_only_waits_is_not_told_to_give_back_a_seat(client, forum, language):
    no_seats(1, longest_line=9)
    pages = SignUp(client, forum, language)
    pages.post("done", pages.filled())

    done = Page(client.get(pages.done))

    leave = "If you change your mind, leave the list by the link in the mail. Everybody behind you moves up."
    cancel = "If you cannot come, cancel by the link in the mail. Somebody else will be glad of the seat."
    assert [said(language, each) in done.text for each in (leave, cancel)] == [True, False]


def test_whoever_only_waits_has_no_qr_to_save(client, forum):
    no_seats(1, longest_line=9)
    waits, seated = make_registration(forum, days=(1,), may_wait=[1]), make_registration(forum, days=(2,))
    statuses = []
    for registration in (waits, seated):
        client.get(f"/t/{links.token_of(registration)}/")
        statuses.append(client.get(f"/ko/ticket/{registration.public_id}/qr.png").status_code)

    assert statuses == [404, 200]


@LANGUAGES
def test_whoever_waited_until_the_line_closed_is_told_that_and_nothing_else(client, forum, language):
    no_seats(1, longest_line=9)
    registration = make_registration(forum, days=(1,), may_wait=[1])
    client.get(f"/t/{links.token_of(registration)}/")
    quota = Quota.objects.select_related("day__edition").get(day__number=1)
    waiting_list.close(quota, promotion.line_closes_at(quota.day))

    page = Page(client.get(f"/{language}/ticket/{registration.public_id}/"))

    closed, left = "The list closed before a seat came free.", "You did not take the seat that we offered you."
    assert [said(language, each) in page.text for each in (closed, left)] == [True, False]

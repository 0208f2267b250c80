"""The page after the last press: what it says, what can be mended there, and that it gives nobody away."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from forum.outbox.models import Message
from registration import links
from registration.models import Quota, Registration
from registration.views.done import CORRECTIONS
from tests.factories import make_registration
from tests.pages import Page
from tests.registration.sign_up_pages import SignUp

ADDRESS = "/ko/2022/register/done/address/"


@pytest.fixture
def full_day_two(forum):
    """One seat on day 2, which is taken, and two people in line."""
    Quota.objects.filter(day__number=2).update(capacity=1, longest_line=9)
    make_registration(forum, days=(2,))
    for _ in range(2):
        make_registration(forum, days=(2,), may_wait=[2])


def last_page(browser, **answers):
    assert browser.post("done", browser.filled(**answers)).status_code == 302
    return Page(browser.client.get(browser.done))


@pytest.mark.parametrize(("days", "title"), [(["2"], "대기 신청했습니다"), (["1", "2"], "신청 완료")])
def test_it_says_which_day_is_waited_for_and_at_which_place(sign_up_pages, full_day_two, days, title):
    page = last_page(sign_up_pages, days=days)

    assert page.title.startswith(title)
    assert ("대기 3번" in page.text, "1일차" in page.text) == (True, "1" in days)


def test_a_known_address_is_told_what_a_newcomer_is_told(client, forum, full_day_two):
    make_registration(forum, days=(1,), email="known@example.org")
    texts = [
        last_page(SignUp(Client(), forum, "ko"), days=["1", "2"], email=email).text.replace(email, "")
        for email in ("known@example.org", "new@example.org")
    ]

    assert texts[0] == texts[1]


def test_a_mistyped_address_is_corrected_and_only_the_new_one_gets_the_ticket(sign_up_pages, forum):
    last_page(sign_up_pages, email="seowo@example.kr")

    page = Page(sign_up_pages.client.post(ADDRESS, {"email": "seowoo@example.kr"}, follow=True))

    assert Registration.objects.get().email == "seowoo@example.kr"
    assert "seowoo@example.kr" in page.text
    newest = Message.objects.order_by("pk").last()
    assert (newest.kind, newest.to_email) == ("confirmation", "seowoo@example.kr")


def test_a_form_with_a_known_address_is_corrected_like_any_other_and_touches_nothing_of_theirs(forum):
    known = make_registration(forum, email="known@example.org")
    seen = []
    for typed in ("known@example.org", "other@example.org"):
        browser = SignUp(Client(), forum, "ko")
        last_page(browser, email=typed)
        answer = browser.client.post(ADDRESS, {"email": f"right-{typed}"}, follow=True)
        mails = list(Message.objects.filter(to_email=f"right-{typed}").values_list("kind", "subject"))
        seen.append((answer.redirect_chain, Page(answer).text.replace(typed, "…"), mails))

    known.refresh_from_db()
    assert seen[0] == seen[1]
    assert [kind for kind, _subject in seen[0][2]] == ["confirmation"]
    assert (known.email, links.token_of(known), known.bookings.confirmed().count()) == (
        "known@example.org", links.token_of(Registration.objects.get(pk=known.pk)), 1,
    )  # fmt: skip


def test_a_form_whose_address_was_known_can_be_corrected_twice(sign_up_pages, forum):
    make_registration(forum, email="known@example.org")
    last_page(sign_up_pages, email="known@example.org")

    for email in ("typo@example.org", "right@example.org"):
        sign_up_pages.client.post(ADDRESS, {"email": email})

    assert sorted(Registration.objects.living().values_list("email", flat=True)) == [
        "known@example.org",
        "right@example.org",
    ]


def test_what_a_robot_has_sent_is_not_registered_by_a_correction(sign_up_pages, forum):
    sign_up_pages.post("done", sign_up_pages.filled(email="robot@example.org") | {"website": "https://spam.example"})

    sign_up_pages.client.post(ADDRESS, {"email": "robot2@example.org"})

    assert Registration.objects.count() == 0


def test_the_longest_answers_fit_into_what_a_browser_keeps(sign_up_pages, forum):
    longest = {"name": "가" * 60, "organisation": "나" * 60, "support": ["other"], "support_note": "다" * 300}
    answer = sign_up_pages.post("done", sign_up_pages.filled(email=f"{'e' * 60}@example.org", **longest))

    assert answer.status_code == 302
    assert max(len(cookie.OutputString()) for cookie in answer.cookies.values()) < 4096


def test_after_the_correction_the_old_form_sent_again_registers_nobody(sign_up_pages, forum):
    typed = sign_up_pages.filled(email="seowo@example.kr")
    sign_up_pages.post("done", typed)
    sign_up_pages.client.post(ADDRESS, {"email": "seowoo@example.kr"})

    sign_up_pages.post("done", typed)

    assert [each.email for each in Registration.objects.all()] == ["seowoo@example.kr"]


def test_an_hour_later_the_address_is_corrected_behind_the_secret_link_only(sign_up_pages, forum):
    last_page(sign_up_pages, email="seowo@example.kr")

    with time_machine.travel(timezone.now() + dt.timedelta(minutes=61), tick=False):
        page = Page(sign_up_pages.client.get(sign_up_pages.done))
        late = sign_up_pages.client.post(ADDRESS, {"email": "thief@example.org"})

    assert (ADDRESS in page.links, late.url) == (False, sign_up_pages.form)
    assert Registration.objects.get().email == "seowo@example.kr"


def test_an_address_is_not_corrected_for_ever(sign_up_pages, forum):
    last_page(sign_up_pages)

    answers = [
        sign_up_pages.client.post(ADDRESS, {"email": f"guess-{number}@example.org"})
        for number in range(CORRECTIONS + 1)
    ]

    assert [answer.status_code for answer in answers] == [302] * CORRECTIONS + [200]


def test_whoever_sent_no_form_is_shown_one(client, forum):
    assert client.get(ADDRESS).url == "/ko/2022/register/"

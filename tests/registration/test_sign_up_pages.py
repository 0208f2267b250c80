"""From the form over the check page to the last one, which tells nobody who is registered."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.outbox.models import Message
from registration import booking
from registration.models import Consent, Quota, Registration
from tests.factories import make_registration
from tests.pages import Page, is_korean, said
from tests.registration.sign_up_pages import NOTHING, SignUp, saved

FULL_ANSWERS = {
    "days": ["1", "2"],
    "name": "홍서우",
    "email": "seowoo@example.kr",
    "organisation": "서울연구원",
    "field": "research",
    "support": ["captions", "receiver"],
    "support_note": "앞자리\r\n부탁드립니다",
    "optional": "on",
    "news": "on",
}


def test_a_citizen_registers_with_what_the_pages_themselves_carry(forum):
    """Every request is what a browser sends: the page's own hidden fields, its token, its cookies."""
    browser = SignUp(Client(enforce_csrf_checks=True), forum, "ko")
    form = Page(browser.client.get(browser.form))

    checked = Page(browser.post("check", form.fields | FULL_ANSWERS | {"agree": "on", "is_of_age": "on"}))
    assert saved() == NOTHING  # nothing is kept before the last press
    answer = browser.post("done", checked.fields)

    assert (answer.status_code, answer.url) == (302, browser.done)
    registration = Registration.objects.get()
    assert [booking.day.number for booking in registration.bookings.confirmed()] == [1, 2]
    assert (registration.name, registration.email, registration.language) == ("홍서우", "seowoo@example.kr", "ko")
    assert (registration.organisation, registration.field) == ("서울연구원", "research")
    assert sorted(registration.support) == ["captions", "other", "receiver"]
    assert registration.support_note.splitlines() == ["앞자리", "부탁드립니다"]
    answers = {each.notice.kind: each.agreed for each in registration.consents.all()}
    assert answers == {"privacy": True, "optional": True, "news": True}
    assert "seowoo@example.kr" in Page(browser.client.get(answer.url)).text


def test_change_brings_back_what_was_ticked_but_asks_for_consent_anew(sign_up_pages):
    Quota.objects.filter(day__number=2).update(capacity=0, longest_line=9)
    typed = sign_up_pages.filled(days=["1", "2"], takes_any_seat="on", news="on")

    page = sign_up_pages.read("form", typed)

    boxes = {name: page.fields.get(name) for name in ("days", "takes_any_seat", "is_of_age", "agree", "news")}
    ticked = {"days": ["1", "2"], "takes_any_seat": ["on"], "is_of_age": ["on"]}
    assert boxes == {**ticked, "agree": None, "news": None}


def test_that_somebody_is_14_or_older_is_read_back_and_kept(sign_up_pages):
    page = sign_up_pages.read("check", sign_up_pages.filled())
    sign_up_pages.post("done", sign_up_pages.filled())

    assert said("ko", "14 or older") in page.text
    assert Registration.objects.get().is_of_age


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("hong@hanmial.net", "hong@hanmail.net"), ("hong@gmial.com", "hong@gmail.com"), ("hong@seoul.ac.kr", "")],
)
def test_a_slip_in_a_common_address_is_asked_about_and_no_error(sign_up_pages, typed, meant):
    page = sign_up_pages.read("check", sign_up_pages.filled(email=typed))

    assert ("주소가 맞나요?" in page.text, meant in page.text) == (bool(meant), True)
    assert page.summary == []


@pytest.mark.parametrize("may_wait", ["²", "1,²,x", "٣"])
def test_a_hidden_field_that_was_tampered_with_is_no_error_of_ours(sign_up_pages, may_wait):
    assert sign_up_pages.post("done", sign_up_pages.filled(may_wait=may_wait)).status_code == 302


def test_without_the_token_against_forgery_nobody_is_registered(forum):
    browser = SignUp(Client(enforce_csrf_checks=True), forum, "ko")

    answer = browser.post("done", browser.filled())

    assert (answer.status_code, saved()) == (403, NOTHING)


def test_the_language_of_the_page_is_the_language_of_mail_and_ticket(sign_up_in):
    sign_up_in.post("done", sign_up_in.filled())

    assert Registration.objects.get().language == sign_up_in.language
    assert Message.objects.get().language == sign_up_in.language
    assert is_korean(Message.objects.get().subject) == (sign_up_in.language == "ko")
    assert {consent.notice.language for consent in Consent.objects.all()} == {sign_up_in.language}


def test_the_check_page_reads_every_answer_back(sign_up_in):
    page = sign_up_in.read("check", sign_up_in.filled(**FULL_ANSWERS))

    for answer in ("홍서우", "seowoo@example.kr", "서울연구원", "앞자리", "부탁드립니다"):
        assert answer in page.text
    days = [f"{number}일차" if sign_up_in.language == "ko" else f"Day {number}" for number in (1, 2)]
    assert [day in page.text for day in days] == [True, True]


def test_change_leads_back_with_everything_typed_and_asks_for_consent_anew(sign_up_in):
    checked = sign_up_in.read("check", sign_up_in.filled(**FULL_ANSWERS))

    form = sign_up_in.read("form", checked.fields)

    assert form.summary == []
    typed = {name: value if isinstance(value, list) else [value] for name, value in FULL_ANSWERS.items()}
    assert {name: sorted(form.fields[name]) for name in typed if name not in ("optional", "news")} == {
        name: sorted(value) for name, value in typed.items() if name not in ("optional", "news")
    }
    assert {"agree", "news"} & set(form.fields) == set()
    assert form.fields["submission_key"] == checked.fields["submission_key"]


@pytest.mark.parametrize("news", [None, "on"])
def test_no_box_of_consent_is_ever_ticked_beforehand(sign_up_in, news):
    """Consent is a person’s own tick (Network Act, article 50, for news)."""
    empty = Page(sign_up_in.client.get(sign_up_in.form))
    checked = sign_up_in.read("check", sign_up_in.filled(news=news))
    changed = sign_up_in.read("form", checked.fields)

    assert [{"agree", "news"} & set(page.fields) for page in (empty, changed)] == [set(), set()]


@pytest.mark.parametrize(("news", "agreed"), [(None, False), ("on", True)])
def test_the_check_page_carries_the_answer_about_news_as_it_was_given(sign_up_pages, news, agreed):
    checked = sign_up_pages.read("check", sign_up_pages.filled(news=news))

    sign_up_pages.post("done", checked.fields)

    assert Consent.objects.get(notice__kind="news").agreed is agreed


def test_hidden_answers_of_the_check_page_are_validated_again(sign_up_pages):
    checked = sign_up_pages.read("check", sign_up_pages.filled())

    page = sign_up_pages.read("done", checked.fields | {"name": "evil\nname", "days": ["7"], "agree": "False"})

    assert [place for place, _sentence in page.summary] == ["#id_days_0", "#id_name", "#id_agree"]
    assert saved() == NOTHING


def test_the_last_seat_that_goes_between_check_and_done_is_said_so(sign_up_pages):
    typed = sign_up_pages.filled(days=["1"])
    checked = sign_up_pages.read("check", typed)
    Quota.objects.filter(day__number=1).update(capacity=0)

    page = sign_up_pages.read("done", checked.fields)

    assert [place for place, _sentence in page.summary] == ["#id_days_0"]
    assert page.fields["name"] == [typed["name"]]
    assert saved() == NOTHING


def test_pressing_twice_registers_once(sign_up_pages):
    typed = sign_up_pages.filled()

    answers = [sign_up_pages.post("done", typed) for _ in range(3)]

    assert [(answer.status_code, answer.url) for answer in answers] == [(302, sign_up_pages.done)] * 3
    assert saved() == (1, 1, 1)


# --- The last page ------------------------------------------------------------------------------------------------


def without_token(answer):
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", answer.content)


def register_anew(forum, language, email):
    """The answer to the last press and the page after it, for somebody whom we have never seen. And the statements."""
    browser = SignUp(Client(), forum, language)
    typed = browser.filled(email=email)
    with CaptureQueriesContext(connection) as statements:
        answer = browser.post("done", typed)
    with CaptureQueriesContext(connection) as shown:
        page = browser.client.get(answer.url)
    return answer, page, len(statements), len(shown)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_last_page_is_the_same_for_an_address_that_is_known(forum, language):
    first, unknown, _statements, asked_unknown = register_anew(forum, language, "seowoo@example.kr")
    second, known, _statements, asked_known = register_anew(forum, language, "SeoWoo@example.kr")
    third, known_exactly, _statements, _asked = register_anew(forum, language, "seowoo@example.kr")

    assert (saved()[0], unknown.status_code) == (1, 200)
    assert without_token(unknown) == without_token(known_exactly)
    assert without_token(unknown) == without_token(known).replace(b"SeoWoo@", b"seowoo@")
    assert lasting(unknown) == lasting(known_exactly)
    assert asked_unknown == asked_known
    for answer in (second, third):
        assert (answer.status_code, lasting(answer), answer.content) == (302, lasting(first), first.content)
        assert {name: len(cookie.value) for name, cookie in answer.cookies.items()} == {
            name: len(cookie.value) for name, cookie in first.cookies.items()
        }


def test_an_address_that_cancelled_is_answered_alike_too(forum):
    _answer, fresh, *_ = register_anew(forum, "ko", "seowoo@example.kr")
    booking.cancel(Registration.objects.get(), [1])

    _answer, again, *_ = register_anew(forum, "ko", "seowoo@example.kr")

    assert without_token(fresh) == without_token(again)
    assert Registration.objects.living().count() == 1


def test_a_full_day_does_not_tell_whether_an_address_is_known(forum):
    make_registration(forum, email="known@example.kr", days=[1])
    Quota.objects.filter(day__number=1).update(capacity=1)
    pages = []
    for email in ("known@example.kr", "other@example.kr"):
        browser = SignUp(Client(), forum, "ko")
        pages.append(browser.read("done", browser.filled(email=email, days=["1"], may_wait="")).summary)

    assert pages[0] == pages[1] != []


def test_registering_a_known_address_writes_no_more_than_a_mail(forum):
    """Not equal, or the known address would be given seats: but it must not be slower, and asks no more."""
    *_, for_unknown, _shown = register_anew(forum, "ko", "seowoo@example.kr")
    *_, for_known, _shown = register_anew(forum, "ko", "seowoo@example.kr")

    assert for_known <= for_unknown


def test_the_last_page_survives_a_reload_but_not_a_day(sign_up_pages):
    sign_up_pages.post("done", sign_up_pages.filled(email="seowoo@example.kr"))

    assert "seowoo@example.kr" in Page(sign_up_pages.client.get(sign_up_pages.done)).text
    with time_machine.travel(timezone.now() + dt.timedelta(days=1, seconds=2)):
        assert sign_up_pages.client.get(sign_up_pages.done).url == sign_up_pages.form


@pytest.mark.parametrize("cookie", ["", "garbage", "InNlb3dvb0BleGFtcGxlLmtyIg:1abc:forged", "é", "a" * 4_000])
def test_a_forged_cookie_shows_nothing(sign_up_pages, cookie):
    sign_up_pages.client.cookies["done"] = cookie

    assert sign_up_pages.client.get(sign_up_pages.done).url == sign_up_pages.form


def test_the_cookie_of_the_last_page_is_for_no_script_and_for_both_languages(sign_up_pages):
    """Whoever presses “English” there must not land on an empty form."""
    cookie = sign_up_pages.post("done", sign_up_pages.filled()).cookies["done"]

    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", "")
    assert all(page.startswith(cookie["path"]) for page in (sign_up_pages.done, sign_up_pages.done.replace("ko", "en")))


def test_the_last_page_can_be_read_in_the_other_language(sign_up_pages):
    sign_up_pages.post("done", sign_up_pages.filled(email="seowoo@example.kr"))

    page = Page(sign_up_pages.client.get(sign_up_pages.done.replace("/ko/", "/en/")))

    assert (page.language, "seowoo@example.kr" in page.text) == ("en", True)


@pytest.mark.parametrize("step", ["form", "check", "done"])
def test_pages_with_answers_are_kept_by_nobody(sign_up_pages, step):
    typed = sign_up_pages.filled()
    sign_up_pages.post("done", typed)

    answer = sign_up_pages.client.get(sign_up_pages.done) if step == "done" else sign_up_pages.post(step, typed)

    assert answer.status_code == 200
    assert {"no-store", "private"} <= set(answer["Cache-Control"].split(", "))
    assert (answer["Referrer-Policy"], answer["X-Robots-Tag"]) == ("same-origin", "noindex")


def test_nothing_that_was_typed_is_kept_in_a_web_session(sign_up_pages):
    sign_up_pages.post("check", sign_up_pages.filled())

    assert "s" not in sign_up_pages.client.cookies


def lasting(answer) -> dict[str, str]:
    """The headers, but for the one that names the second."""
    return {name: value for name, value in answer.headers.items() if name != "Expires"}

"""“My registrations”, registering while signed in, and ending an account."""

from __future__ import annotations

import pytest
from django.test import Client

from forum.accounts.models import User
from forum.outbox.models import Message
from programme.models import Edition
from registration import booking
from registration.models import Quota, Registration
from tests.factories import make_registration
from tests.pages import Page, said
from tests.registration.sign_up_pages import SignUp
from tests.signing_in import sign_in

SEOWOO = "seowoo@example.kr"
MY = "/{}/my/"


@pytest.fixture(params=["ko", "en"])
def language(request):
    return request.param


@pytest.fixture
def citizen(client, forum):
    sign_in(client, SEOWOO)
    return client


def shown(browser, language="ko"):
    return Page(browser.get(MY.format(language)))


def mails(kind):
    return Message.objects.filter(kind=kind).count()


# --- The list -------------------------------------------------------------------------------------------------------


def test_a_stranger_is_asked_to_sign_in(client, forum, language):
    assert client.get(MY.format(language)).url == f"/{language}/my/sign-in/?next=/{language}/my/"


def test_each_registration_is_there_with_its_days_and_the_way_to_its_ticket(citizen, forum, language):
    Quota.objects.filter(day__number=2).update(capacity=0)
    registration = make_registration(forum, email=SEOWOO, days=(1, 2), may_wait=(2,))

    page = shown(citizen, language)

    assert f"/{language}/ticket/{registration.public_id}/" in page.links
    assert "홍서우" in page.text
    states = [
        (day.number, booking.state) for day, booking in citizen.get(MY.format(language)).context["registrations"][0][1]
    ]
    assert states == [(1, "confirmed"), (2, "waiting")]
    assert [said(language, state) in page.text for state in ("confirmed", "waiting")] == [True, True]


def test_past_editions_are_there_too_and_come_after(citizen, forum):
    past = Edition.objects.exclude(pk=forum.pk).filter(is_published=True).first()
    Registration.objects.create(edition=past, name="홍서우", email=SEOWOO, email_key=SEOWOO, language="ko")
    now = make_registration(forum, email=SEOWOO)

    rows = [registration for registration, _days in citizen.get(MY.format("ko")).context["registrations"]]

    assert [row.edition for row in rows] == [forum, past]
    assert rows[0] == now


def test_what_was_cancelled_is_there_and_says_so(citizen, forum, language):
    cancelled = make_registration(forum, email=SEOWOO)
    booking.cancel(cancelled, [1])
    living = make_registration(forum, email=SEOWOO)

    page = citizen.get(MY.format(language))

    assert [registration for registration, _days in page.context["registrations"]] == [living, cancelled]
    assert said(language, "Cancelled") in Page(page).text


def test_nobody_elses_registration_is_there(citizen, forum):
    make_registration(forum, email="other@example.kr")

    assert citizen.get(MY.format("ko")).context["registrations"] == []


def test_with_nothing_registered_the_page_leads_on(citizen, language):
    page = shown(citizen, language)

    assert said(language, "There is no registration with this address.") in page.text
    assert {f"/{language}/2022/register/", f"/{language}/2022/tickets/resend/"} <= set(page.links)


def test_the_list_asks_as_often_for_three_registrations_as_for_one(citizen, forum, django_assert_max_num_queries):
    make_registration(forum, email=SEOWOO)
    citizen.get(MY.format("ko"))
    with django_assert_max_num_queries(30) as one:
        citizen.get(MY.format("ko"))
        for_one = len(one)
    for _ in range(2):
        booking.cancel(Registration.objects.living().get(), [1])
        make_registration(forum, email=SEOWOO)
    citizen.get(MY.format("ko"))

    with django_assert_max_num_queries(for_one):
        citizen.get(MY.format("ko"))


def test_the_list_is_kept_by_nobody_and_found_by_no_search_engine(citizen):
    answer = citizen.get(MY.format("ko"))

    assert {"no-store", "private"} <= set(answer["Cache-Control"].split(", "))
    assert answer["X-Robots-Tag"] == "noindex"
    assert "Disallow: /*/my/" in citizen.get("/robots.txt").content.decode()


def test_no_edition_can_be_called_like_the_page(forum):
    forum.slug = "my"

    with pytest.raises(Exception, match="my"):
        forum.full_clean()


def test_without_any_edition_the_pages_still_answer(client, db):
    sign_in(client, SEOWOO)

    assert [client.get(page).status_code for page in ("/ko/my/", "/ko/my/delete/")] == [200, 200]


# --- Where it is found ----------------------------------------------------------------------------------------------


def test_the_ways_to_sign_in_stand_where_people_look_for_their_ticket(client, forum, language):
    assert f"/{language}/my/sign-in/" in Page(client.get(f"/{language}/2022/tickets/resend/")).links
    assert f"/{language}/my/" in Page(client.get(f"/{language}/ticket/0000000000/")).links
    SignUp(client, forum, language).post("done", SignUp(client, forum, language).filled())
    assert f"/{language}/my/sign-in/" in Page(client.get(f"/{language}/2022/register/done/")).links


def test_who_is_signed_in_is_led_to_the_list(citizen, forum, language):
    assert f"/{language}/my/" in Page(citizen.get(f"/{language}/2022/tickets/resend/")).links


# --- Registering while signed in -----------------------------------------------------------------------------------


def test_the_form_knows_the_address_and_the_name_of_the_latest_registration(citizen, forum, language):
    booking.cancel(make_registration(forum, email=SEOWOO, name="김하늘"), [1])

    page = Page(citizen.get(f"/{language}/2022/register/"))

    assert (page.fields["email"], page.fields["name"]) == ([SEOWOO], ["김하늘"])


def test_to_strangers_the_form_is_empty(client, forum):
    page = Page(client.get("/ko/2022/register/"))

    assert (page.fields["email"], page.fields["name"]) == ([""], [""])


def test_what_was_typed_is_not_overwritten(citizen, forum):
    pages = SignUp(citizen, forum, "ko")
    checked = pages.read("check", pages.filled(email="friend@example.kr", name="김하늘"))

    form = pages.read("form", checked.fields)

    assert (form.fields["email"], form.fields["name"]) == (["friend@example.kr"], ["김하늘"])


def test_after_the_last_press_the_ticket_is_on_screen(citizen, forum, language):
    pages = SignUp(citizen, forum, language)

    answer = pages.post("done", pages.filled(email="SeoWoo@Example.kr"))

    registration = Registration.objects.get()
    assert answer.url == f"/{language}/ticket/{registration.public_id}/"
    assert registration.user.email == SEOWOO
    page = Page(citizen.get(answer.url))
    assert said(language, "Your registration is complete. We have mailed it to you too.") in page.text
    assert registration.desk_code_for_people in page.text
    assert mails("confirmation") == 1


def test_pressing_twice_registers_once_and_shows_the_same_ticket(citizen, forum):
    pages = SignUp(citizen, forum, "ko")
    typed = pages.filled(email=SEOWOO)

    answers = [pages.post("done", typed) for _ in range(3)]

    ticket = f"/ko/ticket/{Registration.objects.get().public_id}/"
    assert [answer.url for answer in answers] == [ticket] * 3
    assert (mails("confirmation"), mails("already_registered")) == (1, 0)


def test_who_has_registered_already_lands_on_the_ticket_with_a_sentence(citizen, forum, language):
    registration = make_registration(forum, email=SEOWOO, days=(1,))
    pages = SignUp(citizen, forum, language)

    answer = pages.post("done", pages.filled(email=SEOWOO, days=["2"]))

    assert answer.url == f"/{language}/ticket/{registration.public_id}/"
    assert said(language, "You have registered already. This is your ticket.") in Page(citizen.get(answer.url)).text
    assert [each.day.number for each in registration.bookings.living()] == [1]
    assert mails("already_registered") == 0


def test_the_form_says_so_before_anything_is_typed(citizen, forum, language):
    registration = make_registration(forum, email=SEOWOO)

    assert f"/{language}/ticket/{registration.public_id}/" in Page(citizen.get(f"/{language}/2022/register/")).links


def test_a_signed_in_person_learns_nothing_of_another_address(forum, language):
    """Known or not: the same redirect, the same page, as many statements."""
    make_registration(forum, email="known@example.kr")
    answers = []
    for email in ("known@example.kr", "other@example.kr"):
        browser = Client()
        sign_in(browser, SEOWOO)
        pages = SignUp(browser, forum, language)
        form = browser.get(pages.form)
        answer = pages.post("done", pages.filled(email=email))
        done = browser.get(answer.url)
        answers.append((answer.url, sorted(answer.cookies), Page(form).text, Page(done).text.replace(email, "")))

    assert answers[0] == answers[1]
    assert answers[0][0] == f"/{language}/2022/register/done/"
    assert Registration.objects.get(email="known@example.kr").user is None


def test_a_full_day_tells_a_signed_in_person_no_more_than_others(forum):
    make_registration(forum, email="known@example.kr", days=(1,))
    Quota.objects.filter(day__number=1).update(capacity=1)
    pages = []
    for email in ("known@example.kr", "other@example.kr"):
        browser = Client()
        sign_in(browser, SEOWOO)
        sign_up = SignUp(browser, forum, "ko")
        pages.append(sign_up.read("done", sign_up.filled(email=email, days=["1"], may_wait="")).summary)

    assert pages[0] == pages[1] != []


def test_a_robot_that_is_signed_in_is_not_registered_either(citizen, forum):
    pages = SignUp(citizen, forum, "ko")

    assert pages.post("done", pages.filled(email=SEOWOO, website="https://spam.example")).url == pages.done
    assert Registration.objects.count() == 0


# --- Ending it ------------------------------------------------------------------------------------------------------


def test_signing_out_leads_back_to_the_first_page_and_says_so(citizen, language):
    other = {"ko": "en", "en": "ko"}[language]  # the browser speaks the other language, the page decides
    page = citizen.post(f"/{language}/my/sign-out/", headers={"accept-language": other}, follow=True)

    assert page.redirect_chain == [(f"/{language}/my/sign-in/", 302)]
    assert said(language, "You have signed out.") in Page(page).text
    assert citizen.get(MY.format(language)).status_code == 302


def test_signing_out_is_a_press_and_not_a_look(citizen):
    assert citizen.get("/ko/my/sign-out/").status_code == 405
    assert citizen.get(MY.format("ko")).status_code == 200


def test_an_account_is_deleted_by_a_press_and_not_by_a_look(citizen, forum, language):
    page = f"/{language}/my/delete/"
    assert citizen.get(page).status_code == 200
    assert User.objects.count() == 1

    answer = citizen.post(page)

    assert said(language, "Your account has been deleted") in Page(answer).text
    assert User.objects.count() == 0
    assert citizen.get(MY.format(language)).status_code == 302


def test_registrations_outlive_the_account_behind_their_link(citizen, forum):
    registration = make_registration(forum, email=SEOWOO)
    citizen.get(MY.format("ko"))

    citizen.post("/ko/my/delete/")

    registration.refresh_from_db()
    assert (registration.user, registration.name, registration.email) == (None, "홍서우", SEOWOO)
    assert citizen.get(f"/ko/ticket/{registration.public_id}/").status_code == 404
    assert Registration.objects.living().count() == 1


def test_staff_cannot_delete_what_they_answer_for(client, forum, steward):
    sign_in(client, steward.email)

    assert "/ko/my/delete/" not in shown(client).links
    assert client.post("/ko/my/delete/").status_code == 403
    assert User.objects.filter(pk=steward.pk).exists()


def test_nor_can_former_staff(client, forum, steward):
    steward.groups.clear()
    sign_in(client, steward.email)

    assert "/ko/my/delete/" not in shown(client).links
    assert client.post("/ko/my/delete/").status_code == 403
    assert User.objects.filter(pk=steward.pk).exists()


def test_who_erases_a_registration_is_told_of_the_account(citizen, forum, language):
    registration = make_registration(forum, email=SEOWOO)

    answer = citizen.post(f"/{language}/ticket/{registration.public_id}/data/erase/")

    assert f"/{language}/my/" in Page(answer).links

"""The ticket behind its secret link: for its owner, on any page, and for nobody else."""

from __future__ import annotations

import io
import re

import pytest
import zxingcpp
from django.core.cache import cache
from django.test import Client
from PIL import Image

from forum.outbox.models import Message
from registration import booking, links, ticketing
from registration.models import Booking, Quota, Registration
from tests.factories import make_registration
from tests.pages import Page, is_korean, said

PAGES = ("", "cancel/", "ticket.ics", "qr.png", "ticket.pdf")


def pages_of(registration, language="ko"):
    return [f"/{language}/ticket/{registration.public_id}/{page}" for page in PAGES]


def test_the_link_leads_to_an_address_without_its_secret(client, registration):
    answer = client.get(f"/t/{links.token_of(registration)}/")

    assert (answer.status_code, answer.url) == (302, f"/ko/ticket/{registration.public_id}/")
    assert client.get(answer.url).status_code == 200


def test_the_page_speaks_the_language_of_the_registration_and_the_other_on_request(client, forum):
    english = make_registration(forum, language="en", name="Ann Lee")

    answer = client.get(f"/t/{links.token_of(english)}/", headers={"accept-language": "ko"})

    assert answer.url == f"/en/ticket/{english.public_id}/"
    assert Page(client.get(answer.url)).language == "en"
    assert Page(client.get(answer.url.replace("/en/", "/ko/"))).language == "ko"


def test_the_owner_sees_name_days_desk_code_and_a_code_that_doors_read(owner, registration):
    page = Page(owner.get(pages_of(registration)[0]))

    assert registration.name in page.text
    assert registration.desk_code_for_people in page.text
    dates = [f"{day.date.month}. {day.date.day}." for day in registration.edition.days.all()]
    assert [date in page.text for date in dates] == [True, True]
    assert (is_korean(page.title), "noindex" in page.text) == (True, False)


def test_the_picture_holds_the_ticket_and_nothing_else(owner, registration):
    answer = owner.get(pages_of(registration)[3])

    assert answer["Content-Type"] == "image/png"
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(answer.content)))
    assert [each.text for each in found] == [ticketing.text_of(registration.tickets.get())]


def test_the_secret_of_link_and_ticket_is_on_no_page(owner, registration):
    html = owner.get(pages_of(registration)[0]).content.decode()

    assert links.token_of(registration).split("-")[1] not in html
    assert ticketing.text_of(registration.tickets.get()) not in html


@pytest.mark.parametrize("language", ["ko", "en"])
def test_strangers_find_nothing(registration, language):
    stranger = Client()

    answers = [stranger.get(page) for page in pages_of(registration, language)]

    assert [answer.status_code for answer in answers] == [404] * len(PAGES)
    assert [registration.name in answer.content.decode() for answer in answers] == [False] * len(PAGES)
    assert stranger.post(pages_of(registration)[1], {"days": ["1", "2"]}).status_code == 404
    assert Booking.objects.confirmed().count() == 2


def test_a_ticket_that_never_was_is_answered_like_somebody_elses(registration):
    stranger = Client()

    theirs, nobodys = (stranger.get(f"/ko/ticket/{name}/") for name in (registration.public_id, "0000000000"))

    assert (theirs.status_code, theirs.content.replace(registration.public_id.encode(), b"0000000000")) == (
        nobodys.status_code,
        nobodys.content,
    )


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_wrong_link_says_what_to_do_in_words(client, forum, language):
    answer = client.get("/t/0123456789-01234567890123456789012345/", headers={"accept-language": language})

    page = Page(answer)
    assert answer.status_code == 404
    assert said(language, "We can’t find that ticket") in page.text
    assert f"/{language}/{forum.slug}/tickets/resend/" in page.links
    assert "tickets" not in answer.cookies


def test_a_replaced_link_ends_the_link_and_the_cookie(owner, registration):
    old = links.token_of(registration)
    Registration.objects.update(link_version=2)

    assert [owner.get(page).status_code for page in pages_of(registration)] == [404] * len(PAGES)
    assert owner.get(f"/t/{old}/").status_code == 404
    registration.refresh_from_db()
    assert owner.get(f"/t/{links.token_of(registration)}/").status_code == 302


@pytest.mark.parametrize("value", ["", "garbage", "AAAAAAAAAA=1:forged", "é", "x" * 4_000])
def test_a_tampered_cookie_is_refused_and_never_an_error(registration, value):
    stranger = Client()
    stranger.cookies["tickets"] = value

    assert [stranger.get(page).status_code for page in pages_of(registration)] == [404] * len(PAGES)


def test_no_page_is_kept_found_or_told_to_other_sites(owner, registration):
    answers = [owner.get(page) for page in [f"/t/{links.token_of(registration)}/", *pages_of(registration)]]

    assert [answer.status_code for answer in answers] == [302] + [200] * len(PAGES)
    for answer in answers:
        assert {"no-store", "private"} <= set(answer["Cache-Control"].split(", "))
        assert (answer["Referrer-Policy"], answer["X-Robots-Tag"]) == ("same-origin", "noindex")


def test_nothing_on_the_page_comes_from_elsewhere(owner, registration):
    html = owner.get(pages_of(registration)[0]).content.decode()

    loaded = re.findall(r'<(?:script|img|iframe|source|use)[^>]+(?:src|href)="([^"]+)"', html)
    assert [address for address in loaded if not address.startswith("/static/")] == []


def test_pages_to_look_at_are_not_posted_to(owner, registration):
    looking = [pages_of(registration)[place] for place in (0, 2, 3, 4)]

    assert [owner.post(page).status_code for page in [f"/t/{links.token_of(registration)}/", *looking]] == [405] * 5


def test_a_strange_name_is_text_on_the_ticket(client, forum):
    registration = make_registration(forum, name='<script>alert(1)</script>"')
    client.get(f"/t/{links.token_of(registration)}/")

    html = client.get(pages_of(registration)[0]).content.decode()

    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_support_that_was_asked_for_is_on_the_ticket(client, forum):
    registration = make_registration(forum, support=["captions", "other"])
    client.get(f"/t/{links.token_of(registration)}/")

    page = Page(client.get(pages_of(registration)[0]))

    assert said("ko", "Written captions") in page.text


def test_a_ticket_asks_as_often_for_two_days_as_for_one(client, forum, django_assert_max_num_queries):
    counts = []
    for days in ((1,), (1, 2)):
        registration = make_registration(forum, days=days)
        client.get(f"/t/{links.token_of(registration)}/", follow=True)  # what hardly changes is remembered for a second
        with django_assert_max_num_queries(20) as asked:
            client.get(pages_of(registration)[0])
        counts.append(len(asked))

    assert counts[0] == counts[1]


# --- Cancelling ---------------------------------------------------------------------------------------------------


def days_of(registration):
    return [(booking.day.number, booking.state) for booking in registration.bookings.order_by("day__number")]


def test_opening_the_question_cancels_nothing(owner, registration):
    """Mail scanners open every link."""
    owner.get(pages_of(registration)[1])
    owner.head(pages_of(registration)[1])

    assert days_of(registration) == [(1, "confirmed"), (2, "confirmed")]


def test_one_day_is_given_back_and_the_other_stays(owner, registration):
    answer = owner.post(pages_of(registration)[1], {"days": ["1"]})

    assert (answer.status_code, answer.url) == (302, pages_of(registration)[0])
    assert days_of(registration) == [(1, "cancelled"), (2, "confirmed")]
    assert owner.get(answer.url).status_code == 200


def test_with_the_last_day_the_ticket_is_over(owner, registration):
    owner.post(pages_of(registration)[1], {"days": ["1", "2"]})

    page = Page(owner.get(pages_of(registration)[0]))
    assert said("ko", "This registration is cancelled") in page.text
    assert registration.desk_code_for_people not in page.text
    assert f"/ko/{registration.edition.slug}/register/" in page.links
    assert owner.get(pages_of(registration)[3]).status_code == 404
    assert owner.get(pages_of(registration)[2]).status_code == 200  # calendars are told that it is cancelled


def test_the_question_for_one_day_carries_it(client, forum):
    registration = make_registration(forum, days=(2,))
    client.get(f"/t/{links.token_of(registration)}/")
    question = Page(client.get(pages_of(registration)[1]))

    client.post(pages_of(registration)[1], question.fields)

    assert days_of(registration) == [(2, "cancelled")]


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ([], "Choose the day that you want to cancel."),
        (["3"], "This day is not booked any more. Look at your ticket again."),
        (["1", "x"], "This day is not booked any more. Look at your ticket again."),
    ],
)
@pytest.mark.parametrize("booked", [(1, 2), (1,)])
def test_a_day_that_is_missing_or_not_booked_is_said_so_and_linked(client, forum, language, days, sentence, booked):
    registration = make_registration(forum, days=booked)
    client.get(f"/t/{links.token_of(registration)}/")

    page = Page(client.post(pages_of(registration, language)[1], {"days": days, "csrfmiddlewaretoken": "x"}))

    assert page.summary == [("#id_days_0", said(language, sentence))]
    assert "id_days_0" in page.ids
    assert {state for _day, state in days_of(registration)} == {"confirmed"}


def test_cancelling_again_changes_nothing_and_says_so(owner, registration):
    owner.post(pages_of(registration)[1], {"days": ["1", "2"]})
    mails = Message.objects.count()

    answer = owner.post(pages_of(registration)[1], {"days": ["1", "2"]})

    assert said("ko", "There is nothing left to cancel.") in Page(answer).text
    assert Message.objects.count() == mails
    assert list(Quota.objects.values_list("taken", flat=True)) == [0, 0]


def test_without_the_token_against_forgery_nothing_is_cancelled(registration):
    browser = Client(enforce_csrf_checks=True)
    browser.get(f"/t/{links.token_of(registration)}/")

    assert browser.post(pages_of(registration)[1], {"days": ["1"]}).status_code == 403
    assert days_of(registration) == [(1, "confirmed"), (2, "confirmed")]


def test_a_cancelled_registration_can_be_opened_after_registering_again(owner, registration):
    booking.cancel(registration, [1, 2])
    cache.clear()

    again = make_registration(registration.edition, email=registration.email)
    owner.get(f"/t/{links.token_of(again)}/")

    assert [owner.get(pages_of(each)[0]).status_code for each in (registration, again)] == [200, 200]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_mail_is_sent_again_by_one_press_and_not_without_end(client, forum, language):
    registration = make_registration(forum, email="seowoo@naver.com")
    client.get(f"/t/{links.token_of(registration)}/")
    home = f"/{language}/ticket/{registration.public_id}/"

    pages = [Page(client.post(home + "mail-again/", follow=True)) for _press in range(4)]

    promised = "It is on its way again to %(email)s. That can take some minutes."
    sentence = said(language, promised, email="seowoo@naver.com")
    assert [sentence in page.text for page in pages] == [True, True, True, False]
    assert Message.objects.filter(kind="link_again", to_email="seowoo@naver.com").count() == 3


def test_opening_its_address_sends_nothing_and_neither_can_a_stranger(client, forum):
    registration = make_registration(forum)
    address = f"/ko/ticket/{registration.public_id}/mail-again/"

    assert (client.post(address).status_code, client.get(address).status_code) == (404, 405)
    assert Message.objects.filter(kind="link_again").count() == 0

"""Agreeing to news ends as easily as it began, also when nothing else of the person is kept."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from forum.outbox import delivery, suppression
from forum.outbox.models import Message, Suppression
from registration import booking, enclosures, links, sign_up
from registration.models import Consent, Erasure, Registration
from tests.factories import make_answers, make_registration
from tests.pages import Page, is_korean


@pytest.fixture
def kept(forum):
    """Somebody who agreed to news, long after the forum: nothing but the address is left."""
    answers = make_answers(forum, email="news@example.org")
    for notice in answers.consents:
        answers.consents[notice] = True
    sign_up.register(forum, answers, uuid.uuid4())
    with time_machine.travel(timezone.now() + dt.timedelta(days=200), tick=False):
        call_command("erase_due")
    kept = Registration.objects.get()
    assert (kept.name, kept.email) == ("", "news@example.org")
    return kept


def test_whoever_asks_for_the_link_gets_the_one_that_ends_the_news(client, kept):
    asked = client.post("/ko/2022/tickets/resend/", {"email": "News@example.org"})
    delivery.deliver(Message.objects.get().pk)
    sent = mail.outbox[0]
    address = re.search(r"http://forum.test(/u/\S+)", sent.body)[1]
    question, over = Page(Client().get(address)), Client(enforce_csrf_checks=True).post(address)

    assert asked.status_code == 200
    assert (sent.to, is_korean(sent.subject), address in sent.alternatives[0].content) == (
        ["news@example.org"],
        True,
        True,
    )
    assert (question.language, over.status_code) == ("ko", 200)
    assert list(Registration.objects.values_list("email", "email_key")) == [("", "")]
    assert (Consent.objects.count(), Message.objects.count()) == (0, 0)
    assert Erasure.objects.order_by("pk").last().by == "the person"


def test_opening_the_link_changes_nothing_and_pressing_twice_is_harmless(client, kept):
    address = links.news_url_of(kept).removeprefix("http://forum.test")
    client.get(address)
    assert Registration.objects.get().email == "news@example.org"

    assert [client.post(address).status_code for _ in range(2)] == [200, 200]
    assert Erasure.objects.filter(reason__contains="withdrew").count() == 1


def test_before_the_end_of_its_period_the_registration_stays_and_only_news_ends(client, forum):
    registration = make_registration(forum, email="seowoo@example.org")
    address = links.news_url_of(registration).removeprefix("http://forum.test")

    client.post(address)

    registration.refresh_from_db()
    assert (registration.name, registration.email) == ("홍서우", "seowoo@example.org")
    assert registration.consents.filter(notice__kind="news").last().agreed is False


def test_opened_again_after_the_end_the_link_asks_nothing(client, forum):
    answers = make_answers(forum)
    for notice in answers.consents:
        answers.consents[notice] = True
    address = links.news_url_of(sign_up.register(forum, answers, uuid.uuid4())).removeprefix("http://forum.test")
    first = client.get(address).content.decode()
    client.post(address)

    second = client.get(address).content.decode()

    assert ['<form method="post">' in page for page in (first, second)] == [True, False]
    assert "이미 끝났습니다" in second


def test_news_end_for_the_address_not_for_one_of_its_entries(client, forum):
    """Registered, cancelled, registered again, with yes to news both times."""
    for _ in range(2):
        answers = make_answers(forum, email="news@example.org")
        for notice in answers.consents:
            answers.consents[notice] = True
        entry = sign_up.register(forum, answers, uuid.uuid4())
        booking.cancel(entry, [1])

    address = links.news_url_of(entry).removeprefix("http://forum.test")
    for _ in range(2):
        client.post(address)

    said = {each.pk: list(each.consents.filter(notice__kind="news").values_list("agreed", flat=True)) for each in
            Registration.objects.all()}  # fmt: skip
    assert list(said.values()) == [[True, False]] * 2


def test_a_wrong_link_and_the_tickets_own_end_nobodys_news(client, forum):
    registration = make_registration(forum)
    right = links.news_url_of(registration).rsplit("/", 2)[1]
    wrong = [right[:-1] + ("0" if right[-1] != "0" else "1"), links.token_of(registration), "x"]

    assert [client.post(f"/u/{token}/").status_code for token in wrong] == [404] * 3
    assert client.get(f"/u/{right}/").status_code == 200


def test_a_stranger_learns_nothing_by_asking_for_the_link(client, kept):
    pages = [
        client.post("/ko/2022/tickets/resend/", {"email": email}).content.decode().replace(email, "")
        for email in ("news@example.org", "nobody@example.org")
    ]

    assert without_token(pages[0]) == without_token(pages[1])


def without_token(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


@pytest.fixture
def news_mail(forum):
    """The headers of a news mail as it leaves, made as its kind makes them."""
    registration = make_registration(forum, email="news@example.org")
    return registration, enclosures.news_headers(registration)


def test_a_mail_program_ends_the_news_with_one_press(news_mail):
    """As RFC 8058 has it: a POST with this body, without cookie, page before or following redirects."""
    registration, headers = news_mail
    address = re.fullmatch(r"<http://forum\.test(/u/\S+/)>", headers["List-Unsubscribe"])[1]
    name, _equals, value = headers["List-Unsubscribe-Post"].partition("=")
    program = Client(enforce_csrf_checks=True)

    answers = [program.post(address, {name: value}) for _ in range(2)]
    typed = program.post(address, f"{name}={value}", content_type="application/x-www-form-urlencoded")

    assert [answer.status_code for answer in (*answers, typed)] == [200] * 3
    assert [dict(answer.cookies) for answer in answers] == [{}, {}]
    said = registration.consents.filter(notice__kind="news").values_list("agreed", flat=True)
    assert list(said)[-1:] == [False]


def test_a_scanner_that_opens_the_link_ends_nothing(news_mail):
    registration, headers = news_mail
    address = headers["List-Unsubscribe"].strip("<>").removeprefix("http://forum.test")
    before = registration.consents.count()

    assert [Client().get(address).status_code, Client().head(address).status_code] == [200, 200]
    assert registration.consents.count() == before


def test_whoever_ended_news_at_the_provider_gets_none_but_still_the_ticket(forum):
    registration = make_registration(forum, email="news@example.org")
    suppression.suppress(registration.email, Suppression.Reason.UNSUBSCRIBED, Suppression.Scope.NEWS)

    with pytest.raises(suppression.Suppressed):
        enclosures.news_headers(registration)
    delivery.sweep()

    [ticket] = mail.outbox
    assert "List-Unsubscribe" not in ticket.extra_headers

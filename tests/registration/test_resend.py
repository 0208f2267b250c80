"""“Send my link again”: one answer for everybody, and not without end."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from forum.outbox.models import Message
from registration import booking
from registration.models import Registration
from registration.views.limits import MAILS_TO_ONE_ADDRESS
from tests.pages import Page, asks_to_pause, is_korean, said


def page_in(language, slug="2022"):
    return f"/{language}/{slug}/tickets/resend/"


def asked(client, email, language="ko"):
    return client.post(page_in(language), {"email": email})


def mails(kind="link_again"):
    return list(Message.objects.filter(kind=kind).values_list("to_email", flat=True))


@pytest.mark.parametrize("written", ["seowoo@example.kr", "SeoWoo@Example.KR", " seowoo@example.kr "])
def test_the_owner_is_sent_the_link_however_the_address_is_written(client, registration, written):
    assert asked(client, written).status_code == 200

    assert mails() == ["seowoo@example.kr"]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_stranger_learns_nothing(registration, language):
    known, unknown = asked(Client(), "seowoo@example.kr", language), asked(Client(), "other@example.kr", language)

    assert known.content == unknown.content.replace(b"other@", b"seowoo@")
    differ = {"Expires": "", "Content-Length": ""}  # the clock, and the address that was typed
    assert known.status_code == unknown.status_code
    assert dict(known.headers) | differ == dict(unknown.headers) | differ
    assert said(language, "If %(sent_to)s is registered, a message is on its way.", sent_to="seowoo@example.kr") in (
        Page(known).text
    )
    assert mails() == ["seowoo@example.kr"]


def test_the_mail_speaks_the_language_of_the_registration(client, registration):
    asked(client, "seowoo@example.kr", "en")

    assert Message.objects.get(kind="link_again").language == "ko"


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("", "Enter your e-mail address."),
        ("hong", "Check the e-mail address. It looks like hong@example.kr."),
        ("hong@example.kr\r\nBcc: x@example.org", "Check the e-mail address. It looks like hong@example.kr."),
        ("<script>@example.kr", "Check the e-mail address. It looks like hong@example.kr."),
    ],
)
def test_what_is_no_address_is_said_so_linked_and_kept(client, forum, language, email, sentence):
    answer = asked(client, email, language)

    page = Page(answer)
    assert page.summary == [("#id_email", said(language, sentence))]
    assert "id_email" in page.ids
    assert page.fields["email"] == [email]
    assert is_korean(page.summary[0][1]) == (language == "ko")
    assert "<script>@" not in answer.content.decode()
    assert Message.objects.count() == 0


@pytest.mark.parametrize("language", ["ko", "en"])
def test_an_address_that_is_too_long_is_said_so_in_the_pages_language(client, forum, language):
    page = Page(asked(client, f"hong@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.example.kr", language))

    assert [place for place, _sentence in page.summary] == ["#id_email"]
    assert is_korean(page.summary[0][1]) == (language == "ko")


def test_one_address_is_written_to_three_times_a_day_at_most(client, registration):
    for _ in range(5):
        assert asked(client, "seowoo@example.kr").status_code == 200

    assert len(mails()) == 3


@pytest.mark.parametrize("language", ["ko", "en"])
def test_one_network_may_not_try_every_address(client, registration, settings, language):
    settings.REGISTRATIONS_FROM_ONE_NETWORK = 2
    for _ in range(2):
        asked(client, "other@example.kr")

    page = Page(asked(client, "seowoo@example.kr", language))

    assert asks_to_pause(page)
    assert page.fields["email"] == ["seowoo@example.kr"]
    assert mails() == []


def test_one_address_is_asked_to_pause_after_six_times_known_or_not(client, registration):
    with time_machine.travel(timezone.now(), tick=False):  # the page says after how many minutes to come back
        pages = {
            address: [Page(asked(client, address)) for _time in range(MAILS_TO_ONE_ADDRESS + 1)]
            for address in ("seowoo@example.kr", "other@example.kr")
        }

    for answers in pages.values():
        assert [page.summary == [] for page in answers] == [True] * MAILS_TO_ONE_ADDRESS + [False]
        assert asks_to_pause(answers[-1])
    known, unknown = (answers[-1].text for answers in pages.values())
    assert known == unknown
    assert asked(client, "third@example.kr").context["sent_to"] == "third@example.kr"


def test_whoever_cancelled_is_not_written_to(client, registration):
    booking.cancel(registration, [1, 2])

    assert asked(client, "seowoo@example.kr").status_code == 200
    assert mails() == []


def test_the_link_of_another_forum_is_not_sent(client, registration):
    assert client.post(page_in("ko", "2021"), {"email": "seowoo@example.kr"}).status_code == 200
    assert mails() == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_forum_that_does_not_exist_is_not_found(client, forum, method):
    assert getattr(client, method)(page_in("ko", "1999"), {"email": "seowoo@example.kr"}).status_code == 404


def test_a_forum_that_is_not_published_sends_nothing(client, registration, forum):
    forum.is_published = False
    forum.save()

    assert asked(client, "seowoo@example.kr").status_code == 404
    assert mails() == []


def test_asking_changes_neither_link_nor_ticket(client, registration):
    before = Registration.objects.values("link_version", "uuid").get(), registration.tickets.get().version

    asked(client, "seowoo@example.kr")

    assert (Registration.objects.values("link_version", "uuid").get(), registration.tickets.get().version) == before


def test_the_answer_is_kept_by_nobody(client, forum):
    answer = asked(client, "seowoo@example.kr")

    assert {"no-store", "private"} <= set(answer["Cache-Control"].split(", "))
    assert answer["X-Robots-Tag"] == "noindex"


def test_other_ways_to_ask_are_refused(client, forum):
    assert (client.put(page_in("ko")).status_code, client.delete(page_in("ko")).status_code) == (405, 405)

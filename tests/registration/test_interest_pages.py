"""The form before the opening and the pages behind the link: all are answered alike, and looking changes nothing."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from forum.outbox import delivery
from forum.outbox.models import Message
from registration.models import ConsentNotice, Interest
from registration.views.limits import MAILS_TO_ONE_ADDRESS
from tests.pages import Page, asks_to_pause, is_korean, said

LANGUAGES = ["ko", "en"]
SEOWOO = "seowoo@example.kr"


@pytest.fixture
def announced(forum):
    forum.registration_opens_at = timezone.now() + dt.timedelta(days=3)
    forum.save()
    return forum


def filled(client, language="ko", **answers):
    """What a browser posts after somebody filled in the form."""
    form = client.get(f"/{language}/2022/register/").context["form"]
    typed = {"shown_notice": form["shown_notice"].value(), "email": SEOWOO, "agree": "on", "website": ""} | answers
    return {name: value for name, value in typed.items() if value is not None}


def asked(client, language="ko", **answers):
    return client.post(f"/{language}/2022/register/tell-me/", filled(client, language, **answers))


def link_in_the_mail(which=0):
    """The addresses in the last mail: to confirm, and to take the address out."""
    for message in Message.objects.waiting():
        delivery.deliver(message.pk)
    return re.findall(r"http://forum\.test(/\S+/tell-me/\S+)", mail.outbox[-1].body)[which]


@pytest.mark.parametrize("language", LANGUAGES)
def test_before_the_opening_the_page_says_when_and_shows_the_notice_in_full(client, announced, language):
    page = Page(client.get(f"/{language}/2022/register/"))

    notice = ConsentNotice.objects.get(kind="interest", language=language)
    assert [getattr(notice, each) in page.text for each in ("items", "purpose", "retention", "refusal")] == [True] * 4
    assert {name: values for name, values in page.fields.items() if name != "csrfmiddlewaretoken"} == {
        "shown_notice": [str(notice.pk)],
        "email": [""],
        "website": [""],
    }
    assert is_korean(page.title) == (language == "ko")


def test_without_a_date_it_says_that_one_will_come(client, announced):
    announced.registration_opens_at = announced.registration_closes_at = None
    announced.save()

    page = Page(client.get("/en/2022/register/"))

    assert "Registration dates will be announced" in page.text
    assert "Registration has closed" not in page.text
    assert "email" in page.fields


def test_without_a_notice_no_address_is_asked_for(client, announced):
    announced.consent_notices.filter(kind="interest").delete()

    assert "email" not in Page(client.get("/ko/2022/register/")).fields
    assert client.post("/ko/2022/register/tell-me/", {"email": SEOWOO, "agree": "on"}).status_code == 302
    assert Interest.objects.count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stranger_learns_nothing_from_the_answer(client, announced, language):
    asked(client)
    client.post(link_in_the_mail())
    known, unknown = asked(Client(), language), asked(Client(), language, email="other@example.kr")

    differ = {"Expires": "", "Content-Length": ""}
    assert known.content == unknown.content.replace(b"other@", b"seowoo@")
    assert (known.status_code, dict(known.headers) | differ) == (200, dict(unknown.headers) | differ)
    assert Message.objects.filter(kind="interest_asked").count() == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_of_the_page_is_the_language_of_the_mail(client, announced, language):
    asked(client, language)

    assert Interest.objects.get().language == language
    assert link_in_the_mail().startswith(f"/{language}/")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("answers", "place", "sentence"),
    [
        ({"email": ""}, "#id_email", "Enter your e-mail address."),
        ({"email": "hong"}, "#id_email", "Check the e-mail address. It looks like hong@example.kr."),
        ({"agree": None}, "#id_agree", "To be told, agree that we keep your address until then."),
        (
            {"shown_notice": "0"},
            "#id_agree",
            "The notice about personal data has changed. Read it again, please, and agree once more.",
        ),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(client, announced, language, answers, place, sentence):
    page = Page(asked(client, language, **answers))

    assert page.summary == [(place, said(language, sentence))]
    assert page.fields["email"] == [answers.get("email", SEOWOO)]
    assert page.title.startswith(said(language, "Error: "))
    assert Interest.objects.count() == 0


def test_a_robot_is_told_the_same_and_not_written_to(client, announced):
    person, robot = asked(client), asked(client, website="http://example.org")

    assert Page(person).text == Page(robot).text
    assert Interest.objects.count() == 1
    assert Message.objects.count() == 1


def test_one_address_is_asked_to_pause_after_six_times(client, announced):
    pages = [Page(asked(client)) for _time in range(MAILS_TO_ONE_ADDRESS + 1)]

    assert [page.summary == [] for page in pages] == [True] * MAILS_TO_ONE_ADDRESS + [False]
    assert asks_to_pause(pages[-1])


def test_one_network_may_not_try_every_address(client, announced, settings):
    settings.REGISTRATIONS_FROM_ONE_NETWORK_A_MINUTE = 2
    for number in range(2):
        asked(client, email=f"person-{number}@example.kr")

    page = Page(asked(client))

    assert asks_to_pause(page)
    assert Interest.objects.count() == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_opening_the_link_changes_nothing_and_one_button_confirms(client, announced, language):
    asked(client, language)
    link = link_in_the_mail()

    before = client.get(link)
    unchanged = Interest.objects.get().confirmed_at
    after = client.post(link, follow=True)

    assert (before.status_code, unchanged) == (200, None)
    assert before.content.decode().count('type="submit"') == 1
    assert Interest.objects.get().confirmed_at is not None
    assert said(language, "We will write once, at the opening") in Page(after).text
    assert 'type="submit"' not in after.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_the_mail_and_the_page_lead_out_again(client, announced, language):
    asked(client, language)
    confirm, out = link_in_the_mail(0), link_in_the_mail(1)

    assert out in Page(client.get(confirm)).links
    assert client.get(out).status_code == 200
    assert Interest.objects.count() == 1
    answer = client.post(out)
    assert (answer.status_code, Interest.objects.count()) == (200, 0)
    assert said(language, "Your address is not kept here") in Page(answer).text
    assert [client.get(page).status_code for page in (confirm, out)] == [404, 404]


def test_a_link_that_was_made_up_or_belongs_elsewhere_opens_nothing(client, announced):
    asked(client)
    link = link_in_the_mail()
    digit = "0" if link[-2] != "0" else "1"

    wrong = [link[:-2] + digit + "/", link.replace("/2022/", "/2021/"), "/ko/2022/register/tell-me/x/"]
    assert [client.post(page).status_code for page in wrong] == [404] * 3
    assert Interest.objects.get().confirmed_at is None


def test_once_registration_is_open_the_link_leads_to_the_form(client, announced):
    asked(client, "en")
    link = link_in_the_mail()
    announced.registration_opens_at = timezone.now() - dt.timedelta(hours=1)
    announced.save()

    assert "/en/2022/register/" in Page(client.get(link)).links
    assert client.post("/en/2022/register/tell-me/", {"email": SEOWOO}).headers["Location"] == "/en/2022/register/"


def test_these_pages_are_kept_by_nobody(client, announced):
    answers = [asked(client), client.get(link_in_the_mail())]

    for answer in answers:
        assert {"no-store", "private"} <= set(answer["Cache-Control"].split(", "))
        assert (answer["X-Robots-Tag"], answer["Referrer-Policy"]) == ("noindex", "same-origin")

"""Co-hosts look at a programme before it is published, by a link that ends; nobody else sees anything of it."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from programme import keeping, previewing
from programme.models import Edition
from tests.pages import Page, said
from tests.programme.releasing import ADDRESS, edit, publish
from tests.programme.test_publishing import DAY, page

TITLE = "Only for co-hosts, made up"


@pytest.fixture
def link(forum):
    """The link, to a draft that differs from what is published."""
    publish(forum)
    edit("session-2", title_en=TITLE)
    return reverse("drafts_link", args=[previewing.token_for_drafts("2022")])


def test_whoever_has_the_link_sees_the_drafts_and_nobody_else_does(client, link):
    answer = client.get(link, headers={"accept-language": "en"})

    assert (answer.status_code, answer["Location"]) == (302, "/en/2022/programme/")
    assert TITLE in page(client, DAY)
    assert TITLE not in page(Client(), DAY)


def test_what_the_link_shows_is_kept_by_nobody_and_found_by_no_search_engine(client, link):
    answers = [client.get(link), client.get(DAY), client.get("/en/2022/speakers/")]

    assert {answer["X-Robots-Tag"] for answer in answers} == {"noindex"}
    assert all("no-store" in answer["Cache-Control"] for answer in answers)
    assert answers[0]["Referrer-Policy"] == "same-origin"


def test_a_page_that_is_kept_never_shows_drafts(client, link, settings):
    settings.PAGES_KEPT_SECONDS = 30
    keeping.clear()
    client.get(link)

    shown = [TITLE in page(each, DAY) for each in (client, Client(), client, Client())]

    keeping.clear()
    assert shown == [True, False, True, False]


def test_a_release_shows_at_once_where_pages_are_kept(
    client, forum, link, settings, django_capture_on_commit_callbacks
):
    settings.PAGES_KEPT_SECONDS = 30
    keeping.clear()
    assert TITLE not in page(client, DAY)

    with django_capture_on_commit_callbacks(execute=True):
        publish(forum)

    assert TITLE in page(client, DAY)
    keeping.clear()


def test_the_preview_says_what_it_is_with_a_way_out_and_no_way_to_pages_of_staff(client, link):
    client.get(link)

    shown = Page(client.get(DAY))

    assert "the programme as it is being edited" in shown.text
    assert reverse("preview") not in shown.links
    client.post(reverse("end_preview"))
    assert TITLE not in page(client, DAY)


def test_the_preview_strikes_out_what_the_public_sees_now(client, link):
    client.get(link)
    edit("session-2", starts=dt.time(13, 45))

    assert page(client, DAY).count("<s>") == 1


def test_drafts_of_one_edition_are_no_drafts_of_another(client, forum, link):
    client.get(reverse("drafts_link", args=[previewing.token_for_drafts("2021")]))

    assert TITLE not in page(client, DAY)


def test_a_link_holds_for_fourteen_days(client, link):
    with time_machine.travel(timezone.now() + dt.timedelta(days=13, hours=23)):
        assert client.get(link).status_code == 302
    with time_machine.travel(timezone.now() + dt.timedelta(days=14, minutes=1)):
        answer = client.get(link, headers={"accept-language": "en"})

    assert (answer.status_code, TITLE in answer.content.decode()) == (404, False)
    assert said("en", "This link is over") in Page(answer).text


@pytest.mark.parametrize("token", ["x-y", "IjIwMjIi:1xWGia:AyNsXCWwTXXQhB"])
def test_a_link_that_we_never_signed_shows_nothing(client, link, token):
    answer = client.get(reverse("drafts_link", args=[token]))

    assert (answer.status_code, previewing.COOKIE in answer.cookies) == (404, False)


def test_a_cookie_that_we_never_signed_shows_no_drafts(client, link):
    client.cookies[previewing.COOKIE] = "now  2022:1xWGia:AyNsXCWwTXXQhB"

    assert TITLE not in page(client, DAY)


def test_an_edition_that_is_not_public_has_no_public_drafts(client, forum, link):
    Edition.objects.filter(pk=forum.pk).update(is_published=False)

    assert client.get(link).status_code == 404


def test_organisers_get_the_link_from_the_page_where_they_publish(organiser_client, link):
    found = [each for each in Page(organiser_client.get(ADDRESS)).links if "/drafts/" in each]

    assert len(found) == 1
    stranger = Client()
    assert stranger.get(found[0].removeprefix("http://forum.test")).status_code == 302
    assert TITLE in page(stranger, DAY)

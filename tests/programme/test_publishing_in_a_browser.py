"""Publishing, its page of changes and a changed day in Chromium: for everybody, on every screen."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from programme import previewing
from programme.models import Session, Speaker, Stream
from tests import windows
from tests.programme.releasing import ADDRESS, edit, publish
from tests.windows import SITE

pytestmark = [pytest.mark.django_db, pytest.mark.browser]


@pytest.fixture(scope="module")
def browser():
    with windows.chromium() as running:
        yield running


@pytest.fixture
def addresses(forum, organiser):
    """Two releases, and edits of every kind that wait for the third."""
    publish(forum, organiser)
    edit("session-2", starts=dt.time(13, 45), abstract_en="Reworded, made up.")
    edit("ai-sharing-for-smart-cities", starts=dt.time(11, 5))
    publish(forum, organiser)
    edit("session-3", title_en="", abstract_en="", languages="ko")
    edit("ai-sharing-for-smart-cities", starts=dt.time(12, 30))
    edit("session-4", state="cancelled")
    Stream.objects.filter(day__number=2).delete()
    Speaker.objects.filter(slug="yiqun-xie").update(bio_ko="")
    session = Session.objects.get(slug="session-3").pk
    return [ADDRESS, f"{ADDRESS}again/1/", reverse("publish_one", args=["2022", session])]


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (390, "dark"), (1280, "light"), (1280, "dark")])
def test_no_page_of_publishing_has_a_barrier_or_scrolls_sideways(
    browser, addresses, organiser, language, width, scheme
):
    staff, public, cohost = Client(headers={"accept-language": language}), Client(), Client()
    staff.force_login(organiser)
    cohost.get(reverse("drafts_link", args=[previewing.token_for_drafts("2022")]))
    day, changes = f"/{language}/2022/programme/day-1/", f"/{language}/2022/programme/changes/"
    pages = {address: staff.get(address) for address in addresses}
    pages |= {address: public.get(address) for address in (day, changes, "/drafts/x-y/")}
    pages |= {f"/{language}/2022/programme/day-2/": cohost.get(f"/{language}/2022/programme/day-2/")}

    found = {}
    with windows.window(browser, pages, width, scheme) as page:
        for address in pages:
            page.goto(SITE + address)
            found[address] = windows.barriers(page)

    assert found == dict.fromkeys(pages, [])


def test_a_visitor_elsewhere_reads_their_own_time_beside_the_new_one_only(browser, addresses):
    day = "/en/2022/programme/day-1/"

    with windows.window(browser, {day: Client().get(day)}, 1280, timezone_id="Europe/London") as page:
        page.goto(SITE + day)

        assert page.locator("s").count() == 2
        assert page.locator("s .their-time").count() == 0
        assert page.locator("#session-2 .session__kicker .their-time").count() == 1

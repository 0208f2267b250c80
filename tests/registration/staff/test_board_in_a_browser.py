"""The board, the page of badges and the pages of certificates in Chromium: for everybody, and by themselves."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client
from playwright.sync_api import expect

from registration import certifying, links
from registration.staff import board
from tests import windows
from tests.factories import make_registration
from tests.registration.checkin.doors import Door
from tests.windows import SITE

pytestmark = [pytest.mark.django_db, pytest.mark.browser]

BOARD = "/staff/board/"
WIDTHS = [(390, "light"), (1280, "dark"), (1920, "light")]


@pytest.fixture(scope="module")
def browser():
    with windows.chromium() as running:
        yield running


@pytest.fixture
def at_noon(forum, organiser, on_day_one):
    """An organiser's browser. Two people have come by one of two doors, whose phones hold scans."""
    client = Client()
    client.force_login(organiser)
    for number, gate in enumerate(("8층 정문 A", "8층 정문 B")):
        door = Door(forum, gate=gate)
        door.send(door.item(make_registration(forum), minutes_ago=7 * number), **{"X-Checkin-Unsent": "37"})
    return client


def answers(client, addresses, language):
    return {address: client.get(address, headers={"accept-language": language}) for address in addresses}


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(("width", "scheme"), WIDTHS)
def test_the_pages_of_staff_have_no_barrier(browser, at_noon, language, width, scheme):
    pages, found = answers(at_noon, [BOARD, "/staff/badges/", "/staff/"], language), {}

    with windows.window(browser, pages, width, scheme) as page:
        for address in pages:
            page.goto(SITE + address)
            found[address] = windows.barriers(page)
        complaints = [each for each in page.complaints if "inline" not in each]  # the examiner's own styles

    assert found == dict.fromkeys(pages, [])
    assert complaints == []


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(("width", "scheme"), WIDTHS[:2])
def test_the_pages_of_certificates_have_no_barrier(browser, forum, at_noon, language, width, scheme):
    registration = make_registration(forum)
    Door(forum).admit(registration)
    with time_machine.travel(forum.days.get(number=2).at(dt.time(12)), tick=False):
        certificate, owner = certifying.issue(registration), Client()
        owner.get(f"/t/{links.token_of(registration)}/")
        own = f"/{language}/ticket/{registration.public_id}/"
        pages = answers(owner, ["/c/", f"/c/{certificate.code}/", "/c/0/", own], language)

    found = {}
    with windows.window(browser, pages, width, scheme) as page:
        for address in pages:
            page.goto(SITE + address)
            found[address] = windows.barriers(page)

    assert found == dict.fromkeys(pages, [])


def test_the_board_looks_again_by_itself_keeps_what_is_open_and_says_when_it_cannot(
    browser, forum, at_noon, monkeypatch
):
    monkeypatch.setattr(board, "ANEW_AFTER", 1)
    pages = answers(at_noon, [BOARD], "en")
    Door(forum, gate="8층 정문 A").scan(make_registration(forum))
    later = answers(at_noon, [BOARD], "en")

    with windows.window(browser, pages, 1280) as page:
        page.goto(SITE + BOARD)
        arrived = page.locator(".tile--key .tile__value")
        lost = page.locator("[data-progress-lost]")
        expect(arrived).to_have_text("2")
        page.locator("#arrivals-table summary").click()
        page.mouse.click(1, 1)
        page.evaluate("document.activeElement.blur()")
        expect(lost).to_be_hidden()

        pages |= later
        expect(arrived).to_have_text("3", timeout=8_000)
        expect(page.locator("#arrivals-table")).to_have_attribute("open", "")

        del pages[BOARD]
        expect(lost).to_be_visible(timeout=8_000)
        expect(arrived).to_have_text("3")

        pages |= later
        expect(lost).to_be_hidden(timeout=8_000)


def test_without_scripts_the_board_says_the_same_and_has_a_link_to_look_again(browser, at_noon):
    pages = answers(at_noon, [BOARD], "en")

    with windows.window(browser, pages, 390, java_script_enabled=False) as page:
        page.goto(SITE + BOARD)
        assert page.locator(".tile--key .tile__value").inner_text() == "2"
        assert page.locator(".chart__bar").count() == 2
        page.get_by_role("link", name="Look again").click()
        expect(page).to_have_url(f"{SITE}{BOARD}?")

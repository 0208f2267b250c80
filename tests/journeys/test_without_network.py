"""A phone at the door when the network breaks off: it goes on, says so, and everything arrives once."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.venue import NAMES, Venue, begin, is_ready, pair, scan, type_in, unsent

pytestmark = pytest.mark.browser

NO_TICKET = "FT1" + "0" * 26
PHONE = {"viewport": {"width": 360, "height": 640}, "reduced_motion": "reduce", "locale": "en-GB"}


@pytest.fixture(scope="module")
def venue(tmp_path_factory) -> Iterator[Venue]:
    with Venue(tmp_path_factory.mktemp("venue")) as product:
        product.open()
        yield product


@pytest.fixture
def phone(browser, venue) -> Iterator[Page]:
    """A browser of its own on a small phone."""
    context = browser.new_context(base_url=venue.url, **PHONE)
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def test_the_network_breaks_off_and_comes_back_and_every_scan_arrives_once(venue, phone):
    tickets = venue.tickets
    first, second = next(venue.guests), next(venue.guests)
    pair(phone, venue.code_for("Offline A"))
    assert "pair" not in phone.url
    begin(phone)
    expect(phone.locator("#net")).to_contain_text("online")
    assert scan(phone, first) == "Welcome"

    venue.go_dark()
    phone.context.set_offline(True)
    expect(phone.locator("#net")).to_contain_text("offline")
    told = [
        scan(phone, code)
        for code in (first, second, second, tickets["tomorrow"], tickets["gone"], tickets["replaced"], NO_TICKET)
    ]
    assert told == [
        "Already checked in",
        "Welcome",
        "Already checked in",
        "Not valid today",
        "Cancelled registration",
        "Replaced ticket",
        "Code not recognised",
    ]
    assert unsent(phone) == 7
    expect(phone.locator("#net")).to_contain_text("7 unsent")
    expect(phone.locator("#net")).to_contain_text("list")

    venue.come_back()
    phone.context.set_offline(False)
    expect(phone.locator("#net")).to_contain_text("all sent", timeout=30_000)
    expect(phone.locator("#net")).to_contain_text("online")
    scans = venue.scans_of("Offline A")
    assert [each["seq"] for each in scans] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [each["offline"] for each in scans] == [False] + [True] * 7
    assert [each["verdict"] for each in scans] == [
        "admitted", "already_in", "admitted", "already_in", "wrong_day", "cancelled", "revoked", "unknown_code",
    ]  # fmt: skip
    assert [each["told"] for each in scans[1:]] == [each["verdict"] for each in scans[1:]]


def test_it_starts_in_flight_mode_with_the_server_away_and_scans(venue, phone):
    pair(phone, venue.code_for("Cold start"))

    venue.go_dark()
    phone.context.set_offline(True)
    phone.close()
    page = phone.context.new_page()
    page.goto("/checkin/", wait_until="commit")
    is_ready(page)
    begin(page)
    assert scan(page, next(venue.guests)) == "Welcome"
    assert unsent(page) == 1

    venue.come_back()
    page.context.set_offline(False)
    expect(page.locator("#net")).to_contain_text("all sent", timeout=30_000)
    assert [each["verdict"] for each in venue.scans_of("Cold start")] == ["admitted"]

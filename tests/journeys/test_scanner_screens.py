"""The scanner in the hand: names are text, no screen has a barrier, keys and camera are enough, its language stays."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from registration import ticketing
from tests.journeys.conftest import PHONE, film_of
from tests.venue import NAMES, NO_TICKET, begin, is_ready, pair, type_in

pytestmark = pytest.mark.browser


def test_a_name_that_looks_like_markup_is_shown_as_text(venue, phone):
    said = []
    phone.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    pair(phone, venue.code_for("Markup"))
    begin(phone)
    for is_offline in (False, True):
        phone.context.set_offline(is_offline)
        if is_offline:
            expect(phone.locator("#net")).to_contain_text("offline")
        type_in(phone, venue.tickets["markup"])
        expect(phone.locator(".verdict__name")).to_have_text(NAMES["markup"])
        phone.keyboard.press("Escape")
        expect(phone.locator("#last-name")).to_have_text(NAMES["markup"])

    assert (said, phone.locator("main img").count()) == ([], 0)


def test_a_guest_is_told_from_an_attendee_with_and_without_a_network(venue, phone):
    pair(phone, venue.code_for("Guests"))
    begin(phone)
    for is_offline in (False, True):
        phone.context.set_offline(is_offline)
        if is_offline:
            expect(phone.locator("#net")).to_contain_text("offline")
        for code, begins_with in ((venue.tickets["press"], "Press · "), (next(venue.guests), "한빛연구소")):
            type_in(phone, code)
            told = phone.locator('[data-slot="organisation"]')
            if is_offline and begins_with != "Press · ":  # the sealed list holds no organisation
                expect(phone.locator(".verdict__name")).to_be_visible()
                expect(told).not_to_contain_text("Press")
            else:
                expect(told).to_contain_text(re.compile(f"^{begins_with}"))
            phone.keyboard.press("Escape")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_no_screen_has_a_barrier_on_a_small_phone(venue, phone, look, language):
    phone.witness = Deaf()
    phone.goto(f"/checkin/?lang={language}")
    expect(phone.locator("#pairing")).to_be_visible()
    look(phone)
    pair(phone, venue.code_for(f"Barriers {language}", rights="supervisor"), language)
    look(phone)
    begin(phone)
    look(phone)
    phone.context.set_offline(True)
    expect(phone.locator("#net")).to_contain_text(re.compile("offline|오프라인"))
    look(phone)
    for code in (next(venue.guests), venue.tickets["tomorrow"], venue.tickets["gone"], NO_TICKET):
        type_in(phone, code)
        expect(phone.locator(".verdict__en")).to_be_visible()
        look(phone)
        phone.keyboard.press("Escape")
    type_in(phone, venue.tickets["tomorrow"])
    phone.locator("[data-action=decide]").click()
    look(phone)


def test_the_language_that_was_chosen_is_remembered_with_and_without_a_network(venue, browser):
    context = browser.new_context(base_url=venue.url, viewport=PHONE["viewport"], locale="en-GB")
    page = context.new_page()
    pair(page, venue.code_for("Language"), "en")
    page.get_by_role("link", name="한국어").click()
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    is_ready(page)

    page.goto("/checkin/")
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    context.set_offline(True)
    page.goto("/checkin/")
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    page.goto("/checkin/?lang=en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    context.close()


def test_it_reads_codes_by_camera_without_ever_having_done_so_with_a_network(venue, launch, tmp_path):
    guest = next(venue.guests)
    film = film_of(ticketing.qr_png(guest), tmp_path / "guest.mjpeg")
    fake = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    camera = launch(*fake, f"--use-file-for-fake-video-capture={film}")
    context = camera.new_context(base_url=venue.url, permissions=["camera"], **PHONE)
    page = context.new_page()
    pair(page, venue.code_for("Camera"))

    context.set_offline(True)
    page.goto("/checkin/", wait_until="commit")
    is_ready(page)
    begin(page)

    expect(page.locator(".verdict__en")).to_have_text("Welcome", timeout=20_000)
    expect(page.locator("[data-saved]")).to_be_visible()
    context.close()


def test_without_a_mouse_or_a_touch_everything_is_done_by_keys(venue, phone):
    guest = next(venue.guests)
    phone.goto("/checkin/?lang=en")
    expect(phone.locator("#pairing-code")).to_be_visible()
    phone.locator("#pairing-code").focus()
    phone.keyboard.type(venue.code_for("Keys", rights="supervisor").lower())
    phone.keyboard.press("Enter")
    is_ready(phone)
    phone.locator("#gate").focus()
    phone.keyboard.type("Gate K")
    phone.keyboard.press("Enter")
    expect(phone.locator("#scan")).to_be_visible()

    # A scanner on a cable types fast and ends with Enter, whatever has the focus.
    phone.keyboard.type(guest)
    phone.keyboard.press("Enter")
    expect(phone.locator(".verdict__en")).to_have_text("Welcome")
    phone.keyboard.press("Enter")
    expect(phone.locator(".verdict")).to_have_count(0)

    press_until(phone, "undo")
    expect(phone.locator(".verdict__en")).to_have_text("Taken back")
    phone.keyboard.press("Escape")
    press_until(phone, "direction")
    expect(phone.locator("#direction")).to_have_attribute("aria-pressed", "true")
    press_until(phone, "change")
    expect(phone.locator("#start")).to_be_visible()


def press_until(page: Page, name: str) -> None:
    """Tab to what has this id, and press it."""
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == name:
            return page.keyboard.press("Enter")
    raise AssertionError(f"{name} is out of reach")


class Deaf:
    """No witness: losing the network is an error in the console."""

    is_deaf = True

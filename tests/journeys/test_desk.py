"""The desk on the day, by keyboard alone: somebody is found, let in and taken back; somebody walks in; guests come."""

from __future__ import annotations

import io
import re
from itertools import count

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Copy
from tests.journeys.test_on_the_day import TODAY, save, sign_in, sign_in_by_code

pytestmark = pytest.mark.browser

PEOPLE = {
    390: ("홍서우", "ㅎㅅㅇ"),
    1280: ("한나래", "ㅎㄴㄹ"),
}  # by the width of the screen: both journeys share a copy
TABS = 40
_number = count(1)


@pytest.fixture
def copy(on_the_day) -> Copy:
    return on_the_day


@pytest.fixture
def office(visit, copy) -> Page:
    """An organiser, and day 1 is today."""
    page = visit("en-GB")
    sign_in(page, copy)
    page.goto("/admin/programme/day/1/change/")
    page.get_by_label("Date:").fill(TODAY.isoformat())
    save(page)
    return page


@pytest.fixture
def desk(visit, office, mailbox) -> Page:
    """A steward, signed in by a code, in front of the desk."""
    email = f"desk-{next(_number)}@example.org"
    office.goto("/admin/accounts/user/add/")
    office.get_by_label("E-mail address:").fill(email)
    office.get_by_label("Role:").select_option("steward")
    save(office)
    page = visit("ko-KR")
    page.goto("/staff/desk/")
    sign_in_by_code(page, mailbox, email)
    expect(page).to_have_url(re.compile("/staff/desk/$"))
    return page


def test_somebody_is_found_checked_in_and_taken_back_without_a_mouse(visit, copy, desk, look, screen):
    name, consonants = PEOPLE[screen["width"]]
    register(visit("ko-KR"), copy, name, f"found-{screen['width']}@example.org")
    desk.goto("/staff/desk/")
    look(desk)

    desk.keyboard.insert_text(consonants)
    desk.keyboard.press("Enter")
    expect(desk.locator(".found a").first).to_be_focused()
    expect(desk.locator(".found__name")).to_have_text(f"{name[0]}*{name[-1]}")
    look(desk)

    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_have_text(name)
    expect(desk.get_by_role("button", name=f"{name} 님 입장 처리")).to_be_focused()
    look(desk)

    desk.keyboard.press("Enter")
    expect(desk.get_by_role("status")).to_contain_text("입장 처리했습니다.")
    expect(desk.get_by_role("link", name="다음 사람")).to_be_focused()
    look(desk)

    tab_to(desk, "입장 취소")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("status")).to_contain_text("입장을 취소했습니다.")
    expect(desk.get_by_text("자리가 있습니다")).to_be_visible()


def test_a_walk_in_is_registered_from_an_empty_page_to_the_qr_without_a_mouse(desk, look, screen):
    name = f"다온{screen['width']}"
    desk.goto("/staff/desk/")

    tab_to(desk, "현장 등록")
    desk.keyboard.press("Enter")
    expect(desk.get_by_label("이름", exact=True)).to_be_focused()
    look(desk)
    desk.keyboard.insert_text(name)
    desk.keyboard.press("Tab")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("alert")).to_be_focused()
    look(desk)
    expect(desk.get_by_label("이름", exact=True)).to_have_value(name)

    desk.get_by_label("이름", exact=True).focus()
    desk.keyboard.press("Tab")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Space")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")

    expect(desk.get_by_role("heading", level=1)).to_have_text(name)
    expect(desk.get_by_role("status")).to_contain_text("입장 처리했습니다.")
    picture = Image.open(io.BytesIO(desk.locator(".qr").screenshot()))
    assert re.fullmatch(r"FT1[0-9A-HJKMNP-TV-Z]{26}", zxingcpp.read_barcodes(picture)[0].text)
    look(desk)


def test_an_organiser_registers_a_caller_and_guests(office, look, screen):
    office.goto("/staff/desk/telephone/")
    look(office)
    office.get_by_role("checkbox", name=re.compile("Day 1")).check()
    office.get_by_label("Name", exact=True).fill("Caller of the journey")
    office.get_by_label(re.compile("^I have read this out. The person")).check()
    office.get_by_role("button", name="Register", exact=True).click()
    expect(office.get_by_role("status")).to_contain_text("Tell the caller the desk code.")
    look(office)

    office.goto("/staff/guests/")
    look(office)
    if screen["width"] == 390:  # the second journey finds the seats of the first
        office.get_by_role("link", name="Reserve seats").first.click()
        office.get_by_label("Seats:").fill("10")
        save(office)
    office.goto("/staff/guests/list/")
    office.get_by_label("List").fill("Press of the journey, Example Press, press@, 1\nCrew of the journey, , , 1")
    office.get_by_label("crew").check()
    office.get_by_label(re.compile("^They have read")).check()
    office.get_by_role("button", name="Register them").click()
    expect(office.get_by_text("Line 1")).to_be_visible()
    look(office)
    office.get_by_label("List").fill("Press of the journey, Example Press, , 1\nCrew of the journey, , , 1")
    office.get_by_role("button", name="Register them").click()
    expect(office.get_by_role("status")).to_contain_text("2 guests are registered.")
    look(office)


def register(page: Page, copy: Copy, name: str, email: str) -> None:
    page.goto("/ko/2022/register/")
    page.get_by_role("checkbox", name=re.compile("1일차")).check()
    page.get_by_label("이름", exact=True).fill(name)
    page.get_by_label("이메일", exact=True).fill(email)
    page.locator("#id_is_of_age").check()
    page.locator("#id_agree").check()
    page.locator("main form button[type=submit]").last.click()
    page.get_by_role("main").get_by_role("button", name="참가 신청", exact=True).click()
    copy.mailbox.wait_for(email)


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what has the focus says this."""
    for _ in range(TABS):
        page.keyboard.press("Tab")
        if words in page.evaluate("document.activeElement.textContent"):
            return
    raise AssertionError(f"Tab never reaches {words}")

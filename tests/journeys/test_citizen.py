"""A citizen finds the programme, registers without an account, gets a ticket by mail and gives one day back."""

from __future__ import annotations

import io
import re

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.pages import said

pytestmark = pytest.mark.browser


def ko(sentence: str, **facts: object) -> str:
    return said("ko", sentence, **facts)


def test_a_citizen_registers_gets_a_ticket_and_gives_one_day_back(visit, site, mailbox, look, screen):
    email = f"haneul-{screen['width']}@example.org"
    page = visit("ko-KR")

    # She comes by the bare address; her browser speaks Korean.
    page.goto("/")
    expect(page).to_have_url(f"{site}/ko/")
    look(page)

    # She reads the programme, and looks at the same page in English for a colleague.
    menu(page).get_by_role("link", name=ko("Programme"), exact=True).click()
    expect(page).to_have_url(f"{site}/ko/2022/programme/day-1/")
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    look(page)
    menu(page).get_by_role("link", name="English").click()
    expect(page).to_have_url(f"{site}/en/2022/programme/day-1/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Programme of day 1")
    look(page)
    menu(page).get_by_role("link", name="한국어").click()

    # She registers for both days, without an account.
    menu(page).get_by_role("link", name=ko("Register"), exact=True).click()
    expect(page).to_have_url(f"{site}/ko/2022/register/")
    look(page)
    for number in (1, 2):
        page.get_by_role("checkbox", name=re.compile(day_heading(number))).check()
    page.get_by_label(ko("Name"), exact=True).fill("김하늘")
    page.get_by_label(ko("E-mail"), exact=True).fill(email)
    page.get_by_label(ko("I am 14 or older. (required)")).check()
    page.get_by_label(ko("I have read this and agree. (required)")).check()
    page.get_by_role("button", name=ko("Next: check your answers")).click()
    expect(page.get_by_text(email)).to_be_visible()
    look(page)
    page.get_by_role("main").get_by_role("button", name=ko("Register"), exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ko("You’re registered"))
    look(page)

    # The mail is there. An independent reader finds the ticket in its QR.
    mail = mailbox.wait_for(email)
    assert re.fullmatch("FT1[0-9A-HJKMNP-TV-Z]{26}", qr_text(mail.file("ticket-qr.png")))
    assert "BEGIN:VCALENDAR" in mail.file("forum.ics").decode()
    page.goto(mail.address)
    look(page, leave_out="iframe")

    # The link of the mail opens the ticket; its address then holds no secret.
    page.goto(mail.link("/t/"))
    expect(page).to_have_url(re.compile(rf"^{site}/ko/ticket/\w{{10}}/$"))
    expect(page.get_by_role("img", name=ko("QR ticket"))).to_be_visible()
    expect(page.locator(".ticket__name")).to_have_text("김하늘")
    look(page)

    # On day 2 she cannot come.
    page.get_by_role("link", name=ko("Cancel my seat")).click()
    expect(page.get_by_role("checkbox")).to_have_count(2)
    look(page)
    kept, given_back = (text.split(" · ")[1] for text in page.locator(".choice__title").all_inner_texts())
    page.get_by_role("checkbox", name=re.compile(day_heading(2))).check()
    page.get_by_role("button", name=ko("Cancel my seat")).click()
    expect(page.locator(".ticket__day").nth(0)).to_contain_text(ko("confirmed"))
    expect(page.locator(".ticket__day").nth(1)).to_contain_text(ko("cancelled"))
    look(page)

    # The mail says so.
    notice = mailbox.wait_for(email, number=2)
    assert notice.link("/t/") == mail.link("/t/")
    assert given_back in notice.text
    assert kept not in notice.text


def test_by_keyboard_alone_from_the_home_page_to_the_done_page(visit, site, mailbox, screen):
    email = f"keys-{screen['width']}@example.org"
    page = visit("en-GB")
    page.goto("/en/")

    # The first Tab offers to skip the menu; Enter takes it.
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}/en/#main")

    # Back to the top, into the menu, and on to the form.
    page.goto("/en/2022/programme/day-1/")
    if screen["width"] < 1000:
        tab_to(page, "summary")
        page.keyboard.press("Enter")
    tab_to(page, f"{visible_menu(screen)} a[href='/en/2022/register/']")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}/en/2022/register/")

    # Everything is filled in without a mouse; a forgotten tick is told and found.
    tab_to(page, "input[name=days][value='1']")
    page.keyboard.press("Space")
    tab_to(page, "input[name=name]")
    page.keyboard.type("Ann Lee")
    tab_to(page, "input[name=email]")
    page.keyboard.type(email)
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    tab_to(page, ".error-summary a")
    page.keyboard.press("Enter")
    expect(page.locator("input[name=is_of_age]")).to_be_focused()
    page.keyboard.press("Space")
    tab_to(page, "input[name=agree]")
    page.keyboard.press("Space")
    tab_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")

    # On the check page the button comes after the answers, and Enter presses it.
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your registration")
    tab_to(page, "main form p button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("You’re registered")
    assert mailbox.wait_for(email).subject


def test_no_film_is_asked_for_before_somebody_presses_play(visit, look):
    page = visit("en-GB")
    page.goto("/en/2022/live/day-1/en/")
    look(page)
    page.wait_for_load_state("networkidle")
    assert page.witness.films == []

    page.get_by_role("button", name="Play the live stream of day 1 in English").click()

    expect(page.frame_locator("iframe").get_by_text("film")).to_be_visible()
    assert page.witness.films


def menu(page: Page):
    """The main menu: on a phone it has to be opened."""
    if page.viewport_size["width"] < 1000:
        page.locator("header summary").click()
        return page.locator("header details")
    return page.get_by_role("banner")


def visible_menu(screen) -> str:
    return "header details" if screen["width"] < 1000 else "header .site-header__actions"


def day_heading(number: int) -> str:
    return ko("Day %(number)s · %(date)s", number=number, date="").strip()


def tab_to(page: Page, target: str) -> None:
    """Press Tab until the target has the focus, as somebody does who sees where it is."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("target => document.activeElement?.matches(target)", target):
            return
    raise AssertionError(f"Tab does not reach {target} on {page.url}")


def qr_text(picture: bytes) -> str:
    return zxingcpp.read_barcode(Image.open(io.BytesIO(picture))).text

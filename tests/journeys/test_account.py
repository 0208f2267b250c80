"""A citizen signs in by a mailed code, registers, sees the ticket at once, finds it again and ends the account."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_a_citizen_signs_in_registers_finds_the_ticket_and_ends_the_account(visit, site, mailbox, look, screen):
    email = f"account-{screen['width']}@example.org"
    page = visit("ko-KR")

    # From the page of those who have lost their link to the one with a code, by keyboard alone.
    page.goto("/ko/2022/tickets/resend/")
    look(page)
    page.get_by_role("main").get_by_role("link", name=re.compile("코드로 로그인|Sign in with a code")).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}/ko/my/sign-in/")
    look(page)
    page.locator("input[name=email]").focus()
    page.keyboard.type(email)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}/ko/my/sign-in/code/")
    look(page)

    # A wrong code is told and found; the one from the mail opens the door.
    mail = mailbox.wait_for(email)
    code = re.search(r"^\d{8}$", mail.text, re.MULTILINE)[0]
    give(page, "00000000" if code != "00000000" else "11111111")
    expect(page.locator(".error-summary")).to_be_focused()
    look(page)
    give(page, code)
    expect(page).to_have_url(f"{site}/ko/my/")
    look(page)

    # The form knows the address; after the last press the ticket is there, without the mail.
    page.goto("/ko/2022/register/")
    expect(page.locator("input[name=email]")).to_have_value(email)
    page.locator("input[name=days][value='1']").check()
    page.locator("input[name=name]").fill("김하늘")
    page.locator("input[name=is_of_age]").check()
    page.locator("input[name=agree]").check()
    page.locator("form.form button[type=submit]").click()
    page.locator("main form p button[type=submit]").click()
    expect(page).to_have_url(re.compile(rf"^{site}/ko/ticket/\w{{10}}/$"))
    expect(page.locator(".qr svg")).to_be_visible()
    look(page)

    # It stands in the list, and the form says so.
    ticket = page.url
    page.goto("/ko/my/")
    expect(page.get_by_role("main").get_by_role("article").get_by_role("link")).to_have_attribute(
        "href", ticket.removeprefix(site)
    )
    look(page)
    page.goto("/ko/2022/register/")
    look(page)

    # The account ends; the link in the mail still opens the ticket.
    link = mailbox.wait_for(email, number=2).link("/t/")
    page.goto("/ko/my/delete/")
    look(page)
    page.locator("main form button[type=submit]").click()
    look(page)
    page.goto("/ko/my/")
    expect(page).to_have_url(f"{site}/ko/my/sign-in/?next=/ko/my/")
    page.goto(link)
    expect(page).to_have_url(ticket)
    expect(page.locator(".qr svg")).to_be_visible()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_without_script_the_way_in_is_the_same(visit, site, mailbox, screen, language):
    email = f"plain-{language}-{screen['width']}@example.org"
    page = visit("ko-KR" if language == "ko" else "en-GB", java_script_enabled=False)

    page.goto(f"/{language}/my/")
    page.locator("input[name=email]").fill(email)
    page.locator("main form button[type=submit]").click()
    give(page, re.search(r"^\d{8}$", mailbox.wait_for(email).text, re.MULTILINE)[0])

    expect(page).to_have_url(f"{site}/{language}/my/")
    page.locator("main form button[type=submit]").click()
    expect(page).to_have_url(f"{site}/{language}/my/sign-in/")


def give(page: Page, code: str) -> None:
    page.locator("input[name=code]").fill(code)
    page.keyboard.press("Enter")

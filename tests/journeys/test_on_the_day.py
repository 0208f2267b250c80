"""The forum begins today: an organiser puts it right, a steward lets people in."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Copy, film_of

pytestmark = pytest.mark.browser

TODAY = dt.datetime.now(ZoneInfo("Asia/Seoul")).date()


@pytest.fixture
def copy(on_the_day) -> Copy:
    return on_the_day


def test_an_organiser_moves_a_day_and_publishes_a_session(visit, copy, look, screen):
    slug = f"night-talk-{screen['width']}"
    title = f"Night talk at {screen['width']}"
    public, page = visit("en-GB"), visit("en-GB")

    # She signs in with what the first start printed.
    sign_in(page, copy)
    look(page)

    # Day 1 becomes today, in its date field.
    page.goto("/admin/programme/day/")
    page.get_by_role("row").filter(has_text="2022").first.get_by_role("link").click()
    expect(page).to_have_url(re.compile("/admin/programme/day/1/change/"))
    look(page)
    page.get_by_label("Date:").fill(TODAY.isoformat())
    save(page)
    a_second_later(public)
    public.goto("/en/2022/programme/")
    expect(public).to_have_url(re.compile("/en/2022/programme/day-1/$"))
    expect(public.get_by_text(f"{TODAY.day} {TODAY:%b}").first).to_be_visible()
    look(public)

    # She drafts a session. Nobody else sees it.
    page.goto("/admin/programme/session/add/")
    look(page)
    page.get_by_label("Title [ko]:").fill("밤의 이야기")
    page.get_by_label("Title [en]:").fill(title)
    page.get_by_label("Slug:").first.fill(slug)
    page.get_by_label("Day:").select_option(index=1)
    save(page)
    assert public.request.get(f"/en/2022/sessions/{slug}/").status == 404
    a_second_later(public)
    public.goto("/en/2022/programme/day-1/")
    expect(public.get_by_text(title)).to_have_count(0)

    # She publishes it from the list. Everybody sees it.
    page.goto(f"/admin/programme/session/?q={slug}")
    look(page)
    page.get_by_role("row").filter(has_text=title).get_by_role("checkbox").check()
    page.get_by_label("Action:").select_option("publish")
    page.get_by_role("button", name="Go", exact=True).click()
    expect(page.get_by_role("row").filter(has_text=title)).to_contain_text("published")
    a_second_later(public)
    public.reload()
    expect(public.get_by_role("heading", name=title)).to_be_visible()

    # The log says who did it, and what it was before.
    page.goto(f"/admin/auditlog/logentry/?q={title}")
    look(page)
    change = page.get_by_role("row").filter(has_text="update").first
    expect(change).to_contain_text(copy.email)
    change.get_by_role("link").first.click()
    expect(page.get_by_role("row", name="State draft published")).to_be_visible()


def test_an_organiser_runs_the_day_from_one_page(visit, copy, look, screen):
    viewer, board, page = visit("en-GB"), visit("en-GB"), visit("en-GB")
    sign_in(page, copy)

    # She notes that the first talk starts: the big button, by keyboard alone; then she corrects it, and takes it back.
    page.goto("/staff/live/2022/day-1/")
    look(page)
    big = page.get_by_role("button", name="Starts now: ").first
    title = big.inner_text().partition(": ")[2]
    big.focus()
    page.keyboard.press("Enter")
    row = page.get_by_role("listitem").filter(has_text=title).filter(has_text="started at")
    noted = row.locator(".tag").inner_text()
    row.get_by_role("button", name="+10 s").click()
    expect(row.locator(".tag")).not_to_have_text(noted)
    look(page)
    row.get_by_role("button", name="Take back").click()
    expect(row).to_have_count(0)

    # Everything from the afternoon on is late. Everybody reads it.
    page.get_by_label("Everything planned from").select_option("13:30")
    page.get_by_role("button", name="10 min late").click()
    expect(page.get_by_text("From 13:30 on: about 10 min late")).to_be_visible()
    a_second_later(viewer)
    viewer.goto("/en/2022/sessions/session-2/")
    expect(viewer.get_by_text("starts about 10 min later").first).to_be_visible()
    page.get_by_label("Everything planned from").select_option("13:30")
    page.get_by_role("button", name="On time").click()
    expect(page.get_by_text("Everything is on time.")).to_be_visible()

    # The picture stops. Words that are too long come back; then viewers read them, and the screen in the lobby too.
    page.get_by_label("Words in English").fill("Made up for a test. " * 12)
    page.get_by_role("button", name="trouble").click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.get_by_label("Words in English")).to_have_value(re.compile("^Made up for a test"))
    look(page)
    page.get_by_label("Words in English").fill("Made up for a test.")
    page.get_by_label("Words in Korean").fill("시험용 안내입니다.")
    page.get_by_role("button", name="trouble").click()
    expect(page.get_by_text("Viewers are told now.")).to_be_visible()
    a_second_later(viewer)
    viewer.goto("/en/2022/live/day-1/ko/")
    expect(viewer.get_by_text("Made up for a test.")).to_be_visible()
    look(viewer)
    a_second_later(viewer)
    board.goto("/ko/2022/board/")
    look(board)
    page.get_by_role("button", name="Take it down: by the clock").click()
    a_second_later(viewer)
    viewer.reload()
    expect(viewer.get_by_text("Made up for a test.")).to_have_count(0)

    # What is no second of a film comes back in words; the recording goes up with its talk.
    page.get_by_role("link", name="Recording in Korean").click()
    look(page)
    first = page.get_by_label(title)
    first.fill("1:62:00")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(first).to_have_value("1:62:00")
    look(page)
    first.fill("1:02:03")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="recording is up").click()
    a_second_later(viewer)
    viewer.goto("/en/2022/live/day-1/ko/")
    expect(viewer.get_by_role("link", name=title)).to_have_attribute("href", re.compile(r"&t=3723s$"))
    look(viewer)
    page.get_by_role("button", name="Take it down: by the clock").click()
    expect(page.get_by_text("Viewers are told now.")).to_be_visible()


def test_a_steward_signs_in_by_mail_and_lets_people_in(visit, copy, launch, mailbox, look, screen, tmp_path):
    width = screen["width"]
    steward, guest, gone, third = (f"{who}-{width}@example.org" for who in ("steward", "guest", "gone", "third"))

    # An organiser makes the steward's sign-in; nobody hands out a password.
    office = visit("en-GB")
    sign_in(office, copy)
    office.goto("/admin/accounts/user/add/")
    look(office)
    office.get_by_label("E-mail address:").fill(steward)
    office.get_by_label("Role:").select_option("steward")
    save(office)

    # Three citizens have registered; one of them has given the seat back.
    tickets = {email: register(visit("en-GB"), copy, email) for email in (guest, gone, third)}
    give_back(visit("en-GB"), tickets[gone].link("/t/"))

    # The steward opens the scanner at the door, in front of the first guest.
    door = launch(*camera(film_of(tickets[guest].file("ticket-qr.png"), tmp_path / "guest.mjpeg")))
    phone = visit("ko-KR", door, permissions=["camera"])
    phone.goto("/checkin/")
    look(phone)
    phone.get_by_role("link", name=re.compile("스태프 로그인|Sign in as a steward")).click()
    look(phone)
    sign_in_by_code(phone, mailbox, steward)
    expect(phone).to_have_url(re.compile("/checkin/$"))
    look(phone)
    begin(phone, "8층 정문")
    verdict(phone, "입장", "Welcome")
    expect(phone.locator(".verdict__name")).to_have_text("Guest of the journey")
    look(phone)

    # Another phone at another gate sees the same person again.
    other = visit("en-GB", door, permissions=["camera"], storage_state=phone.context.storage_state())
    other.goto("/checkin/?lang=en")
    begin(other, "Gate B")
    verdict(other, "이미 입장", "Already checked in")
    expect(other.locator(".verdict__why")).to_contain_text("8층 정문")
    look(other)

    # Whoever gave the seat back stays outside.
    refusing = launch(*camera(film_of(tickets[gone].file("ticket-qr.png"), tmp_path / "gone.mjpeg")))
    phone = visit("ko-KR", refusing, permissions=["camera"], storage_state=phone.context.storage_state())
    phone.goto("/checkin/")
    begin(phone, "8층 정문")
    verdict(phone, "취소된 신청", "Cancelled registration")
    look(phone)
    phone.keyboard.press("Escape")

    # A telephone is flat: the desk code from the mail works, however it is typed.
    desk_code = re.search(r"\b([0-9A-Z]{4})-([0-9A-Z]{4})\b", tickets[third].text)
    phone.get_by_role("button", name=re.compile("코드 입력|Type a code")).first.click()
    look(phone)
    phone.locator("#code").fill(f"{desk_code[1]} {desk_code[2].lower()}")
    phone.keyboard.press("Enter")
    verdict(phone, "입장", "Welcome")


def test_a_volunteers_phone_is_paired_scans_without_a_sign_in_and_is_revoked(visit, copy, look, screen):
    guest = register(visit("en-GB"), copy, f"paired-{screen['width']}@example.org")
    desk_code = re.search(r"\b([0-9A-Z]{4})-([0-9A-Z]{4})\b", guest.text)

    # An organiser makes a phone and shows its code.
    office = visit("en-GB")
    sign_in(office, copy)
    office.goto("/staff/devices/")
    look(office)
    office.get_by_label("Name of the phone").fill(f"Phone {screen['width']}")
    office.get_by_label("Gate", exact=False).first.fill("Gate C")
    office.get_by_role("button", name="Add it and show the code").click()
    expect(office.get_by_role("img", name="QR code for pairing")).to_be_visible()
    look(office)
    page, code = office.url, office.locator(".pairing-code").inner_text().replace("-", "")

    # A volunteer's phone opens what the QR says. The code does not stay in the address.
    phone = visit("ko-KR")
    phone.goto(f"/checkin/#pair={code}")
    expect(phone.locator("#begin")).to_be_enabled()
    assert "pair" not in phone.url
    look(phone)
    expect(phone.locator("#gate")).to_have_value("Gate C")
    phone.locator("#begin").click()
    phone.get_by_role("button", name="코드 입력").first.click()
    phone.locator("#code").fill("".join(desk_code.groups()))
    phone.keyboard.press("Enter")
    verdict(phone, "입장", "Welcome")

    # The code is used up; another phone gets nothing by it.
    other = visit("en-GB")
    other.witness.is_deaf = True  # browsers call a refusal an error
    other.goto(f"/checkin/?lang=en#pair={code}")
    expect(other.locator("#pairing-error-text")).to_contain_text("not valid")
    look(other)

    # The phone is lost.
    office.goto(page)
    office.get_by_role("button", name="Revoke the phone").click()
    expect(office.get_by_text("revoked").first).to_be_visible()
    look(office)
    phone.witness.is_deaf = True
    phone.goto("/checkin/")
    expect(phone.get_by_role("heading", level=1)).to_have_text("이 휴대전화 연결")


def sign_in(page: Page, copy: Copy) -> None:
    page.goto("/admin/")
    page.get_by_label("Email").fill(copy.email)
    page.get_by_label("Password").fill(copy.password)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(re.compile("/admin/$"))


def sign_in_by_code(page: Page, mailbox, email: str) -> None:
    page.get_by_role("link", name=re.compile("로그인 코드|sign-in code")).click()
    page.locator("input[name=email]").fill(email)
    page.get_by_role("main").get_by_role("button").first.click()
    code = re.search(r"^\s*([A-Z0-9-]{6,9})\s*$", mailbox.wait_for(email).text, re.MULTILINE)[1]
    page.locator("input[name=code]").fill(code)
    page.keyboard.press("Enter")


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def register(page: Page, copy: Copy, email: str):
    page.goto("/en/2022/register/")
    page.get_by_role("checkbox", name=re.compile("Day 1")).check()
    page.get_by_label("Name", exact=True).fill("Guest of the journey")
    page.get_by_label("E-mail", exact=True).fill(email)
    page.get_by_label("I am 14 or older. (required)").check()
    page.get_by_label("I have read this and agree. (required)").check()
    page.get_by_role("button", name="Next: check your answers").click()
    page.get_by_role("main").get_by_role("button", name="Register", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You’re registered")
    return copy.mailbox.wait_for(email)


def give_back(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("link", name="Cancel my seat").click()
    page.get_by_role("button", name="Cancel my seat").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This registration is cancelled")


def camera(film) -> list[str]:
    return [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]


def begin(page: Page, gate: str) -> None:
    page.get_by_label(re.compile("^(입구|Gate)")).fill(gate)
    page.locator("#begin").click()


def verdict(page: Page, korean: str, english: str) -> None:
    expect(page.locator(".verdict__word")).to_have_text(korean, timeout=20_000)
    expect(page.locator(".verdict__en")).to_have_text(english)


def a_second_later(page: Page) -> None:
    """So often each process of the site looks for what the others have changed."""
    page.wait_for_timeout(1_100)

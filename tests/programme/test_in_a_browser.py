"""The public pages in a real browser: reachable for everybody, and fetching nothing from elsewhere before a press.

The browser is answered from here: pages as Django's test client got them, with their headers, and static files.
"""

from __future__ import annotations

import datetime as dt
import mimetypes
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Route, sync_playwright

from programme.models import Day, Edition, Session
from tests.conftest import CHROMIUM
from tests.programme.test_pages import LANGUAGES

pytestmark = [pytest.mark.django_db, pytest.mark.browser]

SITE = "https://forum.test"
KINDS = [
    "",
    "2019/",
    "2022/about/",
    "2022/notices/",
    "2022/notices/digital-safety-city/",
    "2022/faq/",
    "2021/notices/",
    "editions/",
    "cases/",
    "cases/intelligent-cctv/",
    "cases/data/",
    "2022/venue/",
    "2022/programme/day-1/",
    "2022/sessions/session-2/",
    "2022/talks/harnessing-distribution-shift/",
    "2022/speakers/",
    "2022/speakers/yiqun-xie/",
    "2022/live/day-1/ko/",
    "summit/",
    "summit/programme/day-4/",
    "2022/board/",
    "nothing/here/",
]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def summit(forum):
    """Four days, and a name that no header has room for."""
    name = "2nd Disruptive & Emerging Technologies Alliance (DETA) Summit"
    edition = Edition.objects.create(
        slug="summit", ordinal=2, year=2025, name_ko="제2회 DETA 정상회의", name_en=name, is_published=True
    )
    for number in range(1, 5):
        day = Day.objects.create(edition=edition, number=number, date=dt.date(2025, 10, 12 + number))
        Session.objects.create(
            day=day, slug=f"test-{number}", title_ko=f"시험 세션 {number}", languages="ko", state="published"
        )


@pytest.fixture
def pages(client, forum, summit):
    """One page of each kind in both languages, as the server answers it."""
    found = [f"/{language}/{page}" for language in LANGUAGES for page in KINDS]
    return {address: client.get(address) for address in found}


@pytest.fixture(scope="module")
def chromium():
    """Playwright runs an event loop in this thread, which Django takes for a mistake unless it is told otherwise."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, pages):
    """A new browser window at a width and in a colour scheme; what it asked of others is in `page.strangers`."""
    contexts = []

    def open_window(width: int, scheme: str = "light", **more: object) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce", **more
        )
        contexts.append(context)
        page = context.new_page()
        page.strangers, page.complaints = [], []
        page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
        context.route("**/*", lambda route: _answer(route, pages, page))
        return page

    yield open_window
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_no_page_has_a_barrier_or_scrolls_sideways(visit, pages, width, scheme):
    page, axe, found = visit(width, scheme), Axe(), {}

    for address in pages:
        page.goto(SITE + address)
        page.evaluate("document.fonts.ready.then(() => true)")  # a font that arrives later changes the widths
        barriers = [violation["id"] for violation in axe.run(page, options=RULES).response["violations"]]
        if barriers or page.evaluate(SIDEWAYS) > 0:
            found[address] = barriers or "sideways"

    assert found == {}


def test_no_page_breaks_its_own_policy_or_asks_anybody_else(visit, pages):
    page = visit(1280)

    for address in pages:
        page.goto(SITE + address, wait_until="load")

    assert page.strangers == []
    assert [text for text in page.complaints if "404" not in text] == []


def test_the_film_opens_only_when_it_is_pressed(visit):
    page = visit(390)
    page.goto(f"{SITE}/en/2022/live/day-1/ko/")
    assert page.strangers == []

    page.get_by_role("button", name="Play the live stream of day 1 in Korean").press("Enter")
    page.wait_for_selector("iframe")

    assert {urlsplit(url).hostname for url in page.strangers} == {"www.youtube-nocookie.com"}
    assert page.locator("iframe").get_attribute("title") == "Live stream of day 1 in Korean"
    assert page.evaluate("document.activeElement.tagName") == "IFRAME"


def test_without_a_script_the_film_is_a_link_and_the_menu_opens(visit):
    page = visit(390, java_script_enabled=False)
    page.goto(f"{SITE}/en/2022/live/day-1/ko/")

    assert page.locator("a.player__btn").get_attribute("href").startswith("https://www.youtube.com/watch?v=")
    page.locator(".mobilenav summary").click()
    assert page.locator(".mobilenav__panel").is_visible()
    assert not page.locator("[data-theme-switch]").is_visible()


def test_the_chosen_language_and_theme_are_remembered(visit):
    page = visit(390)
    page.goto(f"{SITE}/ko/2022/venue/")

    page.locator(".mobilenav summary").click()
    page.locator(".mobilenav__panel a[data-language=en]").click()
    page.wait_for_url(f"{SITE}/en/2022/venue/")
    page.locator("[data-theme-switch] button[value=dark]").click()
    page.reload()

    assert [(cookie["name"], cookie["value"]) for cookie in page.context.cookies()] == [("django_language", "en")]
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_questions_and_the_register_work_by_keyboard_alone(visit):
    page = visit(390)
    page.goto(f"{SITE}/ko/2022/faq/")
    page.locator("summary", has_text="참가비가 있나요?").focus()
    page.keyboard.press("Enter")
    assert page.get_by_text("누구나 무료로 참가할 수 있습니다.").is_visible()

    page.goto(f"{SITE}/ko/cases/")
    page.get_by_label("찾기", exact=True).focus()
    for _stop in range(3):
        page.keyboard.press("Tab")
    assert page.evaluate("[document.activeElement.tagName, document.activeElement.type]") == ["BUTTON", "submit"]


def test_escape_closes_the_menu_and_gives_the_focus_back(visit):
    page = visit(390)
    page.goto(f"{SITE}/ko/")

    page.locator(".mobilenav summary").click()
    page.keyboard.press("Escape")

    assert page.evaluate("[document.querySelector('.mobilenav').open, document.activeElement.tagName]") == [
        False,
        "SUMMARY",
    ]


def _answer(route: Route, pages: dict[str, object], page: Page) -> None:
    address = urlsplit(route.request.url)
    if f"{address.scheme}://{address.netloc}" != SITE:
        page.strangers.append(route.request.url)
        route.abort()
    elif address.path.startswith("/static/"):
        path = finders.find(address.path.removeprefix("/static/"))
        route.fulfill(path=path, content_type=mimetypes.guess_type(path)[0]) if path else route.fulfill(status=404)
    else:
        response = pages[address.path]
        route.fulfill(status=response.status_code, headers=dict(response.headers), body=response.content)

"""The live pages in a real browser: the visitor's own time, the film, what changes on an open page, the board."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.db.models import F

from programme import running, streaming
from programme.models import Session, Stream, Talk
from tests.programme.test_in_a_browser import RULES, SITE, chromium, visit  # noqa: F401
from tests.programme.test_pages import make_talks, moment_of

pytestmark = [pytest.mark.django_db, pytest.mark.browser]

LIVE, DAY, BOARD = "/en/2022/live/day-1/ko/", "/en/2022/programme/day-1/", "/ko/2022/board/"
FIRST = "harnessing-distribution-shift"
# Every moment of a page with what stands in brackets behind it; of two with a dash between, behind the second.
MOMENTS = """[...document.querySelectorAll("main time[datetime*='T']")].map((each) => {
  const note = each.nextSibling?.classList?.contains("their-time") ? each.nextSibling.textContent : "";
  return [each.dateTime, note.trim(), each.nextSibling?.data?.trim() === "–"];
})"""


@pytest.fixture
def pages():
    """What the server answers, by path. Tests fill it."""
    return {}


@pytest.fixture
def ask(client, forum, pages):
    """Have the server answer these pages as at a time of the first day."""

    def at(hour: int, minute: int, *paths: str) -> None:
        with time_machine.travel(moment_of(forum, day=1, hour=hour, minute=minute), tick=False):
            pages.update({path: client.get(path) for path in paths})

    return at


def own_time(moment: dt.datetime, zone: str, known: dt.date) -> str:
    there = moment.astimezone(ZoneInfo(zone))
    date = "" if there.date() == known else f"{there:%a} {there.day} {there:%b}, "
    return f"{date}{there:%H:%M}"


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/London", "Asia/Kathmandu", "Pacific/Kiritimati"])
def test_a_visitor_elsewhere_sees_their_own_time_in_brackets(visit, ask, zone):  # noqa: F811
    ask(11, 30, DAY, LIVE)
    page = visit(1280, timezone_id=zone)

    for address in (DAY, LIVE):
        page.goto(SITE + address)
        found, before, wrong = page.evaluate(MOMENTS), None, []
        for text, note, has_end in found:
            moment = dt.datetime.fromisoformat(text)
            if has_end:
                before = moment
                continue
            first = before or moment
            expected = own_time(first, zone, first.date())
            if before:
                expected += "–" + own_time(moment, zone, before.astimezone(ZoneInfo(zone)).date())
            if note != f"({expected} your time)":
                wrong.append((text, note, expected))
            before = None
        assert wrong == []
        assert len(found) >= 5
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


@pytest.mark.parametrize("zone", ["Asia/Seoul", "Asia/Tokyo"])
def test_whose_clock_shows_the_same_sees_no_brackets(visit, ask, zone):  # noqa: F811
    ask(11, 30, DAY)
    page = visit(390, timezone_id=zone)
    page.goto(SITE + DAY)

    assert page.locator(".their-time").count() == 0


def test_summer_time_elsewhere_counts_at_the_moment_itself(visit, ask):  # noqa: F811
    """London's clocks go forward at 01:00 UTC on 28 March 2027, at ten in the morning in Seoul."""
    ask(11, 30, DAY)
    page = visit(390, timezone_id="Europe/London")
    page.goto(SITE + DAY)

    page.evaluate(
        """["2027-03-28T09:59:00+09:00", "2027-03-28T10:00:00+09:00", "2027-03-28T08:00:00+01:00"].forEach((moment) => {
          const time = document.createElement("time");
          time.dateTime = time.className = moment;
          document.querySelector("main").append(time);
        }); document.dispatchEvent(new Event("fresh"));"""
    )

    notes = page.evaluate("[...document.querySelectorAll('main > .their-time')].map((each) => each.textContent.trim())")
    assert notes == ["(00:59 your time)", "(02:00 your time)"]  # the third is London's own


def test_without_a_script_nothing_is_missing(visit, ask):  # noqa: F811
    ask(11, 30, DAY)
    page = visit(390, timezone_id="America/New_York", java_script_enabled=False)
    page.goto(SITE + DAY)

    assert page.get_by_text("All times are Korean time (KST).").count() == 1
    assert page.locator(".slot.is-now .live").inner_text() == "Now"


def test_youtube_hears_of_nobody_before_the_press_and_learns_the_referrer_it_needs(visit, ask):  # noqa: F811
    ask(11, 30, LIVE)
    page = visit(390)
    asked = []
    page.on("request", lambda request: asked.append(request) if "youtube" in request.url else None)
    page.goto(SITE + LIVE)
    page.wait_for_load_state("networkidle")
    assert (page.strangers, asked) == ([], [])

    for _ in range(30):  # by keyboard alone
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "player__btn":
            break
    page.keyboard.press("Space")
    page.wait_for_selector("iframe")

    film = page.locator("iframe")
    assert film.get_attribute("src") == (
        "https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ"
        "?autoplay=1&rel=0&playsinline=1&hl=en&cc_load_policy=1&cc_lang_pref=ko"
    )
    assert film.get_attribute("referrerpolicy") == "strict-origin-when-cross-origin"
    assert film.get_attribute("title") == "Live stream of day 1 in Korean"
    assert [request.headers.get("referer") for request in asked] == [f"{SITE}/"]


def test_a_talk_of_the_list_plays_in_place_from_its_second(visit, ask, forum):  # noqa: F811
    streams = forum.days.get(number=1).streams.all()
    streaming.mark_beginning(streams, moment_of(forum, day=1, hour=9, minute=20))
    running.mark_start(Talk.objects.get(slug=FIRST), moment_of(forum, day=1, hour=10, minute=20))
    streaming.say(streams, Stream.State.RECORDING)
    ask(18, 0, LIVE)
    page = visit(1280)
    page.goto(SITE + LIVE)

    page.locator("a[data-second]").press("Enter")
    assert "start=3600" in page.locator("iframe").get_attribute("src")
    assert page.evaluate("document.activeElement.tagName") == "IFRAME"
    page.locator("a[data-second]").click()
    assert page.locator("iframe").count() == 1


def test_an_open_page_moves_on_with_the_day(visit, ask, pages):  # noqa: F811
    page = visit(390)
    page.clock.install()
    ask(11, 9, DAY, LIVE)
    page.goto(SITE + DAY)
    now = page.locator("#now-next .nownext__title").first
    assert now.inner_text().startswith("Harnessing Distribution Shift")

    ask(11, 10, DAY)
    page.clock.run_for(80_000)
    page.wait_for_function("document.querySelector('.nownext__title').textContent.startsWith('AI Sharing')")
    assert page.locator("#timetable .slot.is-now").count() == 1
    assert page.locator("#timetable .slot.is-past").count() == 1


def test_trouble_is_read_out_on_a_page_that_is_open(visit, ask, forum):  # noqa: F811
    page = visit(390)
    page.clock.install()
    ask(11, 9, LIVE)
    page.goto(SITE + LIVE)
    page.evaluate("window.before = document.getElementById('on-air')")

    streaming.say(forum.days.get(number=1).streams.all(), Stream.State.TROUBLE, "합성 안내", "A made-up note.")
    ask(11, 10, LIVE)
    page.clock.run_for(80_000)
    page.get_by_text("A made-up note.").wait_for()

    # The same live region: a screen reader hears what changes in it, not what replaces it.
    assert page.evaluate("window.before === document.getElementById('on-air') && window.before.role") == "status"


LONG = "시민의 하루를 데이터로 읽고 다음 정책을 함께 그리는 도시 인공지능의 열두 가지 물음과 그에 대한 대답"

LONG_EN = "Twelve Questions about Artificial Intelligence in Cities, and What Seoul Answers to Each of Them"


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1080, 1920)])
@pytest.mark.parametrize("hour", [9, 11, 13, 18])
def test_the_board_fits_its_wall_and_is_read_from_ten_metres(visit, ask, forum, width, height, hour):  # noqa: F811
    make_talks(Session.objects.get(slug="session-2"), 40)
    Talk.objects.update(
        title_ko=LONG, title_en="Twelve Questions about Urban AI, and What a City Answers to Each of Them"
    )
    running.delay(forum.days.get(number=1), dt.time(13, 0), 5)
    ask(hour, 7, BOARD)
    page = visit(width)
    page.set_viewport_size({"width": width, "height": height})
    page.goto(SITE + BOARD)
    page.evaluate("document.fonts.ready.then(() => true)")

    room = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    sizes = """[...document.querySelectorAll('.board__sheet *')].filter((each) => each.checkVisibility() &&
      [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
      .map((each) => parseFloat(getComputedStyle(each).fontSize))"""
    assert page.evaluate(room) == [width, height]
    assert min(page.evaluate(sizes)) >= 34  # on a wall of 75 inches 3 cm, which ten metres allow
    assert [each["id"] for each in Axe().run(page, options=RULES).response["violations"]] == []


def test_the_board_says_when_it_has_lost_the_server(visit, ask, pages):  # noqa: F811
    page = visit(1920)
    page.clock.install()
    ask(11, 9, BOARD)
    page.goto(SITE + BOARD)
    assert not page.locator("[data-lost]").is_visible()

    page.context.set_offline(True)
    page.context.unroute_all()
    page.clock.run_for(240_000)
    page.locator("[data-lost]").wait_for(state="visible")


@pytest.mark.parametrize("width", [320, 1280])
def test_a_day_that_runs_late_has_no_barrier_and_does_not_scroll_sideways(visit, ask, forum, width):  # noqa: F811
    make_talks(Session.objects.get(slug="session-2"), 5)
    Talk.objects.filter(slug__startswith="talk-").update(minutes=F("minutes") + 9)
    running.delay(forum.days.get(number=1), dt.time(11, 10), 10)
    streaming.say(forum.days.get(number=1).streams.all(), Stream.State.TROUBLE)
    paths = ["/ko/", "/ko/2022/programme/day-1/", "/ko/2022/live/day-1/en/", "/en/2022/live/day-1/en/", DAY]
    ask(11, 5, *paths)
    page, found = visit(width, "dark", timezone_id="America/New_York"), {}

    for address in paths:
        page.goto(SITE + address)
        page.evaluate("document.fonts.ready.then(() => true)")
        barriers = [each["id"] for each in Axe().run(page, options=RULES).response["violations"]]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if barriers or wide > 0:
            found[address] = (barriers, wide)

    assert found == {}

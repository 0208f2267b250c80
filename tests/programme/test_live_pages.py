"""The live pages, the recordings and the lobby screen, as the server answers them."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from programme import running, streaming
from programme.models import Session, Stream, Talk
from tests.programme.test_pages import SEOUL, get, make_talks, moment_of, queries_of, real_forum  # noqa: F401

pytestmark = pytest.mark.django_db
FIRST = "harnessing-distribution-shift"


@pytest.fixture
def day(forum):
    return forum.days.get(number=1)


@pytest.fixture
def recorded(forum, day):
    """Both recordings of the first day are up; they begin at 9:20, the first talk at 10:20:37."""
    streaming.mark_beginning(day.streams.all(), moment_of(forum, day=1, hour=9, minute=20))
    talk = Talk.objects.get(slug=FIRST)
    running.mark_start(talk, moment_of(forum, day=1, hour=10, minute=20) + dt.timedelta(seconds=37))
    Stream.objects.filter(day=day, language="en").update(recording_id="ReCoRdInG_-")
    streaming.say(day.streams.all(), Stream.State.RECORDING)
    return talk


@pytest.mark.parametrize(
    ("when", "day"),
    [
        ("2022-11-01T12:00", 1), ("2022-11-28T00:00", 1), ("2022-11-28T23:59", 1), ("2022-11-29T00:00", 2),
        ("2022-11-29T23:59", 2), ("2022-11-30T00:00", 1),
    ],
)  # fmt: skip
def test_live_leads_to_todays_stream_else_to_the_next(client, real_forum, when, day):  # noqa: F811
    with time_machine.travel(dt.datetime.fromisoformat(when).replace(tzinfo=SEOUL), tick=False):
        assert client.get("/en/2022/live/").headers["Location"] == f"/en/2022/live/day-{day}/en/"


def test_live_leads_to_the_language_that_there_is(client, forum):
    Stream.objects.filter(language="en").delete()

    assert client.get("/en/2022/live/").headers["Location"] == "/en/2022/live/day-1/ko/"


@pytest.mark.parametrize(
    ("clock", "words"),
    [
        ((9, 0), "The stream opens here"),
        ((11, 0), "Live now"),
        ((12, 30), "It goes on at"),
        ((18, 0), "The programme of this day has ended."),
    ],
)
def test_the_live_page_says_where_the_day_stands(client, forum, clock, words):
    every = {"The stream opens here", "Live now", "It goes on at", "The programme of this day has ended."}
    with time_machine.travel(moment_of(forum, day=1, hour=clock[0], minute=clock[1]), tick=False):
        html = get(client, "/en/2022/live/day-1/en/").html

    assert {each for each in every if each in html} == {words}


@pytest.mark.parametrize("state", ["", "live", "pause", "trouble", "ended", "recording"])
@pytest.mark.parametrize(("day_number", "hour"), [(1, 0), (1, 9), (1, 11), (1, 18), (2, 16), (2, 18), (2, 23)])
def test_whatever_is_said_at_whatever_time_is_a_page(client, forum, state, day_number, hour):
    for each in forum.days.all():
        streaming.say(each.streams.all(), state)
    with time_machine.travel(moment_of(forum, day=day_number, hour=hour), tick=False):
        html = [get(client, f"/{language}/2022/{page}").html for language in ("ko", "en")
                for page in ("live/day-1/ko/", "live/day-2/en/", "board/", "programme/day-2/", "")]  # fmt: skip

    assert [each for each in html if "None" in each] == []


def test_trouble_is_told_in_both_languages_with_the_way_round_it_and_the_moment(client, forum, day):
    Stream.objects.filter(day=day).update(backup_url="https://tv.example.org/")
    with time_machine.travel(moment_of(forum, day=1, hour=10, minute=42), tick=False):
        streaming.say(day.streams.all(), Stream.State.TROUBLE)
        usual = get(client, "/en/2022/live/day-1/ko/")
        streaming.say(day.streams.all(), Stream.State.TROUBLE, "합성 안내입니다.", "A made-up note.")
        korean, english = get(client, "/ko/2022/live/day-1/en/"), get(client, "/en/2022/live/day-1/en/")

    assert "Picture or sound is in trouble. We are mending it." in usual.html
    assert usual.all("time", datetime=moment_of(forum, day=1, hour=10, minute=42).isoformat())
    assert ("합성 안내입니다." in korean.html, "A made-up note." in english.html) == (True, True)
    assert english.all("a", href="https://tv.example.org/")


def test_what_is_late_says_so_everywhere_and_no_more_on_the_day_after(client, forum, day):
    running.delay(day, dt.time(13, 30), 10)
    pages = ("programme/day-1/", "sessions/session-2/", "live/day-1/en/", "board/")
    with time_machine.travel(moment_of(forum, day=1, hour=13, minute=0), tick=False):
        today = [get(client, f"/en/2022/{page}").html for page in pages]
    with time_machine.travel(moment_of(forum, day=2, hour=13, minute=0), tick=False):
        after = [get(client, f"/en/2022/{page}").html for page in pages]

    assert [any(f"about 10 min {word}" in html for word in ("later", "late")) for html in today] == [True] * 4
    assert [html.count("about 10 min") for html in after] == [0] * 4


def test_the_pause_and_its_end_follow_the_delay(client, forum, day):
    running.delay(day, dt.time(13, 30), 10)
    with time_machine.travel(moment_of(forum, day=1, hour=13, minute=35), tick=False):
        page = get(client, "/en/2022/live/day-1/en/")

    assert "Live now" not in page.html
    assert page.all("time", datetime=moment_of(forum, day=1, hour=13, minute=40).isoformat())


def test_every_talk_leads_to_its_second_of_the_recording(client, forum, recorded):
    seconds = {"ko": "https://www.youtube.com/watch?v=aqz-KE-bpKQ&t=3637s"}
    seconds["en"] = "https://www.youtube.com/watch?v=ReCoRdInG_-&t=3637s"

    for page in (f"talks/{FIRST}/", "programme/day-1/", "sessions/session-1/"):
        found = {link["href"] for link in get(client, f"/en/2022/{page}").all("a") if "&t=" in link["href"]}
        assert found == set(seconds.values()), page
    film = next(link for link in get(client, f"/en/2022/talks/{FIRST}/").all("a") if "data-film" in link)
    assert film["href"] == seconds["en"]
    assert film["data-film"].endswith("cc_load_policy=1&cc_lang_pref=en&start=3637")


def test_the_recording_lists_its_talks_by_the_second(client, forum, recorded):
    page = get(client, "/en/2022/live/day-1/ko/")

    assert page.title.startswith("Recording of day 1 in Korean")
    assert [(link["href"], link["data-second"]) for link in page.all("a") if "data-second" in link] == [
        ("https://www.youtube.com/watch?v=aqz-KE-bpKQ&t=3637s", "3637")
    ]
    assert "1:00:37" in page.html


def test_what_was_measured_moves_one_language_only(client, forum, recorded, day):
    stream = day.streams.get(language="en")
    streaming.describe_recording(stream, film="", starts_at=stream.recording_starts_at, measured={FIRST: 62})

    found = {link["href"] for link in get(client, f"/ko/2022/talks/{FIRST}/").all("a") if "&t=" in link["href"]}
    assert {address.partition("&t=")[2] for address in found} == {"3637s", "62s"}


def test_nothing_leads_into_a_recording_that_is_not_up(client, forum, recorded, day):
    streaming.say(day.streams.all(), Stream.State.BY_THE_CLOCK)

    for page in (f"talks/{FIRST}/", "programme/day-1/", "live/day-1/ko/"):
        assert "&amp;t=" not in get(client, f"/en/2022/{page}").html


@pytest.mark.parametrize(
    ("clock", "words"),
    [
        ((7, 0), ["시작", "Starts at"]),
        ((9, 29), ["시작", "Starts at"]),
        ((9, 30), ["지금", "Now", "개회식", "Opening ceremony", "다음", "Next"]),
        ((12, 0), ["휴식", "Break", "다음", "Next"]),
        ((17, 30), ["끝났습니다", "has ended", "다시 만나요", "We meet again"]),
    ],
)
def test_the_board_says_in_both_languages_what_is_on(client, forum, clock, words):
    with time_machine.travel(moment_of(forum, day=1, hour=clock[0], minute=clock[1]), tick=False):
        pages = [get(client, f"/{language}/2022/board/").html for language in ("ko", "en")]

    assert [[word for word in words if word not in html] for html in pages] == [[], []]
    assert f"{clock[0]:02}:{clock[1]:02}" in pages[0]


def test_the_board_shows_the_streams_of_the_day_and_the_seats_that_are_left(client, forum, day):
    quota = day.quotas.get(share="public")
    quota.__class__.objects.filter(pk=quota.pk).update(taken=377)
    with time_machine.travel(moment_of(forum, day=1, hour=9, minute=30), tick=False):
        page = get(client, "/ko/2022/board/")

    assert [svg["aria-label"] for svg in page.all("svg", **{"class": "qr"})] == [
        "한국어 생중계 QR 코드", "QR code of the live stream in English",
    ]  # fmt: skip
    assert f'<p class="board__figure">{quota.capacity - 377}</p>' in page.html
    assert page.all("meta", name="robots", content="noindex")
    assert page.all("meta", **{"http-equiv": "refresh"}) == [{"http-equiv": "refresh", "content": "30"}]


def test_the_board_of_a_forum_that_is_over_promises_no_day(client, real_forum):  # noqa: F811
    with time_machine.travel(dt.datetime(2023, 6, 1, tzinfo=SEOUL), tick=False):
        html = get(client, "/en/2022/board/").html

    assert ("Thank you for coming" in html, "We meet again" in html) == (True, False)


def test_live_pages_cost_the_same_with_one_talk_and_with_many(client, forum, recorded):
    few = [len(queries_of(client, f"/ko/2022/{page}")) for page in ("live/day-1/ko/", "programme/day-1/", "board/")]
    make_talks(Session.objects.get(slug="session-2"), 30)
    many = [len(queries_of(client, f"/ko/2022/{page}")) for page in ("live/day-1/ko/", "programme/day-1/", "board/")]

    assert many == few
    assert few == [8, 8, 9]  # the board asks for its seats too

"""The public pages: in both languages, without cookies, without inline code, and true to the content."""

from __future__ import annotations

import datetime as dt
import io
import re
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.db.models import Q
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from programme import queries
from programme.models import Appearance, Case, Edition, Notice, Session, Speaker, Stream, Talk

pytestmark = pytest.mark.django_db
SEOUL = ZoneInfo("Asia/Seoul")
LANGUAGES = ["ko", "en"]
PLAIN = ("edition", "about", "venue", "speakers", "notices", "questions")


class Page(HTMLParser):
    """What a test asks about a page: its links, its ids, its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, tag: str, **attributes: str) -> list[dict[str, str]]:
        return [found for name, found in self.elements if name == tag and attributes.items() <= found.items()]

    @property
    def title(self) -> str:
        return re.search(r"<title>(.*?)</title>", self.html, re.DOTALL)[1]

    @property
    def alternates(self) -> dict[str, str]:
        return {link["hreflang"]: link["href"] for link in self.all("link", rel="alternate")}


def addresses(language: str, edition: str = "2022") -> list[str]:
    """Every public page of an edition in a language."""
    programme = queries.programme(edition)
    with override(language):
        return [
            reverse("programme:home"),
            *(reverse(f"programme:{name}") for name in ("editions", "cases", "case_data")),
            *(reverse("programme:case", args=[case.slug]) for case in Case.objects.all()),
            *(
                reverse("programme:notice", args=[edition, notice.slug])
                for notice in Notice.objects.filter(Q(edition__slug=edition) | Q(edition=None))
            ),
            *(reverse(f"programme:{name}", args=[edition]) for name in PLAIN),
            *(reverse("programme:day", args=[edition, day.number]) for day in programme.days),
            *(reverse("programme:session", args=[edition, session.slug]) for session in programme.sessions),
            *(reverse("programme:talk", args=[edition, talk.slug]) for talk in programme.talks),
            *(reverse("programme:speaker", args=[edition, speaker.slug]) for speaker in programme.speakers),
            *(
                reverse("programme:stream", args=[edition, day.number, spoken])
                for day in programme.days
                for spoken in LANGUAGES
            ),
            *(reverse("programme:edition", args=[past.slug]) for past in queries.past_editions(programme.edition)),
        ]


def get(client, address: str) -> Page:
    response = client.get(address)
    assert response.status_code == 200, address
    return Page(response.content.decode())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_there_in_its_language_with_one_heading_and_one_main(client, forum, language):
    for address in addresses(language):
        page = get(client, address)

        assert page.all("html") == [{"lang": language}], address
        assert [len(page.all(tag)) for tag in ("h1", "main", "header", "footer")][:2] == [1, 1], address
        assert page.all("a", **{"class": "skip", "href": "#main"}), address


def test_every_title_is_its_own_and_ends_with_the_name_of_the_forum(client, forum):
    titles = {address: get(client, address).title for language in LANGUAGES for address in addresses(language)}

    assert len(set(titles.values())) == len(titles)
    for address, title in titles.items():
        year = address.split("/")[2] if address.split("/")[2] in ("2019", "2020", "2021") else "2022"
        ending = f" · {year} 서울 빅데이터 포럼" if address.startswith("/ko/") else f" · Seoul Big Data Forum {year}"
        assert title.endswith(ending), address
        assert title.removesuffix(ending).strip(), address


def test_each_page_names_its_twin_and_the_twin_names_it_back(client, forum):
    for address in addresses("ko"):
        korean = get(client, address).alternates
        english = get(client, address.replace("/ko/", "/en/", 1)).alternates

        assert korean == english, address
        assert set(korean) == {"ko", "en", "x-default"}, address
        assert korean["en"] == korean["ko"].replace("/ko/", "/en/", 1)


def test_a_pages_canonical_address_is_its_own_and_the_current_editions_is_the_home_page(client, forum):
    canonical = {
        address: get(client, address).all("link", rel="canonical")[0]["href"]
        for address in ("/en/", "/en/2022/", "/en/2021/", "/en/2022/about/")
    }

    assert canonical == {
        "/en/": "http://forum.test/en/",
        "/en/2022/": "http://forum.test/en/",
        "/en/2021/": "http://forum.test/en/2021/",
        "/en/2022/about/": "http://forum.test/en/2022/about/",
    }


def test_the_language_link_keeps_the_page_and_its_query(client, forum):
    page = get(client, "/ko/2022/venue/?from=poster&x=1")

    links = page.all("a", hreflang="en")
    assert {link["href"] for link in links} == {"/en/2022/venue/?from=poster&x=1"}
    assert {(link["lang"], link["data-language"]) for link in links} == {("en", "en")}


def test_a_session_without_english_is_shown_in_korean_and_says_so(client, forum):
    Session.objects.filter(slug="session-3").update(title_en="", abstract_en="", languages="ko")
    title = Session.objects.get(slug="session-3").title_ko

    for address in ("/en/2022/sessions/session-3/", "/en/2022/programme/day-1/", "/en/"):
        assert f'<span lang="ko">{title}</span>' in get(client, address).html, address
    for address in ("/en/2022/sessions/session-3/", "/en/2022/programme/day-1/"):
        assert "This is in Korean only." in get(client, address).html, address
    assert f'<span lang="ko">{title}</span>' not in get(client, "/ko/2022/sessions/session-3/").html
    assert "This is in Korean only." not in get(client, "/en/2022/sessions/session-2/").html


def test_a_talk_and_a_speaker_without_korean_fall_back_to_english(client, forum):
    Talk.objects.filter(slug="ai-sharing-for-smart-cities").update(title_ko="", abstract_ko="", languages="en")
    Speaker.objects.filter(slug="yiqun-xie").update(bio_ko="")

    assert '<h1><span lang="en">AI Sharing' in get(client, "/ko/2022/talks/ai-sharing-for-smart-cities/").html
    assert '<p lang="en">Researcher of spatial' in get(client, "/ko/2022/speakers/yiqun-xie/").html


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_holds_inline_code(client, forum, language):
    for address in [*addresses(language), f"/{language}/nothing/here/"]:
        page = Page(client.get(address).content.decode())

        assert page.all("style") == [], address
        assert [script for script in page.all("script") if "src" not in script] == [], address
        for tag, attributes in page.elements:
            assert not [name for name in attributes if name == "style" or name.startswith("on")], (address, tag)
            assert not attributes.get("href", "").lower().startswith("javascript:"), (address, tag)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_comes_from_elsewhere_before_a_press(client, forum, language):
    for address in addresses(language):
        page = get(client, address)
        sources = [attributes["src"] for _, attributes in page.elements if "src" in attributes]
        sheets = [
            link["href"] for link in page.all("link") if link["rel"] in ("stylesheet", "icon", "apple-touch-icon")
        ]

        assert [source for source in [*sources, *sheets] if not source.startswith("/static/")] == [], address
        assert page.all("iframe") == [], address


def test_public_pages_set_no_cookie_and_are_the_same_for_everybody(client, forum):
    for address in [address for language in LANGUAGES for address in addresses(language)]:
        response = client.get(address)

        assert not response.cookies, address
        assert "Cookie" not in response.headers.get("Vary", ""), address


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_leads_somewhere_and_every_anchor_is_there(client, forum, language):
    found = set()
    for address in addresses(language):
        page = get(client, address)
        ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
        targets = {link["href"] for link in page.all("a")}
        found |= {target for target in targets if target.startswith("/")}

        assert len(ids) == len(set(ids)), address
        assert {target[1:] for target in targets if target.startswith("#")} <= set(ids), address

    assert {target: client.get(target).status_code for target in found if not is_answered(client, target)} == {}


@pytest.mark.parametrize(
    ("cookie", "header", "home"),
    [
        ("", "", "/ko/"),
        ("", "en-GB,en;q=0.9", "/en/"),
        ("", "ko-KR,ko;q=0.9,en;q=0.8", "/ko/"),
        ("", "de-DE,de;q=0.9,en;q=0.8", "/en/"),
        ("", "de-DE", "/ko/"),
        ("en", "ko-KR", "/en/"),
        ("ko", "en-GB", "/ko/"),
        ("xx", "en-GB", "/en/"),
    ],
)
def test_the_front_door_follows_the_choice_then_the_browser(client, cookie, header, home):
    if cookie:
        client.cookies["django_language"] = cookie

    response = client.get("/", headers={"accept-language": header})

    assert (response.status_code, response.headers["Location"]) == (302, home)
    assert {name.strip() for name in response.headers["Vary"].split(",")} == {"Accept-Language", "Cookie"}


def test_the_programme_leads_to_the_first_day_or_to_today(client, forum):
    assert client.get("/en/2022/programme/").headers["Location"] == "/en/2022/programme/day-1/"
    assert client.get("/en/2022/live/").headers["Location"] == "/en/2022/live/day-1/en/"
    assert client.get("/ko/programme/").headers["Location"] == "/ko/2022/programme/"

    with time_machine.travel(moment_of(forum, day=2, hour=14), tick=False):
        assert client.get("/en/2022/programme/").headers["Location"] == "/en/2022/programme/day-2/"
        assert client.get("/ko/2022/live/").headers["Location"] == "/ko/2022/live/day-2/ko/"


def test_an_unknown_page_is_a_404_in_the_language_of_the_address(client, forum):
    for language in LANGUAGES:
        response = client.get(f"/{language}/2022/talks/nobody-gave-this/")
        page = Page(response.content.decode())

        assert response.status_code == 404
        assert page.all("html") == [{"lang": language}]
        assert page.all("a", **{"class": "btn", "href": f"/{language}/"})
        assert page.all("a", href=f"/{language}/programme/")
        assert page.all("meta", name="robots", content="noindex")
        assert page.alternates == {}


@pytest.mark.parametrize(
    "address", ["/ko/2022/programme/day-3/", "/ko/2022/live/day-3/ko/", "/ko/2022/live/day-1/de/", "/ko/1999/"]
)
def test_what_does_not_exist_is_not_found(client, forum, address):
    assert client.get(address).status_code == 404


def test_without_a_published_edition_the_home_page_is_a_decent_404(client, db):
    response = client.get("/en/")

    assert response.status_code == 404
    assert Page(response.content.decode()).all("h1")


def test_the_last_resort_needs_nothing_and_speaks_both_languages():
    page = Page(render_to_string("500.html"))

    assert page.all("html") == [{"lang": "ko"}]
    assert page.all("div", lang="en")
    assert [link["href"] for link in page.all("a")] == ["/ko/", "/en/"]
    assert "문제가 생겼습니다" in page.html
    assert "Something went wrong" in page.html


def test_the_day_page_asks_the_database_as_often_for_one_talk_as_for_forty(client, forum):
    client.get("/ko/2022/programme/day-1/")  # what is asked once in a process is asked now

    Talk.objects.exclude(slug="ai-sharing-for-smart-cities").delete()
    one = queries_of(client, "/ko/2022/programme/day-1/")
    make_talks(Session.objects.get(slug="session-2"), 39)
    forty = queries_of(client, "/ko/2022/programme/day-1/")

    assert len(forty) == len(one) <= 8


def test_a_day_with_forty_talks_stays_small(client, forum):
    make_talks(Session.objects.get(slug="session-2"), 38)

    assert len(client.get("/ko/2022/programme/day-1/").content) < 60_000


def test_times_that_nobody_confirmed_say_so(client, forum):
    assert get(client, "/en/2022/sessions/session-2/").html.count(">Provisional<") == 1

    Session.objects.filter(slug="session-2").update(times_confirmed=True)

    assert get(client, "/en/2022/sessions/session-2/").html.count(">Provisional<") == 0


def test_a_session_without_talks_says_that_speakers_will_follow(client, forum):
    assert "Speakers will be announced soon." in get(client, "/en/2022/sessions/session-2/").html
    assert "Speakers will be announced soon." not in get(client, "/en/2022/sessions/session-1/").html
    assert "Speakers will be announced soon." not in get(client, "/en/2022/sessions/opening/").html
    assert "More speakers will be announced soon." in get(client, "/en/2022/speakers/").html


def test_a_cancelled_talk_stays_visible_and_a_draft_is_not_found(client, forum):
    Talk.objects.filter(slug="harnessing-distribution-shift").update(
        state="cancelled", note_ko="연사 사정", note_en="Illness"
    )
    Talk.objects.filter(slug="ai-sharing-for-smart-cities").update(state="draft")

    assert "is-cancelled" in get(client, "/en/2022/programme/day-1/").html
    assert "This talk was cancelled." in get(client, "/en/2022/talks/harnessing-distribution-shift/").html
    assert "Illness" in get(client, "/en/2022/programme/day-1/").html
    assert client.get("/en/2022/talks/ai-sharing-for-smart-cities/").status_code == 404
    assert client.get("/en/2022/speakers/kyoung-jun-lee/").status_code == 404


def test_what_editors_typed_is_escaped(client, forum):
    Talk.objects.filter(slug="harnessing-distribution-shift").update(
        title_ko="<script>1</script>", abstract_ko="<img src=x>"
    )

    for address in (
        "/ko/2022/programme/day-1/",
        "/ko/2022/talks/harnessing-distribution-shift/",
        "/ko/2022/speakers/yiqun-xie/",
    ):
        assert "<script>1" not in get(client, address).html, address
        assert "<img src=x>" not in get(client, address).html, address


def test_moved_dates_are_admitted_on_every_page(client, forum):
    words = "The dates were moved for a rehearsal."
    assert words in get(client, "/en/2022/venue/").html

    Edition.objects.update(dates_moved=False)

    assert words not in get(client, "/en/2022/venue/").html


def test_a_stand_in_film_is_called_one(client, forum):
    words = "This is a stand-in film"
    assert words in get(client, "/en/2022/live/day-1/ko/").html

    Stream.objects.update(is_stand_in=False)

    assert words not in get(client, "/en/2022/live/day-1/ko/").html


def test_the_player_is_a_link_until_it_is_pressed(client, forum):
    stream = Stream.objects.get(day__number=2, day__edition=forum, language="en")
    Stream.objects.filter(pk=stream.pk).update(youtube_id="AbCdEfGhIjK", backup_url="https://tv.example.org/en")

    page = get(client, "/ko/2022/live/day-2/en/")

    assert [(link["href"], link["data-film"]) for link in page.all("a") if "data-film" in link] == [
        (
            "https://www.youtube.com/watch?v=AbCdEfGhIjK",
            "https://www.youtube-nocookie.com/embed/AbCdEfGhIjK"
            "?autoplay=1&rel=0&playsinline=1&hl=ko&cc_load_policy=1&cc_lang_pref=en",
        )
    ]
    assert page.all("a", href="https://tv.example.org/en")


def test_a_day_without_a_stream_says_so(client, forum):
    Stream.objects.filter(language="en").delete()

    page = get(client, "/en/2022/live/day-1/en/")

    assert "There is no live stream in this language yet." in page.html
    assert not [link for link in page.all("a") if "data-film" in link]


def test_a_past_edition_shows_what_is_known_and_no_more(client, forum):
    known, unknown = get(client, "/en/2021/").html, get(client, "/en/2019/").html

    assert "Cities after the Pandemic: Challenges and Futures" in known
    assert "Wed" in known
    assert "The Seoul Institute" in known
    assert "<dd>2019</dd>" in unknown
    assert "None" not in known + unknown
    assert "/2019/programme/" not in unknown


@pytest.mark.parametrize(
    ("when", "phase", "first", "header"),
    [
        ("2022-11-01T12:00", "announced", "/en/2022/register/", "/en/2022/programme/"),
        ("2022-11-10T12:00", "open", "/en/2022/register/", "/en/2022/register/"),
        ("2022-11-26T12:00", "closed", "/en/2022/live/", "/en/2022/tickets/resend/"),
        ("2022-11-27T20:00", "eve", "/en/2022/live/", "/en/2022/tickets/resend/"),
        ("2022-11-28T14:00", "live", "/en/2022/live/", "/en/2022/live/"),
        ("2022-11-28T22:00", "between", "/en/2022/programme/", "/en/2022/programme/"),
        ("2022-12-01T12:00", "wrapping", "/en/2022/programme/", "/en/2022/programme/"),
        ("2023-06-01T12:00", "archive", "/en/2022/programme/", "/en/2022/programme/"),
    ],
)
def test_the_home_page_offers_what_matters_at_each_phase(client, real_forum, when, phase, first, header):
    with time_machine.travel(dt.datetime.fromisoformat(when).replace(tzinfo=SEOUL), tick=False):
        page = get(client, "/en/")

        assert queries.current_programme().edition.phase == phase
        assert page.all("a", **{"class": "btn btn--accent btn--lg"})[0]["href"] == first
        assert page.all("a", **{"class": "btn btn--sm"})[0]["href"] == header
        assert bool(page.all("section", **{"class": "seats"})) == (phase in ("open", "closed", "eve"))


def test_recordings_are_promised_only_where_they_are(client, real_forum):
    with time_machine.travel(dt.datetime(2023, 6, 1, tzinfo=SEOUL), tick=False):
        assert "Watch recordings" not in get(client, "/en/").html

        Stream.objects.update(state=Stream.State.RECORDING)
        assert "Watch recordings" not in get(client, "/en/").html  # of a stand-in

        Stream.objects.update(is_stand_in=False)
        assert "Watch recordings" in get(client, "/en/").html


def test_the_outcome_is_told_once_the_forum_is_over(client, real_forum):
    with time_machine.travel(dt.datetime(2022, 11, 10, tzinfo=SEOUL), tick=False):
        assert "Visitors" not in get(client, "/en/").html
    with time_machine.travel(dt.datetime(2022, 12, 10, tzinfo=SEOUL), tick=False):
        assert "Visitors" in get(client, "/en/").html


def test_during_the_forum_the_day_says_what_is_on_and_what_is_next(client, forum):
    with time_machine.travel(moment_of(forum, day=1, hour=11, minute=30), tick=False):
        today, tomorrow = get(client, "/en/2022/programme/day-1/"), get(client, "/en/2022/programme/day-2/")

    assert len(today.all("li", **{"class": "slot is-now", "aria-current": "time"})) == 1
    assert len(today.all("li", **{"class": "slot is-past"})) == 1
    assert today.all("aside", **{"class": "nownext night no-print"})
    assert not tomorrow.all("aside", **{"class": "nownext night no-print"})


def test_a_session_without_a_time_or_a_day_without_hours_is_no_accident(client, forum):
    Session.objects.filter(slug__in=["session-2", "opening"]).update(starts=None, ends=None)
    forum.days.update(doors=None, starts=None, ends=None)

    for address in addresses("en"):
        html = get(client, address).html
        assert "None" not in re.sub(r"<[^>]*>", "", html), address
    assert "Time to be announced" in get(client, "/en/2022/sessions/session-2/").html


def test_an_edition_without_a_place_says_so(client, forum):
    Edition.objects.filter(pk=forum.pk).update(venue=None)

    assert "The venue will be announced soon." in get(client, "/en/2022/venue/").html
    assert get(client, "/en/").all("h1")


def is_answered(client, address: str) -> bool:
    return client.get(address).status_code in (200, 302)


@pytest.fixture
def real_forum(db):
    """The forum on its real dates, in November 2022."""
    call_command("load_forum", verbosity=0, stdout=io.StringIO())
    return Edition.objects.get(is_current=True)


def make_talks(session: Session, number: int) -> None:
    """Talks that are visibly made up, each with its own speaker."""
    for i in range(1, number + 1):
        talk = Talk.objects.create(
            session=session, slug=f"talk-{i}", title_ko=f"발표 {i}", title_en=f"Talk {i}", state="published",
            starts=dt.time(13 + i // 60, i % 60), minutes=1, order=100 + i, language="ko", interpreted_into="en",
        )  # fmt: skip
        speaker = Speaker.objects.create(
            edition=session.edition, slug=f"speaker-{i}", name_ko=f"연사 {i}", name_en=f"Speaker {i}", country="KR"
        )
        Appearance.objects.create(talk=talk, speaker=speaker)


def queries_of(client, address: str) -> list[str]:
    cache.clear()
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in caught]


def moment_of(edition: Edition, *, day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(edition.days.get(number=day).date, dt.time(hour, minute), tzinfo=edition.tzinfo)

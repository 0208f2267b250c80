"""Organisers see the site at any moment; nobody else does, and nothing but pages pretends."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import zoneinfo
from pathlib import Path

import pytest
import time_machine
from django.db.models import F
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as some

from forum.outbox.models import Message
from programme import clock, previewing
from programme.phase import moment_in, phase
from registration.models import Interest, Quota, Registration
from tests.factories import filled_form
from tests.pages import Page, is_korean, said

SEOUL = zoneinfo.ZoneInfo("Asia/Seoul")
ROOT = Path(__file__).parent.parent.parent
PHASES = ["announced", "open", "closed", "eve", "live", "between", "wrapping", "archive"]
CHOOSE, END = "/staff/preview/", "/staff/preview/end/"
LANGUAGES = ["ko", "en"]


def preview(client, **choice):
    """What the organiser chose, as the page's form sends it."""
    return client.post(CHOOSE, {"phase": "", "seats": "", "moment": ""} | choice)


def pages_of(forum):
    return ("", f"{forum.slug}/programme/day-1/", f"{forum.slug}/live/day-1/ko/", f"{forum.slug}/register/")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PHASES)
def test_every_phase_can_be_seen_on_the_pages_that_differ_and_says_that_it_is_a_preview(
    organiser_client, forum, name, language
):
    preview(organiser_client, phase=name)

    for path in pages_of(forum):
        answer = organiser_client.get(f"/{language}/{path}")
        page = Page(answer)
        assert answer.context["edition"].phase == name
        assert said(language, "End the preview") in page.text
        assert answer["Cache-Control"] == "private, no-store"
        assert is_korean(page.title) == (language == "ko")


def test_a_page_shows_what_is_on_at_the_chosen_moment(organiser_client, forum):
    day = forum.days.get(number=1)
    preview(organiser_client, moment=f"{day.date}T11:30")

    pages = [organiser_client.get(f"/en/{path}") for path in pages_of(forum)]

    assert [bool(re.search(r'class="live"', page.content.decode())) for page in pages] == [True, True, True, False]
    assert f"{day.date:%Y}, 11:30 KST" in Page(pages[0]).text


def test_who_has_no_preview_gets_the_very_same_page_as_ever(organiser_client, forum):
    before = Client().get("/ko/")
    preview(organiser_client, phase="archive")
    after = Client().get("/ko/")

    assert (after.content, dict(after.headers)) == (before.content, dict(before.headers))
    assert "Cookie" not in after.get("Vary", "")
    assert ("Set-Cookie" in after, "preview" in after.content.decode()) == (False, False)
    assert organiser_client.get("/ko/").content != before.content


@pytest.mark.parametrize("user", ["stranger", "steward"])
def test_only_organisers_can_choose(client, forum, steward, user):
    if user == "steward":
        client.force_login(steward)

    answers = [client.get(CHOOSE), preview(client, phase="archive")]

    assert [answer.status_code for answer in answers] == ([302] * 2 if user == "stranger" else [403] * 2)
    assert previewing.COOKIE not in client.cookies


@pytest.mark.parametrize("cookie", ["", "x", "2026-12-07T10:05:00+00:00 ", "2026-12-07T10:05:00+00:00 :x:y"])
def test_a_cookie_that_was_made_up_shows_the_present(client, forum, cookie):
    client.cookies[previewing.COOKIE] = cookie

    answer = client.get("/en/")

    assert answer.context["edition"].phase == "open"
    assert "Preview" not in Page(answer).text
    assert "Cache-Control" not in answer


def test_a_preview_is_over_after_two_hours(organiser_client, forum):
    preview(organiser_client, phase="archive")
    facts = organiser_client.cookies[previewing.COOKIE]

    assert (facts["max-age"], facts["httponly"], facts["samesite"], facts["path"]) == (7200, True, "Lax", "/")
    with time_machine.travel(timezone.now() + dt.timedelta(hours=2, minutes=1)):
        assert organiser_client.get("/en/").context["edition"].phase == "open"


@pytest.mark.parametrize(
    ("page", "leads_to"),
    [
        ("/en/2022/venue/?x=1", "/en/2022/venue/?x=1"),
        ("https://example.org/", "/ko/"),
        ("//example.org", "/ko/"),
        ("", "/ko/"),
    ],
)
def test_the_button_ends_it_and_stays_on_the_page(organiser_client, forum, page, leads_to):
    preview(organiser_client, phase="archive")

    answer = organiser_client.post(END, {"next": page})

    assert answer["Location"] == leads_to
    assert organiser_client.get("/en/").context["edition"].phase == "open"


def test_ending_it_needs_the_button_of_our_own_page(forum):
    assert Client(enforce_csrf_checks=True).post(END).status_code == 403
    assert Client().get(END).status_code == 405


@pytest.mark.parametrize("choice", [{}, {"moment": "x"}, {"phase": "x"}, {"moment": "0001-01-01T00:00"}])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_no_moment_is_said_so(organiser_client, forum, choice, language):
    organiser_client.cookies["django_language"] = language

    answer = preview(organiser_client, **choice)

    assert answer.status_code == 200
    assert Page(answer).summary != []
    assert previewing.COOKIE not in organiser_client.cookies


def test_the_page_names_a_moment_for_each_phase_and_says_which_the_dates_leave_out(organiser_client, forum):
    forum.registration_closes_at = forum.days.get(number=2).at(dt.time(12))
    forum.save()

    answer = organiser_client.get(CHOOSE)

    without = [name for name, _label, moment in answer.context["moments"] if moment is None]
    assert ([name for name, *_ in answer.context["moments"]], without) == (PHASES, ["closed"])
    assert preview(organiser_client, phase="closed").status_code == 200


@pytest.mark.parametrize("state", ["available", "few", "waiting", "full"])
def test_the_seats_can_pretend_to_be_in_any_state(organiser_client, forum, state):
    preview(organiser_client, phase="open", seats=state)

    panels = [organiser_client.get(page).context["panel"] for page in ("/ko/",)]
    form = organiser_client.get("/ko/2022/register/").context["form"]

    assert [day.state for panel in (*panels, form.panel) for day in panel.days] == [state] * 4
    assert set(Quota.objects.values_list("taken", "waiting")) == {(0, 0)}


# --- The rules go by the real time --------------------------------------------------------------------------------


def test_nobody_registers_early_by_a_preview(organiser_client, forum):
    forum.registration_opens_at = timezone.now() + dt.timedelta(days=1)
    forum.save()
    preview(organiser_client, phase="open")
    filled = filled_form(organiser_client, forum)

    answers = [organiser_client.post(f"/ko/2022/register/{page}/", filled) for page in ("check", "done")]

    assert [Page(answer).fields.get("name") for answer in answers] == [None, None]
    assert (Registration.objects.count(), Message.objects.count()) == (0, 0)


def test_nobody_registers_late_by_a_preview(organiser_client, forum):
    forum.registration_closes_at = timezone.now() - dt.timedelta(minutes=1)
    forum.registration_opens_at = timezone.now() - dt.timedelta(days=1)
    forum.save()
    preview(organiser_client, moment=f"{timezone.localtime() - dt.timedelta(hours=3):%Y-%m-%dT%H:%M}")
    filled = filled_form(organiser_client, forum)

    organiser_client.post("/ko/2022/register/done/", filled)

    assert Registration.objects.count() == 0


def test_nobody_joins_a_line_that_has_closed_by_a_preview(client, organiser, forum):
    Quota.objects.update(taken=F("capacity"))
    forum.registration_closes_at = forum.days.get(number=2).at(dt.time(12))
    forum.save()
    first = forum.days.get(number=1)
    with time_machine.travel(first.at(dt.time(8)), tick=False):
        client.force_login(organiser)
        preview(client, moment=f"{first.date - dt.timedelta(days=3)}T12:00")
        filled = filled_form(client, forum)
        answer = client.post("/ko/2022/register/done/", filled)

    assert filled["may_wait"] == "1,2"
    assert Page(answer).summary == [("#id_days_0", said("ko", "Day %(day)s is full. Choose another day.", day=1))]
    assert Registration.objects.count() == 0


def test_nobody_waits_for_an_opening_that_has_been_by_a_preview(organiser_client, forum):
    preview(organiser_client, phase="announced")
    notice = organiser_client.get("/ko/2022/register/").context["form"].notice
    filled = {"shown_notice": notice.pk, "email": "seowoo@example.kr", "agree": "on", "website": ""}

    organiser_client.post("/ko/2022/register/tell-me/", filled)

    assert (Interest.objects.count(), Message.objects.count()) == (0, 0)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "shows"), [("announced", True), ("open", True), ("closed", False)])
def test_a_form_in_a_preview_says_what_it_is_worth(organiser_client, forum, name, shows, language):
    preview(organiser_client, phase=name)

    text = Page(organiser_client.get(f"/{language}/2022/register/")).text

    sentence = said(
        language,
        "This is a preview. What you send from here is handled at the real time: "
        "it counts if registration is open now, and else is refused.",
    )
    assert (sentence in text) == shows
    assert sentence not in Page(Client().get(f"/{language}/2022/register/")).text


def test_the_clock_of_pages_is_the_only_one_that_they_ask():
    asking = [*(ROOT / "programme/views").glob("*.py"), ROOT / "programme/queries.py", ROOT / "registration/queries.py"]

    assert [path.name for path in asking if "timezone.now" in path.read_text()] == []
    verbs = ["sign_up", "booking", "changing", "waiting_list", "interest", "reconfirming", "promotion", "erasure"]
    texts = [(ROOT / f"registration/{name}.py").read_text() for name in verbs]
    assert [name for name, text in zip(verbs, texts, strict=True) if "clock" in text.replace("the clock", "")] == []


def test_the_preview_is_over_with_its_page():
    shown = clock.Preview(dt.datetime(2030, 1, 1, tzinfo=SEOUL))

    with contextlib.suppress(ZeroDivisionError), clock.pretending(shown):
        moment = clock.now()
        raise ZeroDivisionError

    assert (moment, clock.preview()) == (shown.moment, None)


# --- Moments ------------------------------------------------------------------------------------------------------

days_between = some.integers(0, 60).map(lambda number: dt.timedelta(days=number))


@given(before=days_between, length=days_between, number=some.integers(1, 4), name=some.sampled_from(PHASES))
def test_a_moment_is_in_its_phase_whatever_the_dates(before, length, number, name):
    first = dt.datetime(2026, 12, 7, 9, 30, tzinfo=SEOUL)
    days = [(first + dt.timedelta(days=day), first + dt.timedelta(days=day, hours=8)) for day in range(number)]
    opens = first - before - length
    facts = {"opens": opens, "closes": opens + length, "days": days}

    moment = moment_in(name, **facts)

    assert moment is None or phase(moment, **facts) == name
    if name in ("announced", "live", "wrapping", "archive"):
        assert moment is not None
    if name == "between":
        assert (moment is None) == (number == 1)


def test_the_forum_of_2022_has_a_moment_for_every_phase():
    at = [
        dt.datetime(2022, 11, day, hour, tzinfo=SEOUL)
        for day, hour in ((7, 10), (25, 18), (28, 9), (28, 17), (29, 9), (29, 17))
    ]
    facts = {"opens": at[0], "closes": at[1], "days": [(at[2], at[3]), (at[4], at[5])]}

    assert [phase(moment_in(name, **facts), **facts) for name in PHASES] == PHASES


def test_an_edition_without_days_or_dates_leaves_phases_out():
    day = (dt.datetime(2026, 12, 7, 9, tzinfo=SEOUL), dt.datetime(2026, 12, 7, 17, tzinfo=SEOUL))

    assert moment_in("live", opens=None, closes=None, days=[]) is None
    found = [name for name in PHASES if moment_in(name, opens=None, closes=None, days=[day])]
    assert found == ["announced", "eve", "live", "wrapping", "archive"]

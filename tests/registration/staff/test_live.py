"""The page on which organisers run a day: for them only, with buttons that do what they say."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from programme.models import Running, Stream, Talk
from tests.pages import Page
from tests.programme.test_pages import moment_of

PAGE = "/staff/live/2022/day-1/"
FIRST = "harnessing-distribution-shift"


@pytest.fixture
def day(forum):
    return forum.days.get(number=1)


@pytest.fixture
def organiser_there(client, organiser, forum):
    """An organiser's browser on the first day at 10:21. (Nobody stays signed in for two weeks.)"""
    with time_machine.travel(moment_of(forum, day=1, hour=10, minute=21), tick=False):
        client.force_login(organiser)
        yield client


def press(client, page, /, **fields):
    return client.post(f"{PAGE}{page}/", fields)


def test_organisers_get_there_from_their_home_and_to_the_day_that_runs(organiser_client, organiser, forum):
    assert "/staff/live/2022/" in Page(organiser_client.get("/staff/")).links
    with time_machine.travel(moment_of(forum, day=2, hour=9), tick=False):
        organiser_client.force_login(organiser)
        assert organiser_client.get("/staff/live/2022/").headers["Location"] == "/staff/live/2022/day-2/"


def test_stewards_and_strangers_do_not(steward_client, client, forum):
    acts = ("start", "delay", "words", "beginning")
    assert {press(steward_client, act, talk=FIRST, act="mark").status_code for act in acts} == {403}
    assert steward_client.get(PAGE).status_code == 403
    steward_client.logout()
    assert {press(client, act, talk=FIRST, act="mark").status_code for act in acts} == {302}
    assert Running.objects.count() == 0


def test_the_big_button_is_the_talk_that_starts_next(organiser_there, day):
    assert organiser_there.get(PAGE).context["coming_up"].slug == FIRST

    press(organiser_there, "start", talk=FIRST, act="mark")

    page = organiser_there.get(PAGE)
    assert page.context["coming_up"].starts == dt.time(11, 10)
    assert "10:21:00" in Page(page).text


def test_a_start_is_corrected_and_taken_back(organiser_there, day):
    press(organiser_there, "start", talk=FIRST, act="mark")
    press(organiser_there, "start", talk=FIRST, act="-10")
    press(organiser_there, "start", talk=FIRST, act="1")
    assert "10:20:51" in Page(organiser_there.get(PAGE)).text

    press(organiser_there, "start", talk=FIRST, act="take_back")
    assert Running.objects.get(day=day).begun == {}


def test_nonsense_moves_nothing(organiser_there, day):
    press(organiser_there, "start", talk=FIRST, act="mark")
    noted = Running.objects.get(day=day).begun
    press(organiser_there, "start", talk=FIRST, act="86400")
    press(organiser_there, "delay", since="03:00", minutes="10")
    press(organiser_there, "delay", since="13:30", minutes="oops")

    assert (Running.objects.get(day=day).begun, Running.objects.get(day=day).delays) == (noted, [])
    assert press(organiser_there, "start", talk="no-such-talk", act="mark").status_code == 404


def test_a_delay_is_said_and_what_cannot_be_is_refused_in_words(organiser_there, day):
    press(organiser_there, "delay", since="10:20", minutes="60")
    press(organiser_there, "delay", since="11:10", minutes="5")

    text = Page(organiser_there.get(PAGE)).text
    assert Running.objects.get(day=day).delays == [["10:20", 60]]
    assert ("10:20부터 약 60분 늦음" in text, "더 긴 시간을 골라 주세요." in text) == (True, True)


def test_the_banner_goes_up_and_down_for_the_streams_that_were_chosen(organiser_there, day):
    korean, english = day.streams.get(language="ko"), day.streams.get(language="en")
    press(organiser_there, "words", streams=[korean.pk], state="trouble", message_ko="합성 안내", message_en="")
    assert list(day.streams.values_list("language", "state", "message_ko").order_by("language")) == [
        ("en", "", None), ("ko", "trouble", "합성 안내"),
    ]  # fmt: skip

    press(organiser_there, "words", streams=[korean.pk, english.pk], state="", message_ko="합성 안내")
    assert set(day.streams.values_list("state", "message_ko")) == {("", "")}


def test_words_that_are_too_long_come_back_as_they_were_typed(organiser_there, day):
    answer = press(organiser_there, "words", state="trouble", message_en="a" * 201)
    page = Page(answer)

    assert page.fields["message_en"] == ["a" * 201]
    assert len(page.summary) >= 2  # and no stream was chosen
    assert Stream.objects.filter(state="trouble").count() == 0


def test_the_streams_begin_now(organiser_there, day, forum):
    press(organiser_there, "beginning")

    assert set(day.streams.values_list("recording_starts_at", flat=True)) == {
        moment_of(forum, day=1, hour=10, minute=21)
    }


@pytest.mark.parametrize(
    "film", ["AbCdEfGhIjK", "https://youtu.be/AbCdEfGhIjK?t=3", "https://www.youtube.com/watch?v=AbCdEfGhIjK&t=1s"]
)
def test_a_recording_is_described_by_address_moment_and_seconds(organiser_client, day, forum, film):
    typed = {"film": film, "starts_at": f"{day.date}T09:20:05", f"at-{FIRST}": "1:00:37"}
    organiser_client.post(f"{PAGE}recording/ko/", typed)

    stream = day.streams.get(language="ko")
    assert (stream.recording_id, stream.measured) == ("AbCdEfGhIjK", {FIRST: 3637})
    assert stream.recording_starts_at == moment_of(forum, day=1, hour=9, minute=20) + dt.timedelta(seconds=5)
    shown = Page(organiser_client.get(f"{PAGE}recording/ko/")).fields
    assert (shown["film"], shown["starts_at"], shown[f"at-{FIRST}"]) == (
        ["AbCdEfGhIjK"], [f"{day.date}T09:20:05"], ["1:00:37"],
    )  # fmt: skip


@pytest.mark.parametrize("typed", ["1:60:00", "12", "1:2:3", "soon", "-1:00"])
def test_a_second_that_is_none_is_explained_and_kept(organiser_client, day, typed):
    answer = organiser_client.post(f"{PAGE}recording/ko/", {"film": "not an id", f"at-{FIRST}": typed})
    page = Page(answer)

    assert (page.fields["film"], page.fields[f"at-{FIRST}"]) == (["not an id"], [typed])
    assert len(page.summary) == 2
    assert day.streams.get(language="ko").measured == {}


def test_only_talks_that_take_place_are_listed(organiser_client, day):
    Talk.objects.filter(slug=FIRST).update(state="cancelled")

    assert FIRST not in [talk.slug for talk, _moment in organiser_client.get(PAGE).context["marks"]]

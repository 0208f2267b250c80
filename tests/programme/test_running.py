"""What organisers note while a day runs: kept at once, taken back, and never lost between two of them."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from auditlog.models import LogEntry

from programme import changes, queries, running, streaming
from programme.models import Running, Session, Stream, Talk
from tests.at_once import at_once
from tests.programme.test_pages import make_talks, moment_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def day(forum):
    return forum.days.get(number=1)


@pytest.fixture
def talk(day):
    return Talk.objects.filter(session__day=day).earliest("starts")


def test_a_start_is_noted_once_and_stays_until_it_is_taken_back(forum, day, talk):
    with time_machine.travel(moment_of(forum, day=1, hour=10, minute=21), tick=False) as clock:
        running.mark_start(talk)
        clock.shift(60)
        running.mark_start(talk)
    assert Running.objects.get(day=day).moments == {talk.slug: moment_of(forum, day=1, hour=10, minute=21)}

    running.take_back(talk)
    running.take_back(talk)
    assert Running.objects.get(day=day).moments == {}


def test_a_start_is_corrected_by_seconds(forum, day, talk):
    noted = moment_of(forum, day=1, hour=10, minute=21)
    running.mark_start(talk, noted)

    running.correct(talk, 10)
    running.correct(talk, -1)
    assert Running.objects.get(day=day).moments[talk.slug] == noted + dt.timedelta(seconds=9)

    running.correct(talk, 100_000)  # nobody corrects by a day
    assert Running.objects.get(day=day).moments[talk.slug] == noted + dt.timedelta(seconds=9 + running.MOST_AT_ONCE)


def test_what_is_not_noted_cannot_be_corrected(talk):
    with pytest.raises(running.NotMarked):
        running.correct(talk, 1)


def test_a_delay_counts_from_its_time_on_until_the_next(forum, day):
    running.delay(day, dt.time(11, 10), 10)
    running.delay(day, dt.time(13, 30), 5)
    assert Running.objects.get(day=day).delays == [["11:10", 10], ["13:30", 5]]

    running.delay(day, dt.time(11, 10), 15)  # said anew: what was said of the afternoon goes with it
    assert Running.objects.get(day=day).delays == [["11:10", 15]]
    running.delay(day, dt.time(11, 10), 0)
    assert Running.objects.get(day=day).delays == []


def test_a_delay_shows_in_what_pages_read(forum, day):
    running.delay(day, dt.time(13, 30), 10)
    shown = queries.programme("2022").day(1)

    assert {each.slug: shown.delay_of(each) for each in shown.sessions} == {
        "opening": 0, "session-1": 0, "session-2": 10, "session-3": 10,
    }  # fmt: skip


@pytest.mark.parametrize("minutes", [-5, 61, 500])
def test_a_delay_that_should_change_the_programme_is_refused(day, minutes):
    with pytest.raises(running.TooLate):
        running.delay(day, dt.time(13, 30), minutes)


def test_nothing_can_start_before_what_comes_before_it(forum, day):
    running.delay(day, dt.time(10, 20), 60)

    with pytest.raises(running.OutOfOrder):
        running.delay(day, dt.time(11, 10), 10)  # 11:20 is what the first one starts at
    running.delay(day, dt.time(11, 10), 15)

    assert Running.objects.get(day=day).delays == [["10:20", 60], ["11:10", 15]]


def test_notes_are_logged_and_move_nothing_that_people_are_told_by_mail(forum, day, talk):
    before = changes.snapshot(forum)
    running.mark_start(talk)
    running.delay(day, dt.time(13, 30), 10)
    streaming.say(day.streams.all(), Stream.State.TROUBLE, "합성 안내", "A made-up note")

    assert changes.differences(before, changes.snapshot(forum)) == []
    assert LogEntry.objects.get_for_model(Running).count() == 3  # made, and changed twice
    assert LogEntry.objects.get_for_model(Stream).count() == 2


def test_a_word_keeps_the_moment_at_which_it_was_first_said(forum, day):
    stream = day.streams.get(language="ko")
    with time_machine.travel(moment_of(forum, day=1, hour=10, minute=42), tick=False) as clock:
        streaming.say([stream], Stream.State.TROUBLE)
        clock.shift(600)
        streaming.say([stream], Stream.State.TROUBLE, "합성 안내", "")
    stream.refresh_from_db()
    assert (stream.state_since, stream.message_ko) == (moment_of(forum, day=1, hour=10, minute=42), "합성 안내")

    streaming.say([stream], Stream.State.BY_THE_CLOCK)
    stream.refresh_from_db()
    assert (stream.state, stream.state_since, stream.message_ko) == ("", None, "")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_organisers_who_press_at_once_lose_nothing(forum, day):
    make_talks(Session.objects.get(slug="session-2"), 12)
    talks = list(Talk.objects.filter(slug__startswith="talk-").select_related("session__day__edition"))

    answers = at_once([lambda talk=talk: running.mark_start(talk) for talk in talks])

    assert answers == [None] * 12
    assert set(Running.objects.get(day=day).begun) == {talk.slug for talk in talks}

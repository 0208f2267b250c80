"""What is on and what comes next, at every minute and at its boundaries, on time and late."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme import on_stage
from programme.on_stage import AHEAD, ON, OVER
from programme.read_model import Day, Session, Talk, Text

SEOUL = ZoneInfo("Asia/Seoul")
DATE = dt.date(2022, 11, 28)
MIDNIGHT = dt.datetime.combine(DATE, dt.time(), SEOUL)


def at(clock: str) -> dt.datetime:
    hour, minute, *second = clock.split(":")
    return MIDNIGHT + dt.timedelta(hours=int(hour), minutes=int(minute), seconds=int((second or ["0"])[0]))


def talk(slug: str, starts: str, minutes: int | None, session: str = "s", state: str = "published") -> Talk:
    return Talk(slug, "talk", Text(slug), Text(), at(starts), minutes, "ko", "", state, Text(), session, 1)


def session(
    slug: str, starts: str, ends: str, *talks: Talk, kind: str = "session", state: str = "published"
) -> Session:
    title = Text(slug)
    return Session(slug, kind, None, title, Text(), at(starts), at(ends), True, state, 1, talks=talks)


def day(*sessions: Session, delays: tuple[tuple[str, int], ...] = ()) -> Day:
    late = tuple((at(since), minutes) for since, minutes in delays)
    return Day(1, DATE, at("09:00"), at("09:30"), at("17:30"), True, sessions=sessions, delays=late)


# As the forum's first day: a ceremony, two keynotes, lunch, a session of whose talks two have a time, and another.
FORUM = (
    session("opening", "09:30", "10:20"),
    session("one", "10:20", "12:00", talk("first", "10:20", 50, "one"), talk("second", "11:10", 50, "one")),
    session("two", "13:30", "15:20", talk("third", "13:50", 20, "two"), talk("fourth", "14:10", None, "two")),
    session("three", "15:40", "17:30"),
)


def seen(of: Day, moment: dt.datetime) -> tuple[str, str]:
    """What is on, and what comes next, in words."""
    stage = on_stage.stage(of, moment)
    now = stage.now.item.slug if stage.now else "pause" if stage.is_pause else "-"
    return now, stage.next.item.slug if stage.next else "-"


@pytest.mark.parametrize(
    ("from_", "until", "now", "next_"),
    [
        ("00:00", "09:30", "-", "opening"),
        ("09:30", "10:20", "opening", "first"),
        ("10:20", "11:10", "first", "second"),
        ("11:10", "12:00", "second", "two"),
        ("12:00", "13:30", "pause", "two"),
        ("13:30", "13:50", "two", "third"),  # none of its talks is on
        ("13:50", "14:10", "third", "fourth"),
        ("14:10", "15:20", "fourth", "three"),  # as long as its session, since nobody knows
        ("15:20", "15:40", "pause", "three"),
        ("15:40", "17:30", "three", "-"),
        ("17:30", "24:00", "-", "-"),
    ],
)
def test_every_minute_of_the_day_has_its_answer_from_the_first_second_to_the_last(from_, until, now, next_):
    of, begins, ends = day(*FORUM), at(from_), at(until)
    moments = [begins + dt.timedelta(minutes=minute) for minute in range(int((ends - begins).total_seconds() // 60))]

    answers = {seen(of, moment) for moment in [*moments, ends - dt.timedelta(microseconds=1)]}

    assert answers == {(now, next_)}


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/London", "Pacific/Kiritimati", "Asia/Kathmandu", "UTC"])
def test_the_zone_in_which_the_moment_is_given_changes_nothing(zone):
    of, there = day(*FORUM), ZoneInfo(zone)

    for minute in range(-60, 25 * 60, 10):
        moment = MIDNIGHT + dt.timedelta(minutes=minute)
        assert seen(of, moment.astimezone(there)) == seen(of, moment)


def test_the_night_between_two_summers_of_another_zone_moves_nothing():
    """A forum in New York on the day on which its clocks go back: what is on goes by the clock on its wall."""
    zone, date = ZoneInfo("America/New_York"), dt.date(2022, 11, 6)

    def there(hour: int) -> dt.datetime:
        return dt.datetime.combine(date, dt.time(hour), zone)

    early, late = (replace(session(name, "09:30", "10:20"), starts=there(a), ends=there(b)) for name, a, b in
                   [("early", 9, 10), ("late", 10, 11)])  # fmt: skip
    of = replace(day(early, late), date=date, starts=there(9), ends=there(11))

    assert [seen(of, there(hour)) for hour in (8, 9, 10, 11)] == [
        ("-", "early"), ("early", "late"), ("late", "-"), ("-", "-"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("08:29:59", AHEAD), ("08:30", ON), ("18:29:59", ON), ("18:30", OVER), ("24:00", OVER),
    ],
)  # fmt: skip
def test_a_day_is_on_from_an_hour_before_to_an_hour_after(moment, expected):
    assert on_stage.standing(day(*FORUM), at(moment)) == expected


def test_what_was_cancelled_is_neither_on_nor_next():
    gone, off = talk("gone", "10:00", 30, state="cancelled"), session("off", "11:00", "12:00", state="cancelled")
    of = day(session("s", "10:00", "11:00", gone, talk("kept", "10:30", 30)), off)

    assert [seen(of, at(clock)) for clock in ("09:50", "10:10", "10:40", "11:10")] == [
        ("-", "s"), ("s", "kept"), ("kept", "-"), ("-", "-"),
    ]  # fmt: skip


def test_a_break_of_the_programme_is_a_pause():
    of = day(
        session("s", "10:00", "11:00"),
        session("coffee", "11:00", "11:20", kind="break"),
        session("t", "11:20", "12:00"),
    )

    assert [seen(of, at(clock)) for clock in ("10:59:59", "11:00", "11:20")] == [
        ("s", "coffee"), ("pause", "t"), ("t", "-"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("clock", "now", "next_"),
    [
        ("11:10", "first", "second"),  # it goes on until the late one starts
        ("11:19:59", "first", "second"),
        ("11:20", "second", "two"),
        ("12:09:59", "second", "two"),
        ("12:10", "pause", "two"),  # and runs into lunch
        ("13:30", "two", "third"),  # which caught it up
    ],
)
def test_what_is_late_is_on_when_it_really_is(clock, now, next_):
    of = day(*FORUM, delays=(("11:10", 10), ("13:30", 0)))

    assert seen(of, at(clock)) == (now, next_)


def test_the_day_begins_as_late_as_what_comes_first():
    assert on_stage.first_start(day(*FORUM)) == at("09:30")
    assert on_stage.first_start(day(*FORUM, delays=(("09:30", 15),))) == at("09:45")


def test_what_still_comes_is_told_from_what_is_on_to_the_last():
    of = day(*FORUM)

    assert [slot.item.slug for slot in on_stage.coming(of, at("11:15"))] == ["second", "third", "fourth", "three"]
    assert on_stage.over(of, at("11:10")) == {"first"}
    assert on_stage.over(day(*FORUM, delays=(("11:10", 10),)), at("11:10")) == frozenset()


@st.composite
def any_day(draw) -> Day:
    """Sessions one after the other, with pauses or without; each full of talks, or without any; some of it late."""
    sessions, minute = [], draw(st.integers(8 * 60, 11 * 60))
    for number in range(draw(st.integers(1, 5))):
        minute += draw(st.sampled_from([0, 0, 15, 60]))
        begins, talks = minute, []
        for each in range(draw(st.integers(0, 3))):
            length = draw(st.integers(5, 50))
            talks.append(talk(f"{number}-{each}", clock_of(minute), length, str(number)))
            minute += length
        minute = max(minute, begins + draw(st.integers(10, 40)))
        sessions.append(session(str(number), clock_of(begins), clock_of(minute), *talks))
    late, delays = 0, []
    for each in sessions:  # never less than before: nothing overtakes
        late += draw(st.sampled_from([0, 0, 5, 20]))
        delays.append((f"{each.starts:%H:%M}", late))
    return day(*sessions, delays=tuple(delays))


def clock_of(minute: int) -> str:
    return f"{minute // 60}:{minute % 60}"


@given(any_day(), st.integers(0, 24 * 60 - 1), st.sampled_from([0, 1, 59]))
def test_on_any_day_at_any_second_what_is_on_has_begun_and_not_ended_and_what_is_next_is_the_first_to_come(
    of, minute, second
):
    moment = MIDNIGHT + dt.timedelta(minutes=minute, seconds=second)
    stage = on_stage.stage(of, moment)
    starts = [each.starts + dt.timedelta(minutes=of.delay_of(each)) for each in [*of.sessions, *of.talks]]

    assert stage.now is None or stage.now.starts <= moment < stage.now.ends
    assert (stage.next.starts if stage.next else None) == min((each for each in starts if each > moment), default=None)
    assert stage.is_pause == (stage.now is None and stage.next is not None and any(each <= moment for each in starts))


@given(any_day())
def test_on_any_day_nothing_is_on_after_it_is_over_and_each_begins_once(of):
    talks = [slot for slot in on_stage.coming(of, MIDNIGHT) if slot.is_talk]

    assert [slot.item for slot in talks] == of.talks
    assert all(before.ends <= after.starts for before, after in zip(talks, talks[1:], strict=False))
    assert {slot.item.slug for slot in talks} == on_stage.over(of, MIDNIGHT + dt.timedelta(hours=36))

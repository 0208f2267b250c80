"""Where an edition stands, at every boundary."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from programme.phase import day_state, is_registration_open, phase

SEOUL = zoneinfo.ZoneInfo("Asia/Seoul")
SECOND, MINUTE, HOUR, DAY = (dt.timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))


def at(day, hour, minute=0, month=11):
    return dt.datetime(2022, month, day, hour, minute, tzinfo=SEOUL)


OPENS, CLOSES = at(7, 10), at(25, 18)
DAYS = [(at(28, 9, 30), at(28, 17, 30)), (at(29, 9, 30), at(29, 17, 30))]
AFTER = DAYS[1][1]


def phase_at(now, *, opens=OPENS, closes=CLOSES, days=DAYS):
    return phase(now, opens=opens, closes=closes, days=days)


@pytest.mark.parametrize(
    ("begins", "before", "after"),
    [
        (OPENS, "announced", "open"),
        (CLOSES, "open", "closed"),
        (at(27, 18), "closed", "eve"),
        (at(28, 8, 30), "eve", "live"),
        (at(28, 18, 30), "live", "between"),
        (at(29, 8, 30), "between", "live"),
        (at(29, 18, 30), "live", "wrapping"),
        (AFTER + 30 * DAY, "wrapping", "archive"),
    ],
)
def test_each_phase_begins_on_the_second(begins, before, after):
    assert (phase_at(begins - SECOND), phase_at(begins)) == (before, after)


ORDER = ["announced", "open", "closed", "eve", "live", "between", "live", "wrapping", "archive"]
moments = some.datetimes(dt.datetime(2022, 10, 1), dt.datetime(2023, 2, 1), timezones=some.just(SEOUL))


@given(some.lists(moments, min_size=2, max_size=20))
def test_time_never_leads_back(moments):
    met = [phase_at(moment) for moment in sorted(moments)]

    place = 0
    for each in met:
        place = ORDER.index(each, place)


@given(moments)
def test_the_phase_does_not_depend_on_the_zone_of_the_clock(moment):
    assert phase_at(moment) == phase_at(moment.astimezone(dt.UTC))


def test_an_edition_without_days_has_nothing_to_announce():
    assert phase_at(at(1, 0), days=[]) == "archive"


@pytest.mark.parametrize("now", [at(1, 0), at(27, 17, 59)])
def test_without_dates_of_registration_it_is_announced_until_the_eve(now):
    assert phase_at(now, opens=None, closes=None) == "announced"


def test_without_a_closing_date_it_is_open_until_the_eve():
    assert phase_at(at(27, 17, 59), closes=None) == "open"
    assert phase_at(at(27, 18), closes=None) == "eve"


def test_on_one_day_there_is_no_day_between():
    days = DAYS[:1]

    assert [phase_at(now, days=days) for now in (at(28, 18, 29), at(28, 18, 30))] == ["live", "wrapping"]


def test_the_eve_of_the_first_of_a_month_is_in_the_month_before():
    days = [(at(1, 9, month=12), at(1, 17, month=12))]

    assert [phase_at(now, days=days) for now in (at(30, 17, 59), at(30, 18))] == ["closed", "eve"]


@pytest.mark.parametrize(
    ("now", "opens", "closes", "answer"),
    [
        (OPENS - SECOND, OPENS, CLOSES, False),
        (OPENS, OPENS, CLOSES, True),
        (CLOSES - SECOND, OPENS, CLOSES, True),
        (CLOSES, OPENS, CLOSES, False),
        (OPENS, OPENS, None, False),
        (OPENS, None, CLOSES, False),
        (OPENS, None, None, False),
    ],
)
def test_registration_is_open_between_its_two_moments(now, opens, closes, answer):
    assert is_registration_open(now, opens=opens, closes=closes) is answer


@given(moments)
def test_whenever_the_phase_is_open_citizens_can_register(moment):
    if phase_at(moment) == "open":
        assert is_registration_open(moment, opens=OPENS, closes=CLOSES)


@pytest.mark.parametrize(
    ("left", "has_line", "state"),
    [(400, True, "available"), (81, False, "available"), (80, True, "few"), (1, False, "few"), (0, True, "waiting")]
    + [(0, False, "full"), (-1, False, "full")],
)
def test_a_day_stands_as_its_seats_and_its_line_do(left, has_line, state):
    assert day_state(is_open=True, capacity=400, left=left, has_line=has_line) == state
    assert day_state(is_open=False, capacity=400, left=left, has_line=has_line) == "closed"

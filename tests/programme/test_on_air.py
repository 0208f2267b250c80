"""How a stream stands: by the clock, and by what an organiser says while it can be true."""

from __future__ import annotations

import pytest

from programme.on_air import air
from programme.read_model import Stream
from tests.programme.test_on_stage import FORUM, at, day

BY_THE_CLOCK = [
    ("08:00", "scheduled"), ("09:29:59", "scheduled"), ("09:30", "live"), ("12:00", "pause"), ("13:30", "live"),
    ("15:20", "pause"), ("17:29:59", "live"), ("17:30", "ended"), ("18:30", "ended"), ("30:00", "ended"),
]  # fmt: skip


def stream(state: str = "") -> Stream:
    return Stream(1, "ko", "AbCdEfGhIjK", "", is_stand_in=False, state=state)


@pytest.mark.parametrize(("clock", "expected"), BY_THE_CLOCK)
def test_without_a_word_the_clock_decides(clock, expected):
    assert air(stream(), day(*FORUM), at(clock)) == expected


@pytest.mark.parametrize(
    ("state", "before", "while_on", "after"),
    [
        ("live", "scheduled", "live", "ended"),
        ("pause", "scheduled", "pause", "ended"),
        ("ended", "scheduled", "ended", "ended"),
        ("trouble", "trouble", "trouble", "ended"),
        ("recording", "recording", "recording", "recording"),
    ],
)
def test_a_word_counts_while_it_can_be_true(state, before, while_on, after):
    said = [air(stream(state), day(*FORUM), at(clock)) for clock in ("08:00", "11:00", "19:00")]

    assert said == [before, while_on, after]


def test_what_starts_late_goes_on_the_air_late():
    late = day(*FORUM, delays=(("09:30", 10), ("10:20", 0)))

    assert [air(stream(), late, at(clock)) for clock in ("09:39:59", "09:40")] == ["scheduled", "live"]


def test_a_day_whose_order_nobody_knows_is_live_from_its_start():
    assert air(stream(), day(), at("09:00")) == "scheduled"
    assert air(stream(), day(), at("10:00")) == "live"

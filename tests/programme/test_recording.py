"""Where a talk starts in a recording."""

from __future__ import annotations

import pytest

from programme.recording import hours, seconds
from tests.programme.test_on_stage import at

BEGUN = {"first": at("10:20:07"), "second": at("11:11")}


def test_a_noted_start_counts_from_the_beginning_of_the_recording():
    assert seconds(BEGUN, at("09:20"), {}) == {"first": 3607, "second": 6660}


def test_what_was_measured_counts_more():
    assert seconds(BEGUN, at("09:20"), {"second": 6600, "third": 9000}) == {
        "first": 3607,
        "second": 6600,
        "third": 9000,
    }


def test_one_measured_talk_gives_the_beginning_away():
    assert seconds(BEGUN, None, {"first": 3600}) == {"first": 3600, "second": 6653}


def test_without_any_beginning_nobody_knows():
    assert seconds(BEGUN, None, {}) == {}
    assert seconds(BEGUN, None, {"third": 10}) == {"third": 10}


def test_what_came_before_the_recording_is_not_in_it():
    assert seconds(BEGUN, at("11:00"), {}) == {"second": 660}


@pytest.mark.parametrize(("second", "text"), [(0, "0:00"), (59, "0:59"), (3599, "59:59"), (3600, "1:00:00")])
def test_seconds_are_written_as_players_do(second, text):
    assert hours(second) == text

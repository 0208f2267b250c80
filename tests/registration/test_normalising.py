"""Text from people in the one form that we store."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from registration.normalising import email_key, has_unwanted_characters, tidy

BREAKS = ["\n", "\r", "\t", "\u2028", "\u2029"]
NEVER = ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\ud800", "\ue000", "\uf8ff", "\U000f0000", "\ufeff", "\ufffe"]
NAMES = ["홍서우", "Nguyễn Thị Ánh", "محمد علي", "שרה לוי", "نیم\u200cفاصله", "👩🏽\u200d🔬", "O’Connor-Smith Jr."]
TURNING = ["\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"]


@pytest.mark.parametrize("mark", NEVER + TURNING)
def test_controls_private_letters_and_turning_marks_are_unwanted_everywhere(mark):
    assert has_unwanted_characters(f"홍{mark}서우")
    assert has_unwanted_characters(f"홍{mark}서우", lines=True)


@pytest.mark.parametrize("mark", BREAKS)
def test_line_breaks_are_wanted_only_where_there_are_lines(mark):
    assert has_unwanted_characters(f"홍{mark}서우")
    assert not has_unwanted_characters(f"홍{mark}서우", lines=True)


@pytest.mark.parametrize(
    "name", ["홍서우", "Nguyễn Thị Ánh", "محمد علي", "שרה לוי", "نیم\u200cفاصله", "👩🏽‍🔬", "O’Connor-Smith Jr."]
)
def test_names_of_all_the_world_are_wanted(name):
    assert not has_unwanted_characters(name)


@given(some.text())
def test_tidying_twice_is_tidying_once(text):
    assert tidy(tidy(text)) == tidy(text)


@pytest.mark.parametrize("written", ["Seowoo@Example.org", " SEOWOO@EXAMPLE.ORG ", "seowoo@example.org"])
def test_one_address_has_one_key(written):
    assert email_key(written) == "seowoo@example.org"

"""Slots: what stands for a secret until its mail leaves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from forum.outbox.enclosures import fill, slot
from registration.normalising import has_unwanted_characters

words = some.text(some.characters(exclude_characters="\ue000\ue001", exclude_categories=["Cs"]))


@given(words, words, words)
def test_a_slot_is_filled_and_all_around_it_stays(before, after, value):
    assert fill(before + slot("secret") + after, {"secret": value}) == before + value + after


def test_a_text_without_slots_stays():
    assert fill("{secret} {{ secret }} %(secret)s", {"secret": "open sesame"}) == "{secret} {{ secret }} %(secret)s"


def test_several_slots_are_filled_each_with_its_own():
    text = f"{slot('a')}{slot('b')} {slot('a')}"

    assert fill(text, {"a": "1", "b": "2"}) == "12 1"


def test_a_value_that_looks_like_a_slot_is_left_alone():
    assert fill(slot("name"), {"name": slot("secret"), "secret": "open sesame"}) == slot("secret")


def test_a_slot_that_nobody_fills_is_a_mistake():
    with pytest.raises(KeyError):
        fill(slot("secret"), {})


def test_nobody_can_type_a_slot_into_a_form():
    assert has_unwanted_characters(slot("ticket_url"))
    assert has_unwanted_characters(slot("ticket_url"), lines=True)

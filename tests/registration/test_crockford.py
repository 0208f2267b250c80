"""Digits that people read, type and say without confusing them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from registration import crockford

numbers = some.integers(min_value=0, max_value=2**130 - 1)


@given(numbers)
def test_a_number_comes_back_from_its_digits(number):
    assert crockford.decode(crockford.encode(number, 26)) == number


@given(numbers, some.data())
def test_it_comes_back_however_it_was_typed(number, data):
    """In small letters, with spaces and hyphens, O for 0 and I or L for 1."""
    misread = {"0": "0Oo", "1": "1IiLl"}
    digits = crockford.encode(number, 26)
    typed = [data.draw(some.sampled_from(misread.get(each, each + each.lower()))) for each in digits]
    gaps = data.draw(some.lists(some.sampled_from(["", "", " ", "-", "\t"]), min_size=26, max_size=26))

    text = "".join(each + gap for each, gap in zip(typed, gaps, strict=True))

    assert crockford.decode(crockford.tidy(text)) == number


def test_digits_are_padded_with_zeros_and_hold_no_letter_that_is_misread():
    assert crockford.encode(0, 4) == "0000"
    assert crockford.encode(31, 2) == "0Z"
    assert sorted(set("ABCDEFGHIJKLMNOPQRSTUVWXYZ") - set(crockford.ALPHABET)) == ["I", "L", "O", "U"]


@pytest.mark.parametrize("text", ["U", "!", "é", "０", "가", "1\x00"])
def test_what_is_no_digit_is_an_error(text):
    with pytest.raises(ValueError):
        crockford.decode(text)


def test_desk_codes_and_public_ids_are_long_enough_and_never_twice():
    codes = {crockford.random_desk_code() for _ in range(1_000)}
    ids = {crockford.random_public_id() for _ in range(1_000)}

    assert ({len(code) for code in codes}, {len(each) for each in ids}) == ({8}, {10})
    assert (len(codes), len(ids)) == (1_000, 1_000)
    assert set("".join(codes | ids)) <= set(crockford.ALPHABET)

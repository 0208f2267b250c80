"""The order of names on paper."""

from __future__ import annotations

import random

import pytest

from registration import name_order


def test_hangul_comes_first_then_letters_then_the_rest():
    ordered = [
        "강가온",
        "강하늘",
        "꽃님",
        "남궁민수",
        "홍 서우",
        "홍서 윤",
        "Ångström",
        "ann lee",
        "Zoë",
        "Дмитро",
        "張偉",
        "12",
    ]
    shuffled = random.Random(3).sample(ordered, len(ordered))

    assert sorted(shuffled, key=name_order.key) == ordered


def test_names_that_differ_in_writing_alone_stand_together():
    assert sorted(["Lee B", "lee a", "Léé C", "LEE A"], key=name_order.key) == ["LEE A", "lee a", "Lee B", "Léé C"]


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("홍서우", "ㅎ"), ("꽃님", "ㄱ"), ("쌍둥이", "ㅅ"), ("ann", "A"), ("Ångström", "A"), ("張偉", "張"),
        ("12", "…"), ("", "…"), ("<b>", "…"),
    ],
)  # fmt: skip
def test_a_name_stands_under_its_first_letter(name, letter):
    assert name_order.initial(name) == letter

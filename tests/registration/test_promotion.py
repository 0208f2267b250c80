"""What happens with the next in line, at the very moments at which the answer changes."""

from __future__ import annotations

import datetime as dt

import pytest

from registration import promotion
from registration.promotion import Step

SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def day(forum):
    """Monday; doors open at 09:00."""
    return forum.days.get(number=1)


def test_48_hours_before_the_next_in_line_is_still_taken_in_without_a_question(day):
    turn = promotion.doors(day) - dt.timedelta(hours=48)

    assert [promotion.step(day, turn + late, asks=True) for late in (-SECOND, 0 * SECOND, SECOND)] == [
        Step.CONFIRM,
        Step.CONFIRM,
        Step.OFFER,
    ]


@pytest.mark.parametrize(("asks", "before"), [(True, Step.OFFER), (False, Step.CONFIRM)])
def test_at_noon_on_the_eve_the_line_closes_for_everybody(day, asks, before):
    noon = (promotion.doors(day) - dt.timedelta(days=1)).replace(hour=12, minute=0)

    assert [promotion.step(day, noon + late, asks=asks) for late in (-SECOND, 0 * SECOND)] == [before, Step.CLOSE]


@pytest.mark.parametrize(
    ("hour", "leaves_at"), [(7, 8), (8, 8), (20, 20), (21, 24 + 8), (23, 24 + 8)], ids=lambda hour: f"{hour}h"
)
def test_between_nine_in_the_evening_and_eight_in_the_morning_mail_rests(day, hour, leaves_at):
    midnight = promotion.doors(day).replace(hour=0, minute=0)

    assert promotion.awake(midnight + hour * 3600 * SECOND, day) == midnight + leaves_at * 3600 * SECOND

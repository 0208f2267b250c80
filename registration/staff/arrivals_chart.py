"""Arrivals as a picture of bars, drawn here: every place in it is a share of its width and height."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from registration.checkin.figures import SPAN

NUMBERED_UP_TO = 18  # with more bars than that, numbers above them would touch
LABELS = 8  # at most so many times under the bars
TOP = 88  # percent of the height that the highest mark takes
STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Bar:
    at: dt.datetime
    number: int
    x: float
    middle: float
    width: float
    y: float
    height: float
    is_labelled: bool


@dataclass(frozen=True)
class Chart:
    bars: list[Bar] = field(default_factory=list)
    marks: list[tuple[int, float]] = field(default_factory=list)  # what a line across says, and where it is
    is_numbered: bool = False


def chart(spans: Sequence[tuple[dt.datetime, int]], zone: dt.tzinfo) -> Chart:
    """Every five minutes from the first arrival to the last; nobody came in some of them."""
    if not spans:
        return Chart()
    counted = dict(spans)
    first, last = spans[0][0], spans[-1][0]
    moments = [first + SPAN * place for place in range((last - first) // SPAN + 1)]
    numbers = [counted.get(moment, 0) for moment in moments]
    marks = _marks(max(numbers))
    scale, each = TOP / marks[-1], 100 / len(moments)
    every = _every(len(moments))
    return Chart(
        bars=[
            Bar(
                at=moment.astimezone(zone),
                number=number,
                x=round(place * each + each * 0.1, 3),
                middle=round((place + 0.5) * each, 3),
                width=round(each * 0.8, 3),
                y=round(100 - number * scale, 3),
                height=round(number * scale, 3),
                is_labelled=_minutes(moment.astimezone(zone)) % every == 0 or len(moments) <= LABELS,
            )
            for place, (moment, number) in enumerate(zip(moments, numbers, strict=True))
        ],
        marks=[(mark, round(100 - mark * scale, 3)) for mark in marks],
        is_numbered=len(moments) <= NUMBERED_UP_TO,
    )


def _marks(most: int) -> list[int]:
    """Round numbers from 0 to at least the highest bar, five lines at most."""
    step = next(size * 10**zeros for zeros in range(9) for size in STEPS if size * 10**zeros * 4 >= most)
    return list(range(0, -(-most // step) * step + 1, step))


def _every(bars: int) -> int:
    """After how many minutes there is a label."""
    minutes = bars * SPAN // dt.timedelta(minutes=1)
    return next((step for step in (5, 10, 15, 30, 60, 120) if minutes / step <= LABELS), 240)


def _minutes(moment: dt.datetime) -> int:
    return moment.hour * 60 + moment.minute

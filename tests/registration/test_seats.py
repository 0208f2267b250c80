"""How many seats are left, as pages say it."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as some

from programme import queries as programme_queries
from registration import queries
from registration.models import Quota
from registration.queries import DaySeats
from tests.factories import make_registration
from tests.pages import Page


def panel(forum):
    return panel_of(programme_queries.edition(forum.slug))


def panel_of(edition):
    return queries.seat_panel(edition.slug, opens=edition.registration_opens, closes=edition.registration_closes)


def states(forum):
    return [(day.number, day.left, day.state) for day in panel(forum).days]


def test_a_new_forum_has_all_its_seats(forum):
    assert states(forum) == [(1, 400, "available"), (2, 400, "available")]


def test_a_seat_that_is_taken_is_gone_on_that_day_only(forum):
    make_registration(forum, days=(2,))

    assert states(forum) == [(1, 400, "available"), (2, 399, "available")]


@pytest.mark.parametrize(
    ("taken", "state"), [(0, "available"), (319, "available"), (320, "few"), (399, "few"), (400, "waiting")]
)
def test_from_a_fifth_on_a_day_is_almost_full(forum, taken, state):
    Quota.objects.filter(day__number=1).update(taken=taken)

    assert states(forum)[0] == (1, 400 - taken, state)


def test_while_somebody_waits_no_seat_is_left_for_a_newcomer(forum):
    Quota.objects.filter(day__number=1).update(waiting=1, taken=399)

    assert states(forum)[0] == (1, 0, "waiting")


@pytest.mark.parametrize(
    ("longest_line", "waiting", "state"),
    [(None, 99, "waiting"), (None, 100, "full"), (150, 149, "waiting"), (150, 150, "full"), (0, 0, "full")],
)
def test_a_line_is_as_long_as_a_quarter_of_the_seats_or_as_organisers_say(forum, longest_line, waiting, state):
    Quota.objects.filter(day__number=1).update(taken=400, waiting=waiting, longest_line=longest_line)

    assert states(forum)[0] == (1, 0, state)


def test_a_day_without_seats_is_full(forum):
    Quota.objects.filter(day__number=1).update(capacity=0)

    assert states(forum)[0] == (1, 0, "full")
    assert panel(forum).days[0].percent_taken == 100


def test_seats_for_guests_are_nobody_elses(forum):
    Quota.objects.create(day=forum.days.get(number=1), share=Quota.Share.RESERVED, capacity=50)

    assert states(forum)[0] == (1, 400, "available")


def test_after_closing_every_day_is_closed(forum):
    forum.registration_closes_at = timezone.now()
    forum.save()

    assert (panel(forum).is_open, {day.state for day in panel(forum).days}) == (False, {"closed"})


def test_before_opening_every_day_is_closed_too(forum):
    forum.registration_opens_at = timezone.now() + dt.timedelta(minutes=1)
    forum.save()

    assert panel(forum).is_open is False


def test_another_forum_shows_its_own_days(forum):
    edition = programme_queries.edition("2021")

    assert (panel_of(edition).is_open, panel_of(edition).days) == (False, [])


def test_it_takes_one_statement_for_one_day_and_for_two(forum, django_assert_num_queries):
    edition = programme_queries.edition(forum.slug)
    with django_assert_num_queries(1):
        panel_of(edition)
    Quota.objects.filter(day__number=2).delete()
    with django_assert_num_queries(1):
        panel_of(edition)


@given(some.integers(0, 10_000), some.integers(0, 10_000))
def test_the_bar_has_a_width_that_the_styles_know(capacity, taken):
    day = DaySeats(1, dt.date(2026, 11, 30), capacity, max(capacity - taken, 0), 0, "available")

    assert day.percent_taken in WIDTHS | {0}  # without a rule of its own it has none


WIDTHS = {
    int(width)
    for sheet in (Path(settings.BASE_DIR) / "static" / "css").glob("*.css")
    for width in re.findall(r"\.bar__fill--(\d+)\b", sheet.read_text())
}


def test_every_state_has_a_word_in_both_languages(forum):
    words = {}
    for language in ("ko", "en"):
        with override(language):
            words[language] = [
                str(queries.LABELS[state]) for state in ("available", "few", "waiting", "full", "closed")
            ]

    assert words["en"] == ["Available", "Almost full", "Waiting list", "Full", "Closed"]
    assert len({*words["ko"], *words["en"]}) == 10


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_home_page_says_how_many_are_left(client, forum, language):
    Quota.objects.filter(day__number=1).update(taken=27)

    page = Page(client.get(f"/{language}/"))

    assert [number for number in re.findall(r"\d+", page.text) if number in ("373", "400")] == [
        "373",
        "400",
        "400",
        "400",
    ]


# --- What can exist -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("facts", [{"taken": 401}, {"capacity": -1}, {"taken": -1}, {"waiting": -1}])
def test_the_database_itself_keeps_the_seats(forum, facts):
    with pytest.raises(IntegrityError):
        Quota.objects.filter(day__number=1).update(**facts)


def test_a_day_has_its_seats_once_for_each_share(forum):
    with pytest.raises(IntegrityError):
        Quota.objects.create(day=forum.days.get(number=1), capacity=1)

"""The nightly question finds what is broken, and nothing else. Random stories keep every promise."""

from __future__ import annotations

import contextlib

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registration import booking, invariants, waiting_list
from registration.errors import DayFull
from registration.models import Booking, Quota
from tests.factories import make_registration

ACTS = st.lists(
    st.tuples(st.sampled_from(["register", "cancel", "enlarge", "sweep", "change"]), st.integers(0, 7)), max_size=12
)


def test_a_seat_counted_wrong_is_found(forum):
    make_registration(forum)
    Quota.objects.filter(day__number=1).update(taken=2)

    with pytest.raises(CommandError):
        call_command("invariants")

    assert list(invariants.broken()) == ["seats that are counted wrong"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_people_do_everything_holds_and_the_line_keeps_its_order(forum, acts):
    forum.registrations.all().delete()
    Quota.objects.update(capacity=2, taken=0, waiting=0)
    people = []
    for act, number in acts:
        _do(act, number, forum, people)

    assert invariants.broken() == {}
    places = Booking.objects.filter(state="confirmed", place__isnull=False).values_list("place", flat=True)
    waiting = Booking.objects.filter(state="waiting", day__number=1).values_list("place", flat=True)
    assert not waiting or max(places, default=0) < min(waiting)


def _do(act: str, number: int, forum, people: list) -> None:
    if act == "register":
        people.append(make_registration(forum, may_wait=[1]))
    elif act == "cancel" and people:
        booking.cancel(people[number % len(people)], [1])
    elif act == "enlarge":
        quota = Quota.objects.get(day__number=1)
        waiting_list.set_capacity(quota, quota.capacity + number % 2)
    elif act == "sweep":
        waiting_list.sweep()
    elif act == "change" and people:
        person = people[number % len(people)]
        if person.bookings.living().exists():
            with contextlib.suppress(DayFull):
                booking.choose_days(person, [1] if number % 2 else [1, 2])

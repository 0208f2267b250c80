"""The last seats, between the web, walk-ins at several desks and people on stand-by, at the same moment: real
connections to a real PostgreSQL."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from itertools import cycle

import pytest
from django.utils import timezone

from forum.accounts.models import User
from registration import booking, invariants, sign_up
from registration.checkin import desks, walking_in
from registration.checkin import invariants as of_doors
from registration.checkin.models import Attendance, Point, Scan
from registration.errors import DayFull
from registration.models import Booking, Quota
from tests.at_once import at_once
from tests.factories import make_answers, make_registration
from tests.registration.staff.at_the_desk import begin_day

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def point(forum) -> Point:
    return begin_day(forum)


@pytest.fixture
def at_desk(forum):
    """Three stewards, each at a desk of their own, one after the other."""
    stewards = [User.objects.create_user(f"steward-{number}@example.org") for number in range(3)]
    return cycle([desks.desk_of(steward, forum) for steward in stewards])


def from_the_web(forum):
    answers = make_answers(forum)
    return lambda: sign_up.register(forum, answers, uuid.uuid4())


def walking_up(forum, point, at_desk, key=None):
    answers, desk = make_answers(forum, days=()), next(at_desk)
    return lambda: walking_in.walk_in(desk, point, answers, key or uuid.uuid4())


def with_the_other_day(forum, point, at_desk):
    registration, desk = make_registration(forum, days=(2,)), next(at_desk)
    return lambda: walking_in.join(desk, point, registration, uuid.uuid4())


def all_at_once(*acts):
    everything = list(acts)
    random.Random(1).shuffle(everything)
    return at_once(everything, threads=6)  # the web, three desks, and then some


def inside() -> int:
    return Attendance.objects.filter(inside=True).count()


def errors(answers) -> list[Exception]:
    return [each for each in answers if isinstance(each, Exception) and not isinstance(each, DayFull)]


def test_the_last_seats_go_to_exactly_as_many_people(forum, point, at_desk):
    Quota.objects.filter(day__number=1).update(capacity=10)
    point.places = 10
    point.save()

    answers = all_at_once(
        *(from_the_web(forum) for _ in range(20)),
        *(walking_up(forum, point, at_desk) for _ in range(20)),
        *(with_the_other_day(forum, point, at_desk) for _ in range(20)),
    )

    assert errors(answers) == []
    quota = Quota.objects.get(day__number=1)
    seated = Booking.objects.confirmed().filter(day__number=1)
    assert (quota.taken, seated.count()) == (10, 10)
    assert inside() == seated.exclude(registration__attendances=None).count()
    assert Attendance.objects.filter(is_standby=True).count() == 0
    assert (invariants.broken(), of_doors.broken()) == ({}, {})


def test_unclaimed_seats_are_given_once_and_the_hall_is_never_too_full(forum, point, at_desk):
    """Ten chairs, of which five have owners who are not there, from the organiser's hour on."""
    Quota.objects.filter(day__number=1).update(capacity=10)
    for _ in range(5):
        make_registration(forum)
    point.places, point.standby_from = 10, timezone.now() - dt.timedelta(minutes=1)
    point.save()

    answers = all_at_once(
        *(from_the_web(forum) for _ in range(10)),
        *(walking_up(forum, point, at_desk) for _ in range(15)),
        *(with_the_other_day(forum, point, at_desk) for _ in range(15)),
    )

    assert errors(answers) == []
    quota = Quota.objects.get(day__number=1)
    assert (quota.taken, Booking.objects.confirmed().filter(day__number=1).count()) == (10, 10)
    assert inside() == 10
    assert (invariants.broken(), of_doors.broken()) == ({}, {})


def test_seats_that_are_given_back_meanwhile_are_neither_lost_nor_given_twice(forum, point, at_desk):
    Quota.objects.filter(day__number=1).update(capacity=10)
    leaving = [make_registration(forum) for _ in range(10)]

    answers = all_at_once(
        *((lambda each=each: booking.cancel(each, [1])) for each in leaving),
        *(walking_up(forum, point, at_desk) for _ in range(15)),
        *(with_the_other_day(forum, point, at_desk) for _ in range(15)),
    )

    assert errors(answers) == []
    quota = Quota.objects.get(day__number=1)
    assert quota.taken == inside() <= 10
    assert (invariants.broken(), of_doors.broken()) == ({}, {})


@pytest.mark.parametrize("press", [desks.admit, walking_in.join])
def test_one_button_pressed_many_times_at_once_is_one_scan(forum, point, at_desk, press):
    registration, desk, scan_id = make_registration(forum), next(at_desk), uuid.uuid4()

    answers = at_once([lambda: press(desk, point, registration, scan_id)] * 6)

    assert errors(answers) == []
    assert [answer.scan.verdict for answer in answers if answer] == ["admitted"]
    assert (Scan.objects.count(), inside()) == (1, 1)


def test_one_form_pressed_many_times_at_once_is_one_person(forum, point, at_desk):
    answers, key = make_answers(forum, days=(), email=""), uuid.uuid4()

    came = at_once([lambda: walking_in.walk_in(next(at_desk), point, answers, key)] * 6)

    assert errors(came) == []
    assert len({each.registration.pk for each in came}) == 1
    assert (Quota.objects.get(day__number=1).taken, inside()) == (1, 1)
    assert (invariants.broken(), of_doors.broken()) == ({}, {})

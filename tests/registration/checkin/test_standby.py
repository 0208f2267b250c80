"""Stand-by: who comes without a seat takes a free place in the hall, never a seat, and never the place of somebody
whose seat is still kept."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from registration.checkin import standby
from registration.checkin.models import Attendance, Point
from registration.models import Booking, Quota
from tests.factories import make_registration
from tests.registration.checkin.doors import Door

REASON = {"override": "stand-by"}


@pytest.fixture
def supervisor(forum) -> Door:
    return Door(forum, rights="supervisor")


def places(door: Door, number: int, standby_from: dt.datetime | None = None) -> None:
    Point.objects.filter(pk=door.point.pk).update(places=number, standby_from=standby_from)


def waiting(forum):
    """Somebody in line."""
    registration = make_registration(forum)
    Quota.objects.filter(day__number=1, day__edition=forum).update(taken=0)
    registration.bookings.update(state=Booking.State.WAITING, place=registration.pk, confirmed_at=None)
    return registration


def an_hour_ago() -> dt.datetime:
    return timezone.now() - dt.timedelta(hours=1)


def test_who_waits_comes_in_by_a_supervisors_word_and_takes_no_seat(forum, supervisor):
    registration = waiting(forum)
    taken = Quota.objects.get(day__number=1, day__edition=forum).taken

    assert supervisor.scan(registration)["verdict"] == "waitlisted"
    told = supervisor.scan(registration, **REASON)

    assert (told["verdict"], told["flags"]) == ("admitted", ["standby", "override"])
    stay = Attendance.objects.get()
    assert (stay.inside, stay.is_standby) == (True, True)
    assert Quota.objects.get(day__number=1, day__edition=forum).taken == taken
    assert registration.bookings.get().state == "waiting"


@pytest.mark.parametrize("rights", ["scan", "search"])
def test_nobody_else_lets_them_in(forum, rights):
    told = Door(forum, rights=rights).scan(waiting(forum), **REASON)

    assert (told["verdict"], told["flags"]) == ("waitlisted", ["override_refused"])
    assert not Attendance.objects.exists()


def test_before_the_stand_by_time_every_seat_is_kept_for_its_owner(forum, supervisor):
    places(supervisor, 2, timezone.now() + dt.timedelta(hours=1))
    make_registration(forum)
    first, second = waiting(forum), waiting(forum)

    verdicts = [supervisor.scan(each, **REASON)["verdict"] for each in (first, second)]

    assert verdicts == ["admitted", "hall_full"]


def test_from_then_on_unclaimed_seats_go_to_who_is_there(forum, supervisor):
    places(supervisor, 2, an_hour_ago())
    make_registration(forum)
    crowd = [waiting(forum) for _ in range(3)]

    verdicts = [supervisor.scan(each, **REASON)["verdict"] for each in crowd]

    assert verdicts == ["admitted", "admitted", "hall_full"]


def test_who_leaves_makes_room(forum, supervisor):
    places(supervisor, 1, an_hour_ago())
    first, second = waiting(forum), waiting(forum)
    supervisor.scan(first, **REASON)
    assert supervisor.scan(second, **REASON)["verdict"] == "hall_full"

    supervisor.scan(first, direction="out")

    assert supervisor.scan(second, **REASON)["verdict"] == "admitted"


def test_nobody_with_a_seat_is_turned_away_however_full_the_hall_is(forum, supervisor):
    places(supervisor, 1, an_hour_ago())
    late = make_registration(forum)
    supervisor.scan(waiting(forum), **REASON)

    assert supervisor.scan(late)["verdict"] == "admitted"
    point = Point.objects.get(pk=supervisor.point.pk)
    assert standby.free_places(point, point.counted_on(timezone.now(), forum.tzinfo), timezone.now()) == -1


def test_without_network_a_supervisor_has_let_them_in_already(forum, supervisor):
    places(supervisor, 0, an_hour_ago())

    told = supervisor.scan(waiting(forum), offline=True, device_verdict="admitted", **REASON)

    assert (told["verdict"], told["flags"]) == ("admitted", ["over_capacity", "standby", "override"])


def test_a_supervisors_word_lets_somebody_with_a_seat_in_a_second_time(forum, supervisor):
    registration = make_registration(forum)
    supervisor.scan(registration, minutes_ago=2)

    assert supervisor.scan(registration, **REASON)["verdict"] == "admitted_again"


def test_without_a_limit_nobody_counts(forum, supervisor):
    assert [supervisor.scan(waiting(forum), **REASON)["verdict"] for _ in range(3)] == ["admitted"] * 3


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_supervisors_at_once_give_the_last_place_to_one(forum):
    doors = [Door(forum, gate=gate, rights="supervisor") for gate in "AB"]
    places(doors[0], 5, an_hour_ago())
    crowds = [[waiting(forum) for _ in range(5)] for _ in doors]

    def stand(door: Door, crowd: list) -> list[str]:
        verdicts = [door.scan(each, **REASON)["verdict"] for each in crowd]
        connection.close()
        return verdicts

    with ThreadPoolExecutor(2) as pool:
        verdicts = [verdict for each in pool.map(stand, doors, crowds) for verdict in each]

    assert sorted(verdicts) == ["admitted"] * 5 + ["hall_full"] * 5

"""Figures of the door: people counted once, and never without who still holds scans."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter

import pytest
import time_machine
from django.utils import timezone

from registration import booking
from registration.checkin import figures
from registration.checkin.models import Point
from registration.models import Booking
from tests.factories import make_registration
from tests.registration.checkin.doors import Door


@pytest.fixture
def on_day_one(forum):
    """Noon of the first day; people may still register."""
    day = forum.days.get(number=1)
    type(forum).objects.filter(pk=forum.pk).update(registration_closes_at=timezone.now() + dt.timedelta(days=60))
    forum.refresh_from_db()
    with time_machine.travel(dt.datetime.combine(day.date, dt.time(12), tzinfo=forum.tzinfo), tick=False):
        yield day


@pytest.fixture
def hall_and_room(forum, on_day_one) -> list[Point]:
    hall = forum.points.get(day=on_day_one)
    room = Point.objects.create(
        edition=forum, day=on_day_one, name_ko="분과실", name_en="Session room", counts_people=False
    )
    return [hall, room]


def test_people_are_counted_once_at_two_points_with_repeats(forum, on_day_one, hall_and_room):
    """Beside what plain counting says."""
    chance = random.Random(7)
    crowd = [make_registration(forum) for _ in range(25)]
    doors = [Door(forum, gate=gate) for gate in ("Gate A", "Gate B")]
    seen = {point.pk: set() for point in hall_and_room}
    inside, spans, gates, first = {}, Counter(), Counter(), {}
    now = timezone.now()
    for step in range(120):
        person, door, point = chance.choice(crowd), chance.choice(doors), chance.choice(hall_and_room)
        is_out = chance.random() < 0.2
        minutes_ago = 100 - step * 0.75
        door.scan(person, point=point.pk, direction="out" if is_out else "in", minutes_ago=minutes_ago)
        moment = now - dt.timedelta(minutes=minutes_ago)
        key = (point.pk, person.pk)
        if is_out:
            inside[key] = False
        elif key not in first or not inside.get(key):
            inside[key] = True
        if not is_out and key not in first:
            first[key] = moment
            seen[point.pk].add(person.pk)
            if point == hall_and_room[0]:
                spans[moment.replace(minute=moment.minute // 5 * 5, second=0, microsecond=0)] += 1
                gates[door.gate] += 1

    hall, room = (figures.at_point(point) for point in hall_and_room)

    assert (hall.arrived, room.arrived) == tuple(len(people) for people in seen.values())
    assert (hall.expected, room.expected) == (25, 25)
    assert (hall.to_come, room.to_come) == tuple(25 - len(people) for people in seen.values())
    for told, point in ((hall, hall_and_room[0]), (room, hall_and_room[1])):
        assert told.inside == sum(is_in for (pk, _person), is_in in inside.items() if pk == point.pk)
    assert dict(hall.by_five_minutes) == spans
    assert dict(hall.by_gate) == gates
    day = figures.of_day(on_day_one)
    assert (day.arrived, day.inside) == (hall.arrived, hall.inside)


def test_two_points_of_the_hall_count_somebody_once(forum, on_day_one):
    west = Point.objects.create(edition=forum, day=None, name_ko="서쪽 문", name_en="West door")
    registration, door = make_registration(forum), Door(forum)
    door.scan(registration)
    door.scan(registration, point=west.pk)

    assert figures.of_day(on_day_one).arrived == 1


def test_who_cancelled_and_came_all_the_same_makes_nobody_else_seem_to_have_come(forum, on_day_one):
    gone, there, away = (make_registration(forum) for _ in range(3))
    booking.cancel(gone, [1])
    door = Door(forum)
    door.scan(gone, offline=True, device_verdict="admitted")
    door.scan(there)

    told = figures.of_day(on_day_one)

    assert (told.expected, told.arrived, told.to_come) == (2, 2, 1)


def test_a_hall_that_counts_tickets_once_in_all_is_part_of_its_day(forum, on_day_one):
    point = Point.objects.create(edition=forum, name_ko="한 번", mode="once")
    Door(forum).scan(make_registration(forum, days=(1, 2)), point=point.pk)
    make_registration(forum, days=(2,))

    told = figures.of_day(on_day_one)

    assert (told.arrived, told.expected, told.to_come) == (1, 1, 0)
    assert (figures.at_point(point).expected, figures.at_point(point, on_day_one.date).arrived) == (2, 1)


def test_numbers_say_that_they_are_incomplete(forum, on_day_one):
    door, other = Door(forum, gate="Gate B"), Door(forum, gate="Gate C")
    point = door.point
    assert figures.at_point(point).is_complete

    door.get("ping", **{"X-Checkin-Unsent": "37"})
    other.scan(make_registration(forum), seq=3)

    told = figures.at_point(point)
    assert not told.is_complete
    assert [(each.label, each.unsent, each.missing) for each in told.waiting] == [("Gate B", 37, 0), ("Gate C", 0, 3)]
    door.get("ping", **{"X-Checkin-Unsent": "0"})
    assert [each.label for each in figures.waiting_devices(forum)] == ["Gate C"]


def test_a_phone_that_scans_elsewhere_makes_no_number_incomplete(forum, on_day_one):
    today, tomorrow = forum.points.all()
    Door(forum, points=[tomorrow.pk]).get("ping", **{"X-Checkin-Unsent": "37"})

    assert (figures.at_point(today).is_complete, figures.at_point(tomorrow).is_complete) == (True, False)


def test_doubles_and_people_without_a_seat(forum, on_day_one):
    registration, waits = make_registration(forum), make_registration(forum)
    waits.bookings.update(state=Booking.State.WAITING, place=1, confirmed_at=None)
    supervisor = Door(forum, rights="supervisor")
    for gate in ("Gate A", "Gate B"):
        Door(forum, gate=gate).scan(registration, offline=True, device_verdict="admitted")
    supervisor.scan(waits, override="stand-by")

    told = figures.at_point(supervisor.point)

    assert (told.expected, told.arrived, told.standby, told.doubles) == (1, 2, 1, 1)
    assert told.to_come == 0


def test_a_rehearsal_the_week_before_is_not_the_day(forum):
    door, registration = Door(forum), make_registration(forum)
    door.scan(registration)

    assert figures.at_point(door.point).arrived == 1
    day = forum.days.get(number=1)
    with time_machine.travel(dt.datetime.combine(day.date, dt.time(12), tzinfo=forum.tzinfo)):
        assert (figures.at_point(door.point).arrived, figures.of_day(day).arrived) == (0, 0)
        assert Door(forum).scan(registration)["verdict"] == "admitted"


def test_stats_over_the_wire(forum, on_day_one):
    door = Door(forum)
    door.scan(make_registration(forum))

    told = door.get(f"stats?point={door.point.pk}").json()

    assert (told["expected"], told["arrived"], told["inside"], told["is_complete"]) == (1, 1, 1, True)
    assert told["by_gate"] == [{"gate": "Gate A", "number": 1}]
    assert [span["number"] for span in told["by_five_minutes"]] == [1]


def test_what_a_point_counts(forum, on_day_one):
    """Once in all, as often as they like, and on every day for itself."""
    registration = make_registration(forum, days=(1, 2))
    modes = {}
    for mode in ("once", "unlimited", "once_a_day"):
        point = Point.objects.create(edition=forum, name_ko=mode, mode=mode)
        door = Door(forum)
        modes[mode] = [door.scan(registration, point=point.pk, minutes_ago=ago)["verdict"] for ago in (60, 30, 29)]
        with time_machine.travel(timezone.now() + dt.timedelta(days=1), tick=False):
            modes[mode].append(Door(forum).scan(registration, point=point.pk)["verdict"])

    assert modes == {
        "once": ["admitted", "already_in", "already_in", "already_in"],
        "unlimited": ["admitted", "admitted_again", "admitted_again", "admitted"],
        "once_a_day": ["admitted", "admitted_again", "already_in", "admitted"],
    }


def test_a_point_has_hours(forum, on_day_one):
    now = timezone.now()
    point = forum.points.get(day=on_day_one)
    Point.objects.filter(pk=point.pk).update(
        opens_at=now - dt.timedelta(hours=1), closes_at=now - dt.timedelta(minutes=30)
    )
    door = Door(forum)

    verdicts = [door.scan(make_registration(forum), minutes_ago=ago)["verdict"] for ago in (61, 59, 29)]

    assert verdicts == ["not_open", "admitted", "closed"]

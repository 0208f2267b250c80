"""Two doors at the same moment, with real connections to PostgreSQL: each person is admitted once."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from registration.checkin import attending, devices
from registration.checkin.models import Attendance, Device, Outcome, Scan
from registration.models import Registration
from tests.factories import make_registration
from tests.registration.checkin.door_model import Event, diary
from tests.registration.checkin.doors import Door

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_one_ticket_at_two_doors_at_the_same_moment_admits_one_person(forum):
    doors = [Door(forum, gate=gate) for gate in ("Gate A", "Gate B")]
    registration = make_registration(forum)

    for answers in at_once(doors, [registration]):
        assert sorted(answers) == ["admitted", "already_in"]


def test_two_doors_and_two_hundred_tickets_make_exactly_two_hundred_admissions(forum):
    doors = [Door(forum, gate=gate) for gate in ("Gate A", "Gate B")]
    crowd = [make_registration(forum) for _ in range(200)]

    pairs = at_once(doors, crowd)

    assert [sorted(pair) for pair in pairs] == [["admitted", "already_in"]] * 200
    assert (Attendance.objects.count(), Scan.objects.count()) == (200, 400)


def test_one_scan_sent_by_two_requests_at_once_is_kept_once(forum):
    door = Door(forum)
    facts = {"scan_id": uuid.uuid4(), "seq": 1, "scanned_at": timezone.now()}
    registration = make_registration(forum)

    def send(_: int) -> tuple[str, bool]:
        answer = door.admit(registration, **facts)
        connection.close()
        return answer.scan.verdict, answer.is_replay

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))

    assert sorted(answers) == [("admitted", False)] + [("admitted", True)] * 7
    assert Scan.objects.count() == 1


def test_what_phones_bring_home_by_eight_connections_at_once_is_what_the_model_says(forum):
    """Twenty people, some eight scans each with ways out and undone ones, every scan sent three times, in any order."""
    chance, began = random.Random(11), timezone.now() - dt.timedelta(minutes=100)
    doors = {device: Door(forum, gate=f"Gate {device}") for device in "AB"}
    days = {make_registration(forum): a_day(chance, person) for person in range(20)}
    sent = [(person, event) for person, day in days.items() for event in day] * 3
    chance.shuffle(sent)

    def hand_in(what: tuple[Registration, Event]) -> None:
        person, event = what
        facts = {"offline": True, "device_verdict": "admitted" if event.shown_green else "already_in"}
        facts |= {"scan_id": event.name, "seq": event.number, "direction": "out" if event.out else "in"}
        facts["scanned_at"] = (began + dt.timedelta(minutes=event.minute)).isoformat()
        item = doors[event.device].item(person, **facts)
        if event.takes_back:
            item = {name: value for name, value in item.items() if name != "l"} | {"voids": event.takes_back}
        answer = doors[event.device].send(item)
        assert answer.status_code == 200, answer.content
        connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(hand_in, sent))
    attending.catch_up(forum)

    assert Scan.objects.count() == len(sent) // 3
    assert attending.differences(forum) == {}
    outcomes = dict(Outcome.objects.values_list("scan", "verdict"))
    told = {str(scan.pk): outcomes.get(scan.pk, scan.verdict) for scan in Scan.objects.all()}
    assert told == {name: verdict for day in days.values() for name, verdict in diary(day).verdicts.items()}
    for device in Device.objects.all():
        devices.recount(device)
        assert (device.gap, device.last_seq) == (0, sum(event.device == device.label[-1] for _p, event in sent) // 3)


def a_day(chance: random.Random, person: int) -> list[Event]:
    day = []
    for number in range(8):
        event = Event(
            str(uuid.UUID(int=person * 100 + number + 1)), chance.randint(0, 60), shown_green=chance.random() < 0.5
        )
        event.device = chance.choice("AB")
        NUMBERS[event.device] = event.number = NUMBERS.get(event.device, 0) + 1
        event.out = chance.random() < 0.2
        if day and chance.random() < 0.25:
            event.takes_back, event.out, event.shown_green = chance.choice(day).name, False, False
        day.append(event)
    return day


NUMBERS: dict[str, int] = {}


def at_once(doors, crowd) -> list[tuple[str, ...]]:
    """Every door scans everybody, and all doors scan the same person at the same moment. Answers verdicts by person."""
    together = Barrier(len(doors))

    def stand(door: Door) -> list[str]:
        verdicts = []
        for registration in crowd:
            together.wait(30)
            verdicts.append(door.scan(registration)["verdict"])
        connection.close()
        return verdicts

    with ThreadPoolExecutor(len(doors)) as pool:
        return list(zip(*pool.map(stand, doors), strict=True))

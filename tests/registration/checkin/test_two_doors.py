"""Two doors at the same moment, with real connections to PostgreSQL: each person is admitted once."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from registration.checkin.models import Attendance, Scan
from tests.factories import make_registration
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

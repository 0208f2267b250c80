"""Clocks of phones are wrong. After one contact the phone knows by how much, and what cannot be is replaced by ours."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine
from django.utils import timezone

from registration.checkin.models import Scan
from tests.factories import make_registration
from tests.registration.checkin.doors import Door

WRONG = [dt.timedelta(hours=2), dt.timedelta(hours=-2), dt.timedelta(days=1), dt.timedelta(days=-1)]


class Phone:
    """A phone whose clock is off. It learns that from what the server says, as the scanner does."""

    def __init__(self, door: Door, off: dt.timedelta) -> None:
        self.door, self.off, self.offset_ms = door, off, 0

    def clock(self) -> dt.datetime:
        return timezone.now() + self.off

    def contact(self) -> None:
        server = dt.datetime.fromisoformat(self.door.get("ping").json()["server_time"])
        self.offset_ms = round((server - self.clock()).total_seconds() * 1000)

    def reading(self, registration) -> dict:
        return self.door.item(registration, scanned_at=self.clock().isoformat(), offset_ms=self.offset_ms, offline=True)


@pytest.mark.parametrize("off", WRONG)
def test_after_one_contact_the_moment_is_right_and_the_order_kept(forum, off):
    began = timezone.now() - dt.timedelta(hours=1)
    people = [make_registration(forum) for _ in range(5)]
    with time_machine.travel(began, tick=False) as clock:
        phone = Phone(Door(forum), off)
        phone.contact()
        readings, truth = [], []
        for person in people:
            clock.shift(dt.timedelta(minutes=7))
            readings.append(phone.reading(person))
            truth.append(timezone.now())
    # Back online, the newest first.
    answers = phone.door.send(*reversed(readings)).json()["items"]

    scans = list(Scan.objects.order_by("seq"))
    assert [each["flags"] for each in answers] == [[]] * 5
    assert all(
        abs(scan.effective_at - moment) <= dt.timedelta(seconds=2) for scan, moment in zip(scans, truth, strict=True)
    )
    assert sorted(scans, key=lambda scan: scan.effective_at) == scans


@pytest.mark.parametrize("off", [off for off in WRONG if off > dt.timedelta(0)] + [dt.timedelta(days=-1)])
def test_without_any_contact_the_moment_is_ours_and_the_order_the_phones(forum, door, off):
    registration = make_registration(forum)
    phone = Phone(door, off)
    first, second = phone.reading(registration), phone.reading(registration)

    told = door.send(second, first).json()["items"]

    assert [each["flags"] for each in told] == [["clock_suspect"], ["clock_suspect"]]
    assert [current(each["scan_id"]) for each in (first, second)] == ["admitted", "already_in"]
    assert len(set(Scan.objects.values_list("effective_at", flat=True))) == 1


def test_a_scan_from_before_the_pairing_cannot_be(forum):
    door = Door(forum, paired_at=timezone.now() - dt.timedelta(minutes=5))

    told = [door.scan(make_registration(forum), minutes_ago=ago)["flags"] for ago in (4, 6)]

    assert told == [[], ["clock_suspect"]]


@pytest.mark.parametrize(("seconds", "flags"), [(29, []), (31, ["clock_suspect"])])
def test_a_clock_may_be_half_a_minute_ahead(forum, door, seconds, flags):
    with time_machine.travel(timezone.now(), tick=False):
        told = door.scan(make_registration(forum), minutes_ago=-seconds / 60)

        assert told["flags"] == flags
        assert Scan.objects.get().effective_at == timezone.now()  # never later than now


def test_the_day_is_that_of_the_hall(forum):
    """23:30 in Seoul is still today there, whatever day the server or the phone has."""
    from registration.checkin.models import Attendance

    night = dt.datetime(2026, 11, 22, 23, 30, tzinfo=forum.tzinfo)
    with time_machine.travel(night, tick=False):
        Door(forum).scan(make_registration(forum))
    with time_machine.travel(night + dt.timedelta(hours=1), tick=False):
        Door(forum).scan(make_registration(forum))

    assert [str(row.date) for row in Attendance.objects.order_by("pk")] == ["2026-11-22", "2026-11-23"]


def current(scan_id: str) -> str:
    scan = Scan.objects.get(pk=uuid.UUID(scan_id))
    return scan.outcome.verdict if hasattr(scan, "outcome") else scan.verdict

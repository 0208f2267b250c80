"""What scans come to, whatever way they arrive: any order, any repetition, any batches, the same attendance and flags.

First the pure function beside a plain model, then the tables, filled scan by scan through the verb.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registration.checkin import attending, devices
from registration.checkin.models import Attendance, Device, Outcome, Point, Scan
from registration.checkin.projection import Fact, Stay, project, step
from tests.factories import make_registration
from tests.registration.checkin.door_model import Diary, Event, diary
from tests.registration.checkin.doors import Door

BEGAN = dt.datetime(2026, 11, 23, 0, 0, tzinfo=dt.UTC)
MODES = [mode.value for mode in Point.Mode]


def name(number: int) -> str:
    return str(uuid.UUID(int=number + 1))


@st.composite
def days_at_a_door(draw) -> list[Event]:
    """Up to nine scans of one person: repeats, ways out, refused tickets, undone scans, phones that were revoked."""
    number = draw(st.integers(1, 9))
    return [draw(events(position, number)) for position in range(number)]


@st.composite
def events(draw, position: int, number: int) -> Event:
    facts = {
        "name": name(position),
        "minute": draw(st.integers(0, 60)),
        "device": draw(st.sampled_from("AB")),
        "number": position + 1,
        "supervisor": draw(st.booleans()),
        "review": draw(st.sampled_from([False, False, False, True])),
    }
    kind = draw(st.sampled_from(["in", "in", "in", "in", "out", "void", "refused", "anyway", "forced"]))
    if kind == "void":
        return Event(**facts, takes_back=name(draw(st.integers(0, number))))
    if kind == "out":
        return Event(**facts, out=True)
    if kind == "forced":
        return Event(**facts | {"supervisor": True}, forced=True)
    refused = "cancelled" if kind in ("refused", "anyway") else ""
    return Event(**facts, shown_green=draw(st.booleans()), refused=refused, anyway=kind == "anyway")


def fact(event: Event) -> Fact:
    flags = (("late_revocation",) if event.anyway else ()) + (("device_revoked",) if event.review else ())
    return Fact(
        scan_id=uuid.UUID(event.name),
        device=ord(event.device),
        at=BEGAN + dt.timedelta(minutes=event.minute),
        seq=event.number,
        direction="out" if event.out else "in",
        validity=event.refused or "admitted",
        flags=flags,
        has_let_in=event.shown_green,
        is_override=event.forced,
        by_supervisor=event.supervisor,
        voids=uuid.UUID(event.takes_back) if event.takes_back else None,
    )


def assert_same(told, book: Diary) -> None:
    assert {str(scan_id): each.verdict for scan_id, each in told.told.items()} == book.verdicts
    doubled = {str(scan_id) for scan_id, each in told.told.items() if "offline_double" in each.flags}
    assert doubled == book.doubled
    stay = told.stay or Stay()
    assert (stay.entries, stay.doubles, stay.inside) == (book.entries, book.doubles, book.is_in)
    assert (stay.first_in_at, stay.last_in_at, stay.last_event_at) == tuple(
        None if minute is None else BEGAN + dt.timedelta(minutes=minute)
        for minute in (book.came, book.came_last, book.seen_last)
    )
    assert str(stay.first_scan_id) == str(book.by)


@settings(max_examples=500)
@given(day=days_at_a_door(), mode=st.sampled_from(MODES), random=st.randoms(use_true_random=False))
def test_any_order_and_any_repetition_comes_to_what_the_model_says(day, mode, random):
    book = diary(day, mode)
    again = [*day, *random.choices(day, k=random.randint(0, 6))]
    random.shuffle(again)

    assert_same(project(map(fact, again), mode), book)


@given(day=days_at_a_door(), mode=st.sampled_from(MODES), cut=st.integers(0, 9))
def test_whoever_goes_on_from_any_moment_arrives_at_the_same_stay(day, mode, cut):
    told = project(map(fact, day), mode)
    gone = {each.voids for each in map(fact, day) if each.voids and told.told[each.scan_id].verdict == "voided"}
    counting = sorted((each for each in map(fact, day) if each.counts and each.scan_id not in gone), key=_order)
    stay = project(counting[:cut], mode).stay or Stay()

    for each in counting[cut:]:
        stay, one = step(stay, each, mode)
        assert one == told.told[each.scan_id]
    assert stay == (told.stay or Stay())


def test_the_earlier_of_two_doors_without_network_keeps_the_admission():
    early, late = (
        Event(name(n), minute, device, n, shown_green=True) for n, minute, device in ((0, 3, "A"), (1, 7, "B"))
    )

    told = project([fact(late), fact(early)], "once_a_day")

    assert [told.told[fact(each).scan_id].verdict for each in (early, late)] == ["admitted", "already_in"]
    assert told.told[fact(late).scan_id].flags == ("offline_double",)
    assert (told.stay.first_in_at, told.stay.doubles) == (fact(early).at, 1)


def test_when_the_first_scan_is_taken_back_the_next_one_is_the_first():
    first, second = Event(name(0), 0, number=1), Event(name(1), 2, number=2)
    void = Event(name(2), 5, number=3, takes_back=first.name)

    told = project(map(fact, (void, second, first)), "once_a_day")

    assert [told.told[fact(each).scan_id].verdict for each in (first, second, void)] == ["voided", "admitted", "voided"]


def test_a_scan_that_a_supervisor_accepted_counts():
    kept = replace(fact(Event(name(0), 0, review=True)), is_accepted=True)

    assert project([kept], "once_a_day").told[kept.scan_id].verdict == "admitted"


# --- The same through the verb, into the tables -------------------------------------------------------------------


class Doors:
    """Two phones of a supervisor and a volunteer that were without network and now hand in what they have."""

    def __init__(self, forum) -> None:
        self.forum, self.registration = forum, make_registration(forum, name="김하늘")
        self.began = timezone.now() - dt.timedelta(minutes=100)
        self.doors = {
            (device, may): Door(forum, gate=f"Gate {device}", rights="supervisor" if may else "scan")
            for device in "AB"
            for may in (True, False)
        }
        for (device, _may), door in self.doors.items():
            door.device.uuid = uuid.uuid5(uuid.NAMESPACE_OID, device)

    def hand_in(self, event: Event) -> None:
        door = self.doors[event.device, event.supervisor or event.forced]
        moment = self.began + dt.timedelta(minutes=event.minute)
        facts = {"scan_id": uuid.UUID(event.name), "seq": event.number, "scanned_at": moment, "is_offline": True}
        facts["device_verdict"] = "admitted" if event.shown_green else "already_in"
        if event.takes_back:
            facts |= {"voids": uuid.UUID(event.takes_back), "lookup": None, "desk_code": ""}
        if event.forced:
            facts["override_reason"] = "the chair of session 3"
        door.admit(self.registration, direction="out" if event.out else "in", **facts)

    def tables(self) -> tuple:
        outcomes = {row.scan_id: (row.verdict, row.flags) for row in Outcome.objects.all()}
        now = {str(row.pk): outcomes.get(row.pk, (row.verdict, row.flags)) for row in Scan.objects.all()}
        columns = ("registration", "point", "date", *Stay.__dataclass_fields__)
        return now, list(Attendance.objects.values_list(*columns))


@pytest.fixture
def two_doors(forum) -> Doors:
    return Doors(forum)


# Here a phone is one device, whoever's: a void by a supervisor comes from another device than one by a volunteer.
@st.composite
def offline_days(draw) -> list[Event]:
    day = [event for event in draw(days_at_a_door()) if not event.refused]
    return [replace(event, review=False, device=f"{event.device}{event.supervisor or event.forced}") for event in day]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(day=offline_days(), random=st.randoms(use_true_random=False))
def test_the_tables_are_the_same_in_whatever_order_scans_arrive(two_doors, day, random):
    book = diary(day)
    arriving = [*day, *random.choices(day, k=random.randint(0, 3))] if day else []
    random.shuffle(arriving)

    with transaction.atomic():
        for event in arriving:
            two_doors.hand_in(replace(event, device=event.device[0]))
        verdicts, attendance = two_doors.tables()
        assert attending.catch_up(two_doors.forum) == 0
        assert attending.differences(two_doors.forum) == {}
        transaction.set_rollback(True)

    assert {scan: verdict for scan, (verdict, _flags) in verdicts.items()} == book.verdicts
    assert {scan for scan, (_verdict, flags) in verdicts.items() if "offline_double" in flags} == book.doubled
    assert [row[-2:] for row in attendance] == ([(book.entries, book.doubles)] if counted(day) else [])


def test_what_was_spoilt_is_found_and_made_anew(two_doors):
    forum = two_doors.forum
    for number, minute in enumerate((0, 3, 30)):
        two_doors.hand_in(Event(name(number), minute, number=number + 1, shown_green=True))
    before = two_doors.tables()
    Attendance.objects.update(entries=7, inside=False)
    Outcome.objects.all().delete()
    Outcome.objects.create(scan_id=uuid.UUID(name(0)), verdict="closed", flags=[])
    stranger = make_registration(forum)
    Attendance.objects.create(registration=stranger, point=two_doors.doors["A", True].point, date="2026-11-23")

    found = attending.rebuild(forum)

    assert len(found) == 2
    assert two_doors.tables() == before
    assert attending.differences(forum) == {}


def test_a_void_and_its_target_that_did_not_see_each_other_are_told_later(two_doors):
    target, void = Event(name(0), 0, number=1), Event(name(1), 2, number=2, takes_back=name(0))
    two_doors.hand_in(void)
    hidden = list(Scan.objects.all())
    Scan.objects.all()._raw_delete("default")  # as if not committed yet when its target arrived
    two_doors.hand_in(target)
    Scan.objects.bulk_create(hidden)

    caught_up = attending.catch_up(two_doors.forum)

    assert caught_up == 1
    assert {scan: verdict for scan, (verdict, _flags) in two_doors.tables()[0].items()} == diary(
        [target, void]
    ).verdicts
    assert attending.catch_up(two_doors.forum) == 0


def counted(day: list[Event]) -> bool:
    return any(not event.takes_back for event in day)


def _order(each: Fact):
    return each.order


def test_devices_know_their_gaps_after_any_order(forum):
    door = Door(forum)
    for seq in (4, 1, 2, 5, 3, 7):
        door.send(door.item(b"0" * 16, seq=seq))

    device = Device.objects.get()
    devices.recount(device)

    assert (device.acked_seq, device.last_seq) == (5, 7)

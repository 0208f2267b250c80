"""The decision at the door: what each ticket comes to, and that every scan is kept once."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid

import pytest
from django.utils import timezone

from programme.models import Edition
from registration import booking, ticketing
from registration.checkin.admission import ScanIdReused
from registration.checkin.models import Attendance, Scan
from registration.models import Booking
from tests.factories import make_registration
from tests.registration.checkin.doors import Door, lookup_of


def test_a_ticket_for_today_opens_the_door(forum, door):
    registration = make_registration(forum)

    answer = door.admit(registration)

    assert (answer.scan.verdict, answer.is_replay, answer.holder.name) == ("admitted", False, registration.name)
    assert (Attendance.objects.get().first_scan, answer.scan.registration) == (answer.scan, registration)


def test_the_same_ticket_again_says_when_and_where_its_owner_came_in(forum, door):
    registration = make_registration(forum)
    first = door.admit(registration, minutes_ago=19)

    again = Door(forum, gate="Gate B").admit(registration)

    assert again.scan.verdict == "already_in"
    assert (again.first_in_at, again.first_gate) == (first.scan.effective_at, "Gate A")
    assert Attendance.objects.count() == 1


def test_who_went_for_lunch_is_welcome_back_but_not_twice_in_a_row(forum, door):
    registration = make_registration(forum)
    door.admit(registration, minutes_ago=60)

    verdicts = [door.admit(registration, minutes_ago=ago).scan.verdict for ago in (41, 40, 21, 20)]

    assert verdicts == ["already_in", "admitted_again", "already_in", "admitted_again"]


def test_each_day_has_its_own_door(forum):
    registration = make_registration(forum, days=(1, 2))

    verdicts = [Door(forum, day=day).admit(registration).scan.verdict for day in (1, 2)]

    assert verdicts == ["admitted", "admitted"]


def test_a_ticket_for_the_other_day_is_not_valid_today(forum, door):
    assert door.admit(make_registration(forum, days=(2,))).scan.verdict == "wrong_day"


def test_one_day_of_two_was_cancelled(forum, door):
    registration = make_registration(forum, days=(1, 2))
    booking.cancel(registration, [1])

    today, tomorrow = door.admit(registration), Door(forum, day=2).admit(registration)

    assert (today.scan.verdict, tomorrow.scan.verdict) == ("cancelled", "admitted")


def test_a_day_cancelled_and_booked_again_counts_as_booked(forum, door):
    registration = make_registration(forum, days=(1, 2))
    booking.cancel(registration, [1])
    ended = registration.bookings.get(day__number=1)
    Booking.of_seat(registration, ended.quota).save()

    assert door.admit(registration).scan.verdict == "admitted"


def test_a_cancelled_registration_stays_outside(forum, door):
    registration = make_registration(forum)
    ticket = lookup_of(registration)
    booking.cancel(registration, [1])

    assert door.admit(ticket).scan.verdict == "cancelled"


def test_whoever_cancels_after_coming_in_is_not_welcomed_again(forum, door):
    """Whether a ticket is valid is asked before whether its owner is in."""
    registration = make_registration(forum, days=(1, 2))
    door.admit(registration, minutes_ago=30)
    booking.cancel(registration, [1])

    assert door.admit(registration).scan.verdict == "cancelled"


def test_a_replaced_ticket_is_told_apart_and_the_new_one_works(forum, door):
    registration = make_registration(forum)
    old = lookup_of(registration)
    registration.tickets.update(revoked_at=timezone.now())
    new = bytes(ticketing.issue(registration).lookup)

    assert [door.admit(ticket).scan.verdict for ticket in (old, new)] == ["revoked", "admitted"]


@pytest.mark.parametrize(
    ("state", "more", "verdict"),
    [
        ("waiting", {"place": 1}, "waitlisted"),
        ("offered", {"offered_until": dt.datetime(2030, 1, 1, tzinfo=dt.UTC)}, "waitlisted"),
        ("lapsed", {}, "wrong_day"),
    ],
)
def test_a_seat_that_was_not_given_yet_opens_nothing(forum, door, state, more, verdict):
    registration = make_registration(forum)
    registration.bookings.update(state=state, **more)

    assert door.admit(registration).scan.verdict == verdict


def test_a_code_that_nobody_has_is_kept_too(forum, door):
    unknown = secrets.token_bytes(16)

    answer = door.admit(unknown)

    assert (answer.scan.verdict, answer.holder) == ("unknown_code", None)
    assert bytes(Scan.objects.get().lookup) == unknown


def test_a_ticket_of_another_edition_is_an_unknown_code(forum, door):
    registration = make_registration(forum)
    registration.edition = Edition.objects.exclude(pk=forum.pk).first()
    registration.save()

    assert door.admit(registration).scan.verdict == "unknown_code"


def test_a_desk_code_finds_the_newest_ticket(forum, door):
    registration = make_registration(forum)
    registration.tickets.update(revoked_at=timezone.now())
    ticketing.issue(registration)

    assert door.admit(b"", desk_code=registration.desk_code).scan.verdict == "admitted"


def test_a_scan_sent_twice_is_kept_once_and_answered_as_before(forum, door):
    registration, facts = make_registration(forum), {"scan_id": uuid.uuid4(), "seq": 1, "scanned_at": timezone.now()}

    first, second = door.admit(registration, **facts), door.admit(registration, **facts)

    assert [first.scan.verdict, second.scan.verdict] == ["admitted", "admitted"]
    assert [first.is_replay, second.is_replay] == [False, True]
    assert second.holder.registration_id == registration.pk
    assert Scan.objects.count() == 1


def test_a_replay_keeps_its_answer_although_the_ticket_was_cancelled_meanwhile(forum, door):
    registration, facts = make_registration(forum), {"scan_id": uuid.uuid4(), "seq": 1, "scanned_at": timezone.now()}
    door.admit(registration, **facts)
    ticket = lookup_of(registration)
    booking.cancel(registration, [1])

    assert door.admit(ticket, **facts).scan.verdict == "admitted"


def test_one_scan_id_for_two_people_is_a_fault_of_the_phone(forum, door):
    scan_id = uuid.uuid4()
    door.admit(make_registration(forum), scan_id=scan_id)

    with pytest.raises(ScanIdReused):
        door.admit(make_registration(forum), scan_id=scan_id)

    assert Attendance.objects.count() == 1


def test_a_number_counted_twice_is_flagged_and_nobody_is_turned_away(forum, door):
    first, second = (door.admit(make_registration(forum), seq=7) for _ in range(2))

    assert [first.scan.verdict, second.scan.verdict] == ["admitted", "admitted"]
    assert [first.scan.flags, second.scan.flags] == [[], ["sequence_reused"]]
    assert [first.scan.seq, second.scan.seq] == [7, None]


def test_a_phone_whose_clock_is_wrong_but_knows_it_is_believed(forum, door):
    now = timezone.now()
    an_hour = dt.timedelta(hours=1)

    scan = door.admit(make_registration(forum), scanned_at=now - an_hour, offset_ms=3_600_000).scan

    assert (abs(scan.effective_at - now) < dt.timedelta(seconds=2), scan.flags) == (True, [])


@pytest.mark.parametrize("hours", [-24 * 365 * 50, -3, 2, 24 * 365 * 50])
def test_a_clock_that_is_far_off_is_replaced_by_ours_and_flagged(forum, door, hours):
    scan = door.admit(make_registration(forum), scanned_at=timezone.now() + dt.timedelta(hours=hours)).scan

    assert (scan.verdict, scan.effective_at, scan.flags) == ("admitted", scan.received_at, ["clock_suspect"])

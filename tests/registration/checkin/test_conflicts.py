"""What offline doors bring home: doubles, tickets that were cancelled meanwhile, lists that were old, undone scans,
phones that were revoked. Everything is kept, flagged and listed; nothing is lost."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from registration import booking, ticketing
from registration.checkin import attending, devices, reviewing
from registration.checkin.models import Attendance, Decision, Scan
from registration.checkin.models.scan import NeverChanged
from tests.factories import make_registration
from tests.registration.checkin.doors import Door, lookup_of

OFFLINE = {"offline": True, "device_verdict": "admitted"}


def now(scan_id: str) -> tuple[str, list[str]]:
    """What a scan comes to now."""
    scan = Scan.objects.get(pk=uuid.UUID(str(scan_id)))
    return (scan.outcome.verdict, scan.outcome.flags) if hasattr(scan, "outcome") else (scan.verdict, scan.flags)


def test_two_doors_without_network_admitted_the_same_ticket(forum, door):
    registration, other = make_registration(forum), Door(forum, gate="Gate B")
    late = other.scan(registration, minutes_ago=5, **OFFLINE)
    early = door.scan(registration, minutes_ago=8, **OFFLINE)

    assert [now(each["scan_id"]) for each in (early, late)] == [
        ("admitted", []),
        ("already_in", ["offline_double"]),
    ]
    assert Attendance.objects.get().doubles == 1


def test_a_door_without_network_was_first_and_ours_did_not_know(forum, door):
    registration, ours = make_registration(forum), Door(forum, gate="Gate B")
    online = ours.scan(registration, minutes_ago=3)
    offline = door.scan(registration, minutes_ago=8, **OFFLINE)

    assert (online["verdict"], offline["verdict"]) == ("admitted", "admitted")
    assert now(online["scan_id"]) == ("already_in", ["offline_double"])
    assert Attendance.objects.get().doubles == 1


def test_what_we_answered_at_one_door_holds_against_a_clock_that_is_behind(forum, door):
    registration, other = make_registration(forum), Door(forum, gate="Gate B")
    first = door.scan(registration, minutes_ago=1)
    second = other.scan(registration, minutes_ago=2)

    assert (first["verdict"], second["verdict"]) == ("admitted", "already_in")
    assert (second["first_in_at"], second["first_gate"]) == (first["at"], "Gate A")
    assert [now(each["scan_id"])[0] for each in (first, second)] == ["admitted", "already_in"]


def test_the_answer_that_was_given_stays_the_answer(forum, door):
    registration, other = make_registration(forum), Door(forum, gate="Gate B")
    item = other.item(registration, minutes_ago=5, **OFFLINE)
    first = other.send(item).json()["items"][0]
    door.scan(registration, minutes_ago=8, **OFFLINE)

    again = other.send(item).json()["items"][0]

    assert (first["verdict"], again["verdict"], again["replay"]) == ("admitted", "admitted", True)
    assert now(first["scan_id"])[0] == "already_in"


def test_whoever_cancelled_before_an_offline_door_let_them_in_is_inside_all_the_same(forum, door):
    registration = make_registration(forum)
    ticket = lookup_of(registration)
    booking.cancel(registration, [1])

    told = door.scan(ticket, **OFFLINE)

    assert (told["verdict"], told["flags"]) == ("admitted", ["late_revocation"])
    assert Attendance.objects.get().inside


def test_a_replaced_ticket_that_an_offline_door_let_in_is_flagged_too(forum, door):
    registration = make_registration(forum)
    old = lookup_of(registration)
    ticketing.replace(registration)

    told = door.scan(old, **OFFLINE)

    assert (told["verdict"], told["flags"]) == ("admitted", ["late_revocation"])


def test_whoever_cancelled_after_coming_in_was_let_in_rightly(forum, door):
    registration = make_registration(forum)
    ticket = lookup_of(registration)
    item = door.item(ticket, minutes_ago=30, **OFFLINE)
    booking.cancel(registration, [1])

    told = door.send(item).json()["items"][0]

    assert (told["verdict"], told["flags"]) == ("admitted", [])


def test_a_cancelled_ticket_that_the_offline_door_refused_stays_refused(forum, door):
    registration = make_registration(forum)
    ticket = lookup_of(registration)
    booking.cancel(registration, [1])

    told = door.scan(ticket, offline=True, device_verdict="cancelled")

    assert (told["verdict"], told["flags"]) == ("cancelled", [])
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("said", ["unknown_code", "waitlisted", "wrong_day"])
def test_a_ticket_that_the_phones_list_did_not_know_yet(forum, door, said):
    told = door.scan(make_registration(forum), offline=True, device_verdict=said)

    assert (told["verdict"], told["flags"]) == ("admitted", ["list_was_stale"])


def test_a_code_unknown_to_both_is_kept(forum, door):
    told = door.scan(b"0" * 16, offline=True, device_verdict="unknown_code")

    assert (told["verdict"], told["flags"]) == ("unknown_code", [])
    assert Scan.objects.count() == 1


def test_ways_out_count_whatever_the_ticket_says_by_now(forum, door):
    registration = make_registration(forum)
    ticket = lookup_of(registration)
    door.scan(ticket, minutes_ago=9)
    booking.cancel(registration, [1])

    told = door.scan(ticket, direction="out")

    assert told["verdict"] == "exited"
    assert not Attendance.objects.get().inside


def test_who_went_out_is_welcome_back_at_once(forum, door):
    registration = make_registration(forum)

    verdicts = [
        door.scan(registration, minutes_ago=ago, direction=way)["verdict"]
        for ago, way in ((9, "in"), (5, "out"), (4, "in"), (3, "in"))
    ]

    assert verdicts == ["admitted", "exited", "admitted_again", "already_in"]


# --- Taking back --------------------------------------------------------------------------------------------------


def test_a_phone_takes_its_own_scan_back(forum, door):
    registration = make_registration(forum)
    wrong = door.scan(registration, minutes_ago=2)

    told = door.take_back(wrong["scan_id"])

    assert told["verdict"] == "voided"
    assert now(wrong["scan_id"])[0] == "voided"
    assert not Attendance.objects.filter(first_in_at__isnull=False).exists()
    assert door.scan(registration)["verdict"] == "admitted"


def test_what_is_taken_back_may_come_later(forum, door):
    item = door.item(make_registration(forum), minutes_ago=3, offline=True)
    void = door.take_back(item["scan_id"], offline=True)

    told = door.send(item).json()["items"][0]

    assert (void["verdict"], told["verdict"]) == ("void_unknown", "voided")
    assert now(void["scan_id"])[0] == "voided"


@pytest.mark.parametrize(("rights", "minutes", "verdict"), [("scan", 0, "void_refused"), ("supervisor", 60, "voided")])
def test_a_supervisor_takes_back_what_others_scanned_at_any_time(forum, door, rights, minutes, verdict):
    wrong = door.scan(make_registration(forum), minutes_ago=minutes)

    told = Door(forum, gate="Gate B", rights=rights).take_back(wrong["scan_id"])

    assert told["verdict"] == verdict


def test_after_ten_minutes_the_own_phone_does_not_take_back(forum, door):
    wrong = door.scan(make_registration(forum), minutes_ago=11)

    assert door.take_back(wrong["scan_id"])["verdict"] == "void_refused"
    assert now(wrong["scan_id"])[0] == "admitted"


def test_taking_back_twice_is_harmless(forum, door):
    wrong = door.scan(make_registration(forum), minutes_ago=2)

    assert [door.take_back(wrong["scan_id"])["verdict"] for _ in range(2)] == ["voided", "voided"]


@pytest.mark.parametrize("is_first", [True, False])
def test_of_an_unknown_code_there_is_nothing_to_take_back(forum, door, is_first):
    item = door.item(b"0" * 16)
    if not is_first:
        door.send(item)
    void = door.take_back(item["scan_id"])
    if is_first:
        door.send(item)
    attending.catch_up(forum)

    assert (now(void["scan_id"])[0], now(item["scan_id"])[0]) == ("void_unknown", "unknown_code")


# --- Kept for review ----------------------------------------------------------------------------------------------


def test_a_revoked_phone_may_hand_in_what_it_has_and_is_told_nothing(forum, door, organiser):
    registration = make_registration(forum)
    item = door.item(registration, minutes_ago=5, **OFFLINE)
    devices.revoke(door.device)

    told = door.send(item).json()["items"][0]

    assert (told["verdict"], told["flags"], told["person"]) == ("under_review", ["device_revoked"], None)
    assert not Attendance.objects.exists()
    assert [str(scan.pk) for scan in reviewing.waiting(forum)] == [item["scan_id"]]


def test_a_revoked_phone_cannot_even_learn_whether_a_code_is_known(forum, door):
    devices.revoke(door.device)

    told = [door.scan(what)["verdict"] for what in (make_registration(forum), b"0" * 16, "00000000")]

    assert told == ["under_review"] * 3


def test_a_scan_counts_when_a_supervisor_accepts_it(forum, door, organiser):
    item = door.item(make_registration(forum), minutes_ago=5, **OFFLINE)
    devices.revoke(door.device)
    door.send(item)
    scan = Scan.objects.get()

    decided = [reviewing.decide(scan, organiser, accepted=accepted) for accepted in (True, False)]

    assert decided == [True, False]
    assert now(item["scan_id"]) == ("admitted", ["device_revoked"])
    assert Attendance.objects.get().entries == 1
    assert attending.differences(forum) == {}
    assert not reviewing.waiting(forum).exists()


def test_a_scan_that_was_dismissed_never_counts(forum, door, organiser):
    devices.revoke(door.device)
    door.scan(make_registration(forum), minutes_ago=5, **OFFLINE)

    reviewing.decide(Scan.objects.get(), organiser, accepted=False)

    assert not Attendance.objects.exists()
    assert not reviewing.waiting(forum).exists()


def test_an_expired_phone_hands_in_what_it_scanned_in_its_time(forum):
    door = Door(forum, valid_until=timezone.now() - dt.timedelta(minutes=10))

    before, after = (door.scan(make_registration(forum), minutes_ago=ago, **OFFLINE) for ago in (20, 5))

    assert (before["verdict"], before["flags"], before["person"]) == ("admitted", [], None)
    assert (after["verdict"], after["flags"]) == ("under_review", ["device_expired"])


def test_an_organiser_decides_in_the_admin(forum, door, organiser_client):
    devices.revoke(door.device)
    door.scan(make_registration(forum), minutes_ago=5, **OFFLINE)
    door.scan(make_registration(forum), minutes_ago=5, **OFFLINE)
    first, second = Scan.objects.all()
    changelist = reverse("admin:checkin_scan_changelist")

    for scan, action in ((first, "accept"), (second, "dismiss")):
        answer = organiser_client.post(changelist, {"action": action, "_selected_action": [str(scan.pk)]})
        assert answer.status_code == 302

    assert dict(Decision.objects.values_list("scan", "accepted")) == {first.pk: True, second.pk: False}
    page = organiser_client.get(f"{changelist}?waiting=yes")
    assert page.context["cl"].result_count == 0
    assert organiser_client.get(changelist).context["cl"].result_count == 2


def test_a_scan_is_never_changed(forum, door):
    door.scan(make_registration(forum))
    scan = Scan.objects.get()
    scan.verdict = "cancelled"

    for change in (scan.save, lambda: Scan.objects.update(verdict="cancelled"), lambda: Scan.objects.all().delete()):
        with pytest.raises(NeverChanged):
            change()
    assert Scan.objects.get().verdict == "admitted"

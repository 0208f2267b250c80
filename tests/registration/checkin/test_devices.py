"""A steward's phone becomes a device, and stops being one when it should."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from registration.checkin import devices
from registration.checkin.models import Device
from tests.factories import make_registration
from tests.registration.checkin.doors import API, Door


def state_of(client: Client) -> int:
    return client.get(f"{API}state").status_code


def test_a_steward_who_opens_the_scanner_can_scan(forum, steward_client):
    steward_client.get("/checkin/")

    assert state_of(steward_client) == 200


def test_the_database_knows_only_a_hash_of_the_cookie(forum, steward_client):
    cookie = steward_client.get("/checkin/").cookies["ck"]

    device = Device.objects.get()
    assert bytes(device.token_hash) == hashlib.sha256(cookie.value.encode()).digest()
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Strict")
    assert len(cookie.value) >= 43  # 256 bits


def test_opening_the_scanner_again_keeps_the_device(forum, steward_client):
    first = steward_client.get("/checkin/")
    again = steward_client.get("/checkin/")

    assert "ck" in first.cookies
    assert "ck" not in again.cookies
    assert Device.objects.count() == 1


def test_somebody_else_on_the_same_phone_is_another_device(forum, steward, organiser, client):
    for person in (steward, organiser):
        client.force_login(person)
        client.get("/checkin/")

    assert set(Device.objects.values_list("user__email", flat=True)) == {steward.email, organiser.email}


def test_the_cookie_of_the_phone_is_enough_and_opens_nothing_else(forum, steward_client):
    phone = Client()
    phone.cookies["ck"] = steward_client.get("/checkin/").cookies["ck"].value

    assert state_of(phone) == 200
    assert [phone.get(page).status_code for page in ("/staff/", "/admin/")] == [302, 302]  # to the sign-in
    assert "ck" not in phone.get("/checkin/").cookies  # without the sign-in it is given no other


@pytest.mark.parametrize(
    ("ended", "code"),
    [
        ({"revoked_at": dt.timedelta(minutes=1)}, "device_revoked"),
        ({"valid_until": dt.timedelta(minutes=1)}, "device_expired"),
        ({"valid_from": dt.timedelta(minutes=-1)}, "device_not_yet"),
    ],
)
def test_a_device_outside_of_its_time_is_told_nothing(forum, ended, code):
    door = Door(forum, **{name: timezone.now() - ago for name, ago in ended.items()})

    answers = [door.get("ping"), door.get("state"), door.get("snapshot"), door.get(f"stats?point={door.point.pk}")]

    assert [(answer.status_code, answer.json()["error"]["code"]) for answer in answers] == [(403, code)] * 4


def test_a_day_after_its_end_a_device_is_a_stranger(forum):
    door = Door(forum, revoked_at=timezone.now() - dt.timedelta(hours=24, seconds=1))

    assert [door.get("ping").status_code, door.send({}).status_code] == [401, 401]


def test_revoking_works_at_the_next_request(forum, door):
    assert state_of(door.client) == 200

    devices.revoke(door.device)

    assert state_of(door.client) == 403


def test_revoking_twice_keeps_the_first_moment(forum, door):
    devices.revoke(door.device)
    first = Device.objects.get().revoked_at
    devices.revoke(door.device)

    assert Device.objects.get().revoked_at == first


@pytest.mark.parametrize(("role", "rights"), [("steward", "search"), ("organiser", "supervisor")])
def test_a_stewards_phone_may_search_and_an_organisers_decides_too(forum, request, role, rights):
    request.getfixturevalue(f"{role}_client").get("/checkin/")

    assert Device.objects.get().rights == rights


@pytest.mark.parametrize(("version", "status"), [("2.9", 426), ("", 426), ("2.10", 200), ("3", 200), ("nonsense", 426)])
def test_an_old_scanner_is_told_to_load_again_and_its_scans_are_taken(forum, door, settings, version, status):
    settings.CHECKIN_MIN_VERSION = "2.10"
    headers = {"X-Checkin-Version": version} if version else {}

    answer = door.get("state", **headers)

    assert answer.status_code == status
    assert door.send(door.item(make_registration(forum)), **headers).status_code == 200


def test_a_phone_says_how_it_is(forum, door):
    headers = {"X-Checkin-Version": "1.2", "X-Checkin-Unsent": "37", "X-Checkin-Offset": "-7200000"}

    door.get("ping", **headers)

    device = Device.objects.get()
    assert (device.app_version, device.unsent, device.clock_offset_ms) == ("1.2", 37, -7_200_000)
    assert device.last_seen_at is not None


@pytest.mark.parametrize("said", ["", "many", "-1", "9" * 400, "1e3", "\u0663"])
def test_nonsense_about_itself_changes_nothing_much(forum, door, said):
    headers = {"X-Checkin-Unsent": said.encode("utf-8", "ignore").decode("latin-1"), "X-Checkin-Offset": said}

    assert door.get("ping", **headers).status_code == 200


@pytest.mark.parametrize("command", ["refresh", "wipe"])
def test_an_order_reaches_the_phone_at_its_next_contact_until_it_is_obeyed(forum, door, command):
    devices.order(door.device, command)
    told = [door.get("ping").json()["commands"], door.send(door.item(b"0" * 16)).json()["commands"]]

    if command == "refresh":
        door.get("snapshot")
    else:
        door.call("unpair", {})

    assert told == [[command], [command]]
    assert Device.objects.get().command == ""


def test_unpairing_ends_the_device_and_has_the_browser_forget(forum, door):
    answer = door.call("unpair", {})

    assert (answer.status_code, answer["Clear-Site-Data"]) == (204, '"cookies", "storage"')
    assert answer.cookies["ck"]["max-age"] == 0
    assert Device.objects.get().revoked_at is not None


def test_a_heartbeat_costs_two_statements(forum, door, django_assert_num_queries):
    door.get("ping")  # which version the list has is remembered for some seconds

    with django_assert_num_queries(2):
        door.get("ping")


def test_a_steward_who_lost_the_account_or_the_role_loses_the_phone_with_it(forum, steward, steward_client):
    steward_client.get("/checkin/")
    phone = Client()
    phone.cookies["ck"] = steward_client.cookies["ck"].value

    steward.groups.clear()
    without_role = state_of(phone)
    steward.groups.add(Group.objects.get(name="steward"))
    with_role = state_of(phone)
    type(steward).objects.update(is_active=False)
    without_account = state_of(phone)

    assert [without_role, with_role, without_account] == [401, 200, 401]


def test_a_steward_of_two_roles_is_one_device(forum, steward, steward_client):
    steward.groups.add(Group.objects.get(name="organiser"))
    steward_client.get("/checkin/")

    assert state_of(steward_client) == 200


def test_a_revoked_phone_gets_a_new_device_by_signing_in(forum, steward_client):
    steward_client.get("/checkin/")
    devices.revoke(Device.objects.get())

    steward_client.get("/checkin/")

    assert Device.objects.count() == 2
    assert state_of(steward_client) == 200

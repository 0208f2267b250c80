"""A steward's phone becomes a device, and stops being one when it should."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from registration.checkin.models import Device
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
    for page in ("/staff/", "/checkin/", "/admin/"):
        assert phone.get(page).status_code == 302  # to the sign-in


@pytest.mark.parametrize(
    "ended",
    [
        {"revoked_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)},
        {"valid_until": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)},
    ],
)
def test_a_device_that_was_revoked_or_has_expired_is_told_nothing(forum, ended):
    door = Door(forum, **ended)

    assert [door.get("ping").status_code, door.get("state").status_code, door.send({}).status_code] == [401] * 3


def test_revoking_works_at_the_next_request(forum, door):
    assert state_of(door.client) == 200

    Device.objects.update(revoked_at=timezone.now())

    assert state_of(door.client) == 401


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
    Device.objects.update(revoked_at=timezone.now())

    steward_client.get("/checkin/")

    assert Device.objects.count() == 2
    assert state_of(steward_client) == 200

"""Organisers hand out phones: make one, show its code, see how all are, end one."""

from __future__ import annotations

import datetime as dt

import pytest
from auditlog.models import LogEntry
from django.utils import timezone

from registration.checkin import devices, pairing
from registration.checkin.models import Device
from tests.factories import make_registration
from tests.registration.checkin.doors import Door

LIST = "/staff/devices/"


def filled(forum, **changed: object) -> dict[str, object]:
    local = timezone.now().astimezone(forum.tzinfo)
    times = {
        "valid_from": local.strftime("%Y-%m-%dT%H:%M"),
        "valid_until": (local + dt.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"),
    }
    return {"label": "3번 전화", "gate": "8층 정문", "rights": "scan", "points": []} | times | changed


def test_a_phone_is_made_and_its_code_shown(forum, organiser_client):
    point = forum.points.first()

    answer = organiser_client.post(LIST, filled(forum, points=[point.pk]), follow=True)

    device = Device.objects.get()
    assert (device.label, device.gate, device.rights, device.points) == ("3번 전화", "8층 정문", "scan", [point.pk])
    code = pairing.offered(device)
    page = answer.content.decode()
    assert f"{code[:5]}-{code[5:]}" in page
    assert "<path d=" in page
    assert code not in page  # as a whole it stands in the picture alone
    assert organiser_client.get(f"{LIST}{device.uuid}/").content.decode().count(f"{code[:5]}-{code[5:]}") == 1


def test_who_made_it_stands_in_the_log(forum, organiser, organiser_client):
    organiser_client.post(LIST, filled(forum))

    entry = LogEntry.objects.get_for_model(Device).first()
    assert entry.actor == organiser
    assert "token_hash" not in entry.changes
    assert "pairing_hash" not in entry.changes


@pytest.mark.parametrize(
    "wrong",
    [
        {"label": ""},
        {"label": "x" * 81},
        {"rights": "everything"},
        {"points": [10**9]},
        {"valid_until": "2020-01-01T09:00"},
        {"valid_until": "2090-01-01T09:00"},
        {"valid_from": "2089-01-01T09:00"},
        {"valid_until": "tomorrow"},
    ],
)
def test_what_makes_no_sense_makes_no_phone(forum, organiser_client, wrong):
    answer = organiser_client.post(LIST, filled(forum, **wrong))

    assert answer.status_code == 200
    assert set(answer.context["form"].errors) <= {*wrong, "valid_until"}
    assert answer.context["form"].errors
    assert not Device.objects.exists()


def test_the_list_says_how_each_is(forum, organiser_client):
    Door(forum, gate="Gate A").get(
        "ping", **{"X-Checkin-Unsent": "37", "X-Checkin-Version": "1.4", "X-Checkin-Offset": "-7200000"}
    )
    Door(forum, gate="Gate B", revoked_at=timezone.now())
    Door(forum, gate="Gate C", valid_until=timezone.now() - dt.timedelta(minutes=1))
    Door(forum, gate="Gate D")
    Device.objects.create(edition=forum, label="Gate E", valid_until=timezone.now() + dt.timedelta(hours=1))

    answer = organiser_client.get(LIST)

    states = {device.label: device.state for device in answer.context["devices"]}
    assert states == {
        "Gate A": "there",
        "Gate B": "revoked",
        "Gate C": "expired",
        "Gate D": "silent",
        "Gate E": "waiting",
    }
    page = answer.content.decode()
    for fact in ("37", "1.4", "-7200"):
        assert fact in page


def test_the_list_is_six_statements_however_many_there_are(forum, organiser_client, django_assert_max_num_queries):
    for _ in range(3):
        Door(forum)

    with django_assert_max_num_queries(10):
        organiser_client.get(LIST)


def test_a_lost_phone_is_revoked(forum, organiser_client):
    door = Door(forum)

    organiser_client.post(f"{LIST}{door.device.uuid}/revoke/")

    assert door.get("state").status_code == 403


def test_scans_that_wait_for_a_decision_are_announced(forum, organiser_client):
    door = Door(forum)
    devices.revoke(door.device)
    door.scan(make_registration(forum))

    page = organiser_client.get(LIST)

    assert page.context["to_review"] == 1
    assert "/admin/checkin/scan/?waiting=yes" in page.content.decode()


@pytest.mark.parametrize("command", ["refresh", "wipe", "explode"])
def test_an_order_waits_for_the_phone(forum, organiser_client, command):
    door = Door(forum)

    organiser_client.post(f"{LIST}{door.device.uuid}/order/", {"command": command})

    assert door.get("ping").json()["commands"] == ([] if command == "explode" else [command])
    assert organiser_client.get(f"{LIST}{door.device.uuid}/").status_code == 200


def test_a_code_that_is_over_is_made_anew(forum, organiser_client):
    organiser_client.post(LIST, filled(forum))
    device = Device.objects.get()
    Device.objects.update(pairing_until=timezone.now() - dt.timedelta(seconds=1))
    page = f"{LIST}{device.uuid}/"
    assert "code" not in organiser_client.get(page).context

    organiser_client.post(f"{page}code/")

    assert organiser_client.get(page).context["code"]


@pytest.mark.parametrize("path", ["", "00000000-0000-0000-0000-000000000000/"])
def test_stewards_hand_out_no_phones(forum, steward_client, path):
    assert steward_client.get(f"{LIST}{path}").status_code == 403
    assert steward_client.post(f"{LIST}{path}").status_code in (403, 405)


@pytest.mark.parametrize("act", ["code", "revoke", "order"])
def test_acts_need_a_post(forum, organiser_client, act):
    assert organiser_client.get(f"{LIST}{Door(forum).device.uuid}/{act}/").status_code == 405

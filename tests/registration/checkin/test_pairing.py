"""A phone becomes a device by a code: once, for ten minutes, and of two that hand it in one."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from registration.checkin import devices, pairing
from registration.checkin.models import Device
from tests.registration.checkin.doors import API, Door


@pytest.fixture
def waiting(forum) -> Device:
    """A device that an organiser made and nobody has paired."""
    now = timezone.now()
    return Device.objects.create(edition=forum, label="Phone 3", gate="Gate A", valid_until=now + dt.timedelta(days=1))


def hand_in(code: str, client: Client | None = None, **headers: str):
    headers = {"X-Checkin": "1"} | headers
    return (client or Client()).post(
        f"{API}pair", {"code": code, "app_version": "1.0"}, content_type="application/json", headers=headers
    )


def test_the_code_makes_a_browser_the_device(forum, waiting):
    phone = Client()

    answer = hand_in(pairing.offer(waiting), phone)

    told = answer.json()
    assert answer.status_code == 200
    assert (told["device"]["uuid"], told["device"]["label"], told["last_seq"]) == (str(waiting.uuid), "Phone 3", 0)
    assert [point["id"] for point in told["points"]] == [point.pk for point in forum.points.all()]
    assert phone.get(f"{API}state").status_code == 200


def test_the_database_knows_neither_the_code_nor_the_cookie(waiting):
    code = pairing.offer(waiting)
    waiting.refresh_from_db()
    assert bytes(waiting.pairing_hash) == hashlib.sha256(code.encode()).digest()

    cookie = hand_in(code).cookies["ck"]

    waiting.refresh_from_db()
    assert (waiting.pairing_hash, waiting.pairing_until) == (None, None)
    assert bytes(waiting.token_hash) == hashlib.sha256(cookie.value.encode()).digest()
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")


def test_a_code_works_once(waiting):
    code = pairing.offer(waiting)

    answers = [hand_in(code), hand_in(code)]

    assert [answer.status_code for answer in answers] == [200, 410]
    assert answers[1].json()["error"]["code"] == "pairing_invalid"
    assert not answers[1].cookies


@pytest.mark.parametrize(("minutes", "status"), [(9.9, 200), (10.1, 410)])
def test_a_code_lasts_ten_minutes(waiting, minutes, status):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        code = pairing.offer(waiting)
    with time_machine.travel(now + dt.timedelta(minutes=minutes), tick=False):
        assert hand_in(code).status_code == status


def test_a_new_code_ends_the_one_before(waiting):
    with time_machine.travel(timezone.now() - dt.timedelta(minutes=1)):
        old = pairing.offer(waiting)
    new = pairing.offer(waiting)

    assert old != new
    assert [hand_in(old).status_code, hand_in(new).status_code] == [410, 200]


def test_a_paired_device_gets_no_second_phone(waiting):
    hand_in(pairing.offer(waiting))

    with pytest.raises(pairing.PairingInvalid):
        pairing.offer(waiting)


@pytest.mark.parametrize("ended", [{"revoked_at": timezone.now()}, {"valid_until": timezone.now(), "valid_from": None}])
def test_a_device_that_has_ended_is_not_paired(waiting, ended):
    code = pairing.offer(waiting)
    ended = {**ended, "valid_from": timezone.now() - dt.timedelta(days=1)}
    Device.objects.filter(pk=waiting.pk).update(**ended)

    assert hand_in(code).status_code == 410


@pytest.mark.parametrize(
    "spoil", [str.lower, lambda code: f" {code[:5]}-{code[5:]} ", lambda code: code.replace("0", "O")]
)
def test_a_code_is_read_forgivingly(waiting, spoil):
    assert hand_in(spoil(pairing.offer(waiting))).status_code == 200


@pytest.mark.parametrize("code", ["", "0", "0000000000", "\x00", "x" * 41, "😀" * 10])
def test_no_other_word_pairs(waiting, code):
    pairing.offer(waiting)

    assert hand_in(code).status_code in (400, 410)


def test_guessing_ends_after_ten_in_a_minute(waiting):
    with time_machine.travel(timezone.now().replace(second=10)):
        answers = [hand_in(f"{number:010}") for number in range(11)]

    assert [answer.status_code for answer in answers] == [410] * 10 + [429]
    assert int(answers[-1]["Retry-After"]) > 0


def test_a_page_of_another_site_cannot_pair(waiting):
    code = pairing.offer(waiting)

    assert hand_in(code, Origin="https://evil.example").status_code == 403
    assert hand_in(code, **{"X-Checkin": "0"}).status_code == 403
    assert hand_in(code, Origin="http://testserver").status_code == 200


def test_the_secret_stands_behind_the_hash_of_the_address(waiting, settings):
    code = pairing.offer(waiting)

    assert pairing.url_of(code) == f"{settings.PUBLIC_URL}/checkin/#pair={code}"
    assert pairing.offered(Device.objects.get()) == code


def test_on_https_the_cookie_is_bound_to_the_host(settings):
    """`__Host-` is a promise of the browser: no other host and no plain http can have set it."""
    import subprocess
    import sys

    code = "import django; django.setup(); from registration.checkin.devices import COOKIE; print(COOKIE)"
    environ = {"PUBLIC_URL": "https://forum.example.org", "DJANGO_SETTINGS_MODULE": "tests.settings"}
    import os

    said = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | environ, capture_output=True, text=True, check=True
    )

    assert said.stdout.strip() == "__Host-ck"


def test_revoking_ends_a_code_too(waiting):
    code = pairing.offer(waiting)
    devices.revoke(waiting)

    assert hand_in(code).status_code == 410


def test_the_same_browser_paired_again_is_the_other_device(forum, waiting):
    door = Door(forum)

    hand_in(pairing.offer(waiting), door.client)

    assert door.get("state").json()["device"]["label"] == "Phone 3"

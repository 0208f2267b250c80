"""A password alone does not show other people's data."""

from __future__ import annotations

import time

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.urls import reverse

from forum.accounts.models import User
from tests.signing_in import sign_in

SET_UP = reverse("mfa_activate_totp")
DOORS = ("/admin/", "/admin/registration/registration/", "/checkin/", "/staff/")


@pytest.fixture(autouse=True)
def _required(settings):
    settings.REQUIRE_SECOND_FACTOR = True


@pytest.fixture
def secret(organiser):
    secret = generate_totp_secret()
    TOTP.activate(organiser, secret)
    return secret


def code_of(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.mark.parametrize("role", ["organiser", "steward"])
def test_staff_without_one_are_sent_to_set_it_up(client, request, forum, role):
    client.force_login(request.getfixturevalue(role))

    assert {client.get(door).url for door in DOORS} == {SET_UP}
    assert {client.post(door).url for door in DOORS} == {SET_UP}


def test_the_pages_for_setting_it_up_are_open(organiser_client):
    assert organiser_client.get(reverse("mfa_index")).status_code == 200
    assert organiser_client.get(SET_UP, follow=True).status_code == 200


def test_with_one_the_doors_are_open(client, organiser, secret, forum):
    client.force_login(organiser)

    assert [client.get(door).status_code for door in DOORS] == [200, 200, 200, 200]


def test_others_are_left_alone(client, forum):
    assert client.get("/staff/").url == "/accounts/login/?next=/staff/"
    assert client.get("/ko/").status_code == 200

    client.force_login(User.objects.create_user("citizen@example.org"))
    assert client.get("/staff/").status_code == 403


def test_where_it_is_not_required_nobody_is_asked(organiser_client, settings, forum):
    settings.REQUIRE_SECOND_FACTOR = False

    assert organiser_client.get("/admin/").status_code == 200


def test_signing_in_takes_the_password_and_the_code(client, organiser, secret, forum):
    organiser.set_password("correct horse")
    organiser.save()
    EmailAddress.objects.create(user=organiser, email=organiser.email, verified=True, primary=True)

    answer = client.post(reverse("account_login"), {"login": organiser.email, "password": "correct horse"})
    assert answer.url == reverse("mfa_authenticate")
    assert client.get("/admin/").status_code == 302  # still a stranger

    client.post(answer.url, {"code": "000000" if code_of(secret) != "000000" else "111111"})
    assert client.get("/admin/").status_code == 302

    client.post(answer.url, {"code": code_of(secret)})
    assert client.get("/admin/").status_code == 200


def test_the_citizens_way_in_asks_staff_for_their_second_factor_too(client, organiser, secret, forum):
    answer = sign_in(client, organiser.email)

    assert answer.url == reverse("mfa_authenticate")
    assert (client.get("/admin/").status_code, client.get("/ko/my/").status_code) == (302, 302)

    end = client.post(answer.url, {"code": code_of(secret)})
    assert (end.url, client.get("/admin/").status_code) == ("/ko/my/", 200)


def test_staff_without_one_come_no_further_by_the_citizens_way(client, organiser, forum):
    sign_in(client, organiser.email)

    assert {client.get(door).url for door in DOORS} == {SET_UP}
    assert client.get(SET_UP, follow=True).status_code == 200


def test_a_code_is_still_taken_when_its_half_minute_ends_while_somebody_types_it(client, organiser, secret, forum):
    answer = sign_in(client, organiser.email)
    begun = code_of(secret)

    with time_machine.travel(time.time() + 30):
        client.post(answer.url, {"code": begun})

    assert client.get("/admin/").status_code == 200

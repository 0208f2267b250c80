"""Robots are kept out without a puzzle, and nobody learns who is registered."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from registration.models import Registration
from registration.views import limits
from registration.views.sign_up import PRESSES_FOR_ONE_ADDRESS
from tests.factories import filled_form


def test_a_robot_that_fills_in_the_hidden_field_is_told_the_same_and_not_registered(client, forum):
    answer = client.post("/ko/2022/register/done/", filled_form(client, forum, website="https://spam.example"))

    assert answer.headers["Location"] == "/ko/2022/register/done/"
    assert Registration.objects.count() == 0


def test_more_than_a_network_can_need_is_refused_and_nothing_typed_is_lost(client, forum, settings):
    settings.REGISTRATIONS_FROM_ONE_NETWORK = 1
    client.post("/ko/2022/register/done/", filled_form(client, forum))

    refused = client.post("/ko/2022/register/done/", filled_form(client, forum, name="김하늘"))

    assert Registration.objects.count() == 1
    assert refused.context["form"]["name"].value() == "김하늘"


def test_a_minute_has_a_limit_of_its_own(client, forum, settings):
    settings.REGISTRATIONS_FROM_ONE_NETWORK_A_MINUTE = 1
    with time_machine.travel(timezone.now().replace(minute=10, second=1), tick=False) as clock:
        statuses = []
        for wait in (0, 1, 60):
            clock.shift(wait)
            statuses.append(client.post("/ko/2022/register/done/", filled_form(client, forum)).status_code)

    assert statuses == [302, 200, 302]


def test_a_house_is_one_network_however_many_addresses_it_has(client, forum, settings):
    settings.REGISTRATIONS_FROM_ONE_NETWORK = 1
    ours, next_door = ["2001:db8::1", "2001:db8::2"], "2001:db8:0:1::1"

    statuses = [
        client.post("/ko/2022/register/done/", filled_form(client, forum), REMOTE_ADDR=each).status_code
        for each in (*ours, next_door)
    ]

    assert statuses == [302, 200, 302]


def test_a_busy_network_is_noted_once_without_its_address_and_nobody_is_stopped(client, forum, monkeypatch, caplog):
    monkeypatch.setattr(limits, "NOTED_FROM", 2)
    statuses = [client.post("/ko/2022/register/done/", filled_form(client, forum)).status_code for _time in range(3)]

    noted = [record.getMessage() for record in caplog.records if record.name == "registration.views.limits"]
    assert statuses == [302] * 3
    assert (len(noted), "127.0.0.1" in noted[0]) == (1, False)


@pytest.mark.parametrize(("seconds", "registered"), [(0, 0), (1.8, 0), (2.1, 1), (3600, 1)])
def test_a_form_that_comes_back_sooner_than_anybody_types_is_told_the_same(
    client, forum, settings, seconds, registered
):
    settings.FILLING_IN_TAKES = 2
    with time_machine.travel(timezone.now(), tick=False) as clock:
        form = filled_form(client, forum)
        clock.shift(seconds)
        answer = client.post("/ko/2022/register/done/", form)

    assert answer.headers["Location"] == "/ko/2022/register/done/"
    assert client.get("/ko/2022/register/done/").context["email"] == form["email"]
    assert Registration.objects.count() == registered


def test_whoever_left_the_form_open_may_press_again_at_once(client, forum, settings):
    settings.FILLING_IN_TAKES = 2
    form = filled_form(client, forum)
    with time_machine.travel(timezone.now() + dt.timedelta(hours=25), tick=False):
        late = client.post("/ko/2022/register/done/", form)
        client.post(
            "/ko/2022/register/done/", form | {"submission_key": late.context["form"]["submission_key"].value()}
        )

    assert Registration.objects.count() == 1


def test_one_address_sent_again_and_again_is_asked_to_pause_known_or_not(client, forum):
    last = {}
    for address in ("one@example.org", "two@example.org"):
        answers = [
            client.post("/ko/2022/register/done/", filled_form(client, forum, email=address))
            for _ in range(PRESSES_FOR_ONE_ADDRESS + 1)
        ]
        last[address] = [answer.status_code for answer in answers]

    assert last["one@example.org"] == last["two@example.org"] == [302] * PRESSES_FOR_ONE_ADDRESS + [200]


def test_a_form_left_open_for_more_than_a_day_is_asked_again_with_everything_kept(client, forum):
    form = filled_form(client, forum, name="김하늘")
    with time_machine.travel(timezone.now() + dt.timedelta(hours=25), tick=False):
        late = client.post("/ko/2022/register/done/", form)
        fresh_key = late.context["form"]["submission_key"].value()
        again = client.post("/ko/2022/register/done/", form | {"submission_key": fresh_key})

    assert (late.status_code, again.status_code) == (200, 302)


@pytest.mark.parametrize("missing", ["agree", "is_of_age"])
def test_without_consent_or_age_nothing_is_saved(client, forum, missing):
    answer = client.post("/ko/2022/register/done/", filled_form(client, forum, **{missing: None}))

    assert list(answer.context["form"].errors) == [missing]
    assert Registration.objects.count() == 0

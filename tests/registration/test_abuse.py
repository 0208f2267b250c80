"""Robots are kept out without a puzzle, and nobody learns who is registered."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from registration.models import Registration
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

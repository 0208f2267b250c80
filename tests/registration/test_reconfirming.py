"""“Are you coming?” is asked once, and no answer keeps the seat."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from forum.outbox.models import Message
from registration import links, reconfirming
from registration.models import Quota
from tests.factories import make_registration


@pytest.fixture
def three_days_before(forum):
    day = forum.days.get(number=1)
    return day.at(day.doors) - dt.timedelta(days=3) + dt.timedelta(hours=2)


def test_everybody_with_a_seat_is_asked_once_three_days_before(forum, three_days_before):
    registration = make_registration(forum)
    with time_machine.travel(three_days_before - dt.timedelta(hours=3), tick=False):
        too_early = reconfirming.ask()
    with time_machine.travel(three_days_before, tick=False):
        asked = [reconfirming.ask(), reconfirming.ask()]

    assert (too_early, asked) == (0, [1, 0])
    assert Message.objects.get(kind="are_you_coming").about == registration.uuid


def test_the_mail_leads_to_two_buttons_and_opening_it_changes_nothing(client, forum):
    registration = make_registration(forum)

    page = client.get(f"/t/{links.token_of(registration)}/?to=coming", follow=True)

    registration.refresh_from_db()
    assert page.redirect_chain[-1][0] == f"/ko/ticket/{registration.public_id}/coming/"
    assert (registration.coming_since, registration.bookings.confirmed().count()) == (None, 1)


def test_who_is_coming_says_so_and_who_is_not_releases_the_seat(client, forum):
    coming, staying = make_registration(forum), make_registration(forum)
    for registration, answer in ((coming, "coming"), (staying, "release")):
        client.get(f"/t/{links.token_of(registration)}/")
        client.post(f"/ko/ticket/{registration.public_id}/coming/", {"answer": answer})

    coming.refresh_from_db()
    assert coming.coming_since is not None
    assert [each.bookings.confirmed().count() for each in (coming, staying)] == [1, 0]
    assert Quota.objects.get(day__number=1).taken == 1

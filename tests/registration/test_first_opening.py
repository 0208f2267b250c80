"""When somebody first opened the ticket: kept once, shown to its owner, and erased with the rest."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from registration import erasure, links, ticketing
from registration.models import Registration


@pytest.fixture
def page(registration):
    return f"/ko/ticket/{registration.public_id}/"


def opened(registration):
    return Registration.objects.get(pk=registration.pk).ticket_opened_at


def test_the_first_look_is_kept_and_later_ones_are_not(owner, registration, page):
    first = timezone.now()
    with time_machine.travel(first, tick=False):
        owner.get(page)
    with time_machine.travel(first + dt.timedelta(hours=1), tick=False):
        owner.get(page)

    assert abs(opened(registration) - first) < dt.timedelta(seconds=1)


def test_a_second_look_writes_nothing(owner, page, django_assert_max_num_queries):
    owner.get(page)
    with django_assert_max_num_queries(40) as asked:
        owner.get(page)

    assert [each["sql"] for each in asked if "UPDATE" in each["sql"]] == []


def test_a_mail_scanner_that_only_follows_the_link_is_not_the_owner(client, registration, page):
    client.get(f"/t/{links.token_of(registration)}/")
    client.head(page)

    assert opened(registration) is None


def test_strangers_open_nothing(client, registration, page):
    assert client.get(page).status_code == 404
    assert opened(registration) is None


def test_its_owner_can_take_it_along_and_it_goes_with_everything_else(owner, registration, page):
    owner.get(page)
    assert owner.get(f"{page}data/download/").json()["first_opened_the_ticket_at"]

    stale = Registration.objects.get(pk=registration.pk)
    stale.ticket_opened_at = None
    erasure.erase_person(registration, by="the person")
    ticketing.note_opening(stale)  # a page that was being drawn meanwhile
    assert opened(registration) is None

"""Seats and notices in the admin: what organisers may change, and what people counted on."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test import Client
from django.urls import reverse

from registration.models import ConsentNotice, Quota
from tests.factories import make_registration

NOTICES = reverse("admin:registration_consentnotice_changelist")


def page_of(quota):
    return reverse("admin:registration_quota_change", args=[quota.pk])


@pytest.fixture
def quota(forum):
    for _ in range(3):
        make_registration(forum)
    return Quota.objects.get(day__number=1)


def after(quota):
    quota.refresh_from_db()
    return quota.capacity, quota.taken


def test_how_many_may_wait_is_changed_and_taken_back(organiser_client, quota):
    lines = []
    for longest_line in ("150", "0", ""):
        organiser_client.post(page_of(quota), {"capacity": 400, "longest_line": longest_line})
        quota.refresh_from_db()
        lines.append(quota.longest_line)

    assert lines == [150, 0, None]
    assert after(quota) == (400, 3)


@pytest.mark.parametrize("capacity", [3, 4, 1_000])
def test_the_number_of_seats_is_changed_down_to_what_is_taken(organiser_client, quota, capacity):
    assert organiser_client.post(page_of(quota), {"capacity": capacity}).status_code == 302

    assert after(quota) == (capacity, 3)


def test_fewer_seats_than_are_taken_are_refused_with_a_sentence(organiser_client, quota):
    answer = organiser_client.post(page_of(quota), {"capacity": 2}, headers={"accept-language": "en"})

    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors == {
        "capacity": ["More seats are taken than this. Cancel registrations first."]
    }
    assert after(quota) == (400, 3)


@pytest.mark.parametrize("capacity", ["", "-1", "many"])
def test_what_is_no_number_of_seats_is_refused(organiser_client, quota, capacity):
    assert organiser_client.post(page_of(quota), {"capacity": capacity}).status_code == 200
    assert after(quota) == (400, 3)


def test_what_is_counted_cannot_be_typed(organiser_client, quota):
    other = Quota.objects.get(day__number=2)
    facts = {"capacity": 400, "taken": 0, "waiting": 9, "last_place": 9, "share": "reserved", "day": other.day.pk}

    organiser_client.post(page_of(quota), facts)

    quota.refresh_from_db()
    kept = (quota.taken, quota.waiting, quota.last_place, quota.share, quota.day.number)
    assert kept == (3, 0, 0, "public", 1)


def test_seats_are_not_deleted(organiser_client, quota):
    answer = organiser_client.post(reverse("admin:registration_quota_delete", args=[quota.pk]), {"post": "yes"})

    assert (answer.status_code, Quota.objects.filter(pk=quota.pk).exists()) == (403, True)


def test_guests_get_seats_of_their_own(organiser_client, quota):
    facts = {"day": quota.day.pk, "share": "reserved", "capacity": 50}

    answers = [organiser_client.post(reverse("admin:registration_quota_add"), facts).status_code for _ in range(2)]

    assert answers == [302, 200]  # once
    assert Quota.objects.filter(share="reserved").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_seat_that_is_taken_while_an_organiser_saves_stays_taken(forum, organiser):
    """The admin reads the row and writes it back: without a lock it would write an older number of taken seats."""
    quota, browser = Quota.objects.get(day__number=1), Client()
    browser.force_login(organiser)
    saves = threading.Thread(target=lambda: (browser.post(page_of(quota), {"capacity": 500}), connection.close()))

    with transaction.atomic():
        Quota.objects.filter(pk=quota.pk).update(taken=F("taken") + 1)
        saves.start()
        saves.join(timeout=0.5)
    saves.join()

    assert after(quota) == (500, 1)


def test_a_new_version_of_a_notice_is_written_and_an_old_one_never_changed(organiser_client, forum):
    old = ConsentNotice.objects.get(kind="privacy", language="ko")
    words = dict.fromkeys(("title", "items", "purpose", "retention", "refusal", "legal_basis"), "새 문구")
    facts = {"edition": forum.pk, "kind": "privacy", "language": "ko"} | words
    add = reverse("admin:registration_consentnotice_add")

    assert organiser_client.post(add, facts | {"version": 2}).status_code == 302
    assert organiser_client.post(add, facts | {"version": 2}).status_code == 200  # that version exists now
    change = reverse("admin:registration_consentnotice_change", args=[old.pk])
    delete = reverse("admin:registration_consentnotice_delete", args=[old.pk])
    refused = [organiser_client.post(page, facts | {"version": 1, "post": "yes"}) for page in (change, delete)]

    assert [answer.status_code for answer in refused] == [403, 403]
    assert list(
        ConsentNotice.objects.filter(kind="privacy", language="ko").order_by("version").values_list("version", "title")
    ) == [(1, old.title), (2, "새 문구")]

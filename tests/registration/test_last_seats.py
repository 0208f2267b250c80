"""Many people, few seats, at the same moment: real connections to a real PostgreSQL."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from forum.outbox.models import Message
from registration import sign_up
from registration.errors import DayFull
from registration.models import Booking, Consent, Quota, Registration, Ticket
from tests.at_once import at_once
from tests.factories import make_answers
from tests.registration.sign_up_pages import SignUp, saved

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def register_at_once(forum, people, key=None):
    return at_once([lambda each=each: sign_up.register(forum, each, key or uuid.uuid4()) for each in people])


def test_200_people_for_50_seats_are_exactly_50(forum):
    Quota.objects.filter(day__number=1).update(capacity=50)
    people = [make_answers(forum) for _ in range(200)]

    answers = register_at_once(forum, people)

    registered = [answer for answer in answers if isinstance(answer, Registration)]
    quota = Quota.objects.get(day__number=1)
    assert {type(answer) for answer in answers if answer not in registered} == {DayFull}
    assert (len(registered), quota.taken, Booking.objects.confirmed().count()) == (50, 50, 50)
    assert (Registration.objects.count(), Message.objects.count(), Ticket.objects.count()) == (50, 50, 50)
    assert Consent.objects.count() == 150


def test_whoever_wants_both_days_gets_both_or_none(forum):
    """In whatever order they name the days: seats are taken in one order, so nobody waits for each other for ever."""
    Quota.objects.filter(day__number=1).update(capacity=10)
    Quota.objects.filter(day__number=2).update(capacity=7)
    people = [make_answers(forum, days=days) for days in [(1, 2), (2, 1)] * 20]

    register_at_once(forum, people)

    assert list(Quota.objects.order_by("day__number").values_list("taken", flat=True)) == [7, 7]
    assert (Registration.objects.count(), Booking.objects.count()) == (7, 14)


def test_the_same_form_three_times_at_once_is_one_registration_and_one_mail(forum):
    key, answers = uuid.uuid4(), make_answers(forum, days=(1, 2))

    registered = register_at_once(forum, [answers] * 3, key)

    assert len({each.pk for each in registered}) == 1
    assert (saved(), Message.objects.get().kind) == ((1, 2, 1), "confirmation")
    assert list(Quota.objects.values_list("taken", flat=True)) == [1, 1]


def test_the_last_seat_that_goes_to_a_forms_own_twin_is_no_refusal(forum, monkeypatch):
    """Whoever presses twice sees the answer to the second press, which finds the day full."""
    Quota.objects.filter(day__number=1).update(capacity=1)
    key, answers, look_up = uuid.uuid4(), make_answers(forum), sign_up._quotas

    def twin_is_faster(*wanted):
        monkeypatch.setattr(sign_up, "_quotas", look_up)
        at_once([lambda: sign_up.register(forum, answers, key)])
        return look_up(*wanted)

    monkeypatch.setattr(sign_up, "_quotas", twin_is_faster)

    assert sign_up.register(forum, answers, key) == Registration.objects.get()
    assert saved() == (1, 1, 1)


def test_the_same_press_three_times_at_once_in_a_browser_is_one_registration(forum):
    browsers = [SignUp(Client(), forum, "ko") for _ in range(3)]
    typed = browsers[0].filled(days=["1", "2"])

    answers = at_once([lambda each=each: each.post("done", typed) for each in browsers])

    assert [(answer.status_code, answer.url) for answer in answers] == [(302, browsers[0].done)] * 3
    assert (saved(), Message.objects.get().kind) == ((1, 2, 1), "confirmation")


def test_one_address_from_several_forms_at_once_is_one_registration_and_its_owner_is_told(forum):
    people = [make_answers(forum, email="seowoo@example.kr", name=f"홍서우 {number}") for number in range(4)]

    registered = register_at_once(forum, people)

    assert len({each.pk for each in registered}) == 1
    assert Quota.objects.get(day__number=1).taken == 1
    kinds = sorted(Message.objects.values_list("kind", flat=True))
    assert kinds == ["already_registered"] * 3 + ["confirmation"]


def test_strangers_at_once_cannot_make_us_write_more_than_three_times(forum):
    sign_up.register(forum, make_answers(forum, email="seowoo@example.kr"), uuid.uuid4())
    people = [make_answers(forum, email="seowoo@example.kr") for _ in range(8)]

    register_at_once(forum, people)

    assert Message.objects.filter(kind="already_registered").count() == 3

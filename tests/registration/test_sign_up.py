"""Registering: what is saved, what is refused, and that both happen whole."""

from __future__ import annotations

import uuid

import pytest

from forum.outbox.models import Message
from registration import booking, sign_up
from registration.errors import DayFull, RegistrationNotOpen
from registration.models import Booking, Quota, Registration
from tests.factories import make_answers, make_registration


def test_a_registration_has_seats_consents_a_ticket_and_a_mail(forum):
    registration = make_registration(forum, days=(1, 2))

    assert [each.day.number for each in registration.bookings.confirmed()] == [1, 2]
    answers = {each.notice.kind: each.agreed for each in registration.consents.all()}
    assert answers == {"privacy": True, "optional": False, "news": False}
    assert registration.tickets.count() == 1
    assert list(Message.objects.values_list("kind", "to_email")) == [("confirmation", registration.email)]
    assert list(Quota.objects.values_list("taken", flat=True)) == [1, 1]


def test_the_last_seat_goes_to_one_and_nothing_of_the_next_is_saved(forum):
    Quota.objects.filter(day__number=1).update(capacity=1)
    make_registration(forum)

    with pytest.raises(DayFull) as refusal:
        make_registration(forum)

    assert refusal.value.days == [1]
    assert (Registration.objects.count(), Booking.objects.count(), Message.objects.count()) == (1, 1, 1)


def test_a_full_day_refuses_the_whole_registration(forum):
    Quota.objects.filter(day__number=2).update(capacity=0)

    with pytest.raises(DayFull):
        make_registration(forum, days=(1, 2))

    assert Registration.objects.count() == 0
    assert list(Quota.objects.values_list("taken", flat=True)) == [0, 0]


def test_the_same_form_twice_is_one_registration_and_one_mail(forum):
    key, answers = uuid.uuid4(), make_answers(forum)

    first, second = sign_up.register(forum, answers, key), sign_up.register(forum, answers, key)

    assert first == second
    assert Message.objects.count() == 1


def test_an_address_registered_already_keeps_what_it_has_and_gets_its_link(forum):
    known = make_registration(forum, email="seowoo@example.org")

    make_registration(forum, days=(2,), email="SEOWOO@example.org", name="Somebody else")

    assert Registration.objects.get() == known
    assert list(Message.objects.order_by("pk").values_list("kind", flat=True)) == ["confirmation", "already_registered"]
    assert list(Quota.objects.order_by("pk").values_list("taken", flat=True)) == [1, 0]


def test_a_stranger_cannot_make_us_write_more_than_three_times_a_day(forum):
    make_registration(forum, email="seowoo@example.org")

    for _ in range(5):
        make_registration(forum, email="seowoo@example.org")

    assert Message.objects.filter(kind="already_registered").count() == 3


def test_before_it_opens_and_after_it_closes_registration_is_refused(forum):
    forum.registration_closes_at = forum.registration_opens_at

    with pytest.raises(RegistrationNotOpen):
        make_registration(forum)


def test_a_form_whose_twin_is_saved_half_way_is_the_same_registration_without_a_second_mail(forum, monkeypatch):
    """Sent twice at once: the twin commits after this one looked for it, and before this one asks for the address."""
    key, answers, look_up = uuid.uuid4(), make_answers(forum), sign_up._quotas

    def twin_is_faster(*wanted):
        monkeypatch.setattr(sign_up, "_quotas", look_up)
        sign_up.register(forum, answers, key)
        return look_up(*wanted)

    monkeypatch.setattr(sign_up, "_quotas", twin_is_faster)

    assert sign_up.register(forum, answers, key) == Registration.objects.get()
    assert list(Message.objects.values_list("kind", flat=True)) == ["confirmation"]


def test_the_same_page_for_somebody_else_is_another_registration(forum):
    """Back in the browser, another name and address: the last page says that a ticket was sent, so it must be."""
    key = uuid.uuid4()
    first = sign_up.register(forum, make_answers(forum, email="seowoo@example.kr"), key)

    second = sign_up.register(forum, make_answers(forum, email="haneul@example.kr"), key)

    assert first != second
    assert set(Message.objects.values_list("kind", "to_email")) == {
        ("confirmation", "seowoo@example.kr"),
        ("confirmation", "haneul@example.kr"),
    }


def test_a_form_that_was_cancelled_meanwhile_and_is_sent_again_stays_cancelled(forum):
    key, answers = uuid.uuid4(), make_answers(forum)
    registration = sign_up.register(forum, answers, key)
    booking.cancel(registration, [1])

    assert sign_up.register(forum, answers, key) == registration
    assert Quota.objects.get(day__number=1).taken == 0

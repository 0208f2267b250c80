"""Giving seats back: each once, with a mail, whoever presses at the same moment."""

from __future__ import annotations

import threading
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from forum.outbox.models import Message
from registration import booking
from registration.models import Booking, Quota, Registration
from tests.at_once import at_once
from tests.factories import make_registration


def taken():
    return list(Quota.objects.order_by("day__number").values_list("taken", flat=True))


def mails():
    return list(Message.objects.order_by("pk").values_list("kind", flat=True))


def test_a_day_that_is_given_back_frees_its_seat_and_is_confirmed_by_mail(registration):
    assert booking.cancel(registration, [1]) == [1]

    assert (taken(), mails()) == ([0, 1], ["confirmation", "cancelled"])
    given_back = registration.bookings.get(day__number=1)
    assert (given_back.state, given_back.cancelled_at is not None) == ("cancelled", True)
    registration.refresh_from_db()
    assert registration.cancelled_at is None


def test_with_the_last_day_the_registration_ends_and_its_address_is_free(registration):
    booking.cancel(registration, [1])
    booking.cancel(registration, [2])

    registration.refresh_from_db()
    assert registration.cancelled_at is not None
    again = make_registration(registration.edition, email=registration.email)
    assert again != registration
    assert taken() == [1, 0]


def test_twice_changes_nothing(registration):
    booking.cancel(registration, [1, 2])
    moment = Registration.objects.get().cancelled_at

    assert booking.cancel(registration, [1, 2]) == []

    assert (taken(), mails()) == ([0, 0], ["confirmation", "cancelled"])
    assert Registration.objects.get().cancelled_at == moment


@pytest.mark.parametrize("days", [[], [3], [99, -1]])
def test_days_that_are_not_booked_change_nothing(registration, days):
    assert booking.cancel(registration, days) == []
    assert (taken(), mails()) == ([1, 1], ["confirmation"])


def test_one_person_gives_back_nobody_elses_seat(registration, forum):
    other = make_registration(forum, days=(1, 2))

    booking.cancel(registration, [1, 2])

    assert [each.state for each in other.bookings.all()] == ["confirmed", "confirmed"]
    assert taken() == [1, 1]


def wait_in_line(registration, day_number):
    """As a waiting list will write it."""
    quota = Quota.objects.get(day__number=day_number)
    Quota.objects.filter(pk=quota.pk).update(waiting=1, last_place=1)
    return Booking.objects.create(registration=registration, day=quota.day, quota=quota, state="waiting", place=1)


def test_a_place_in_the_line_is_given_back_as_such(forum):
    registration = make_registration(forum, days=(1,))
    wait_in_line(registration, 2)

    booking.cancel(registration, [2])

    assert list(Quota.objects.order_by("day__number").values_list("taken", "waiting")) == [(1, 0), (0, 0)]


def test_a_seat_that_is_only_offered_is_free_again(forum):
    registration = make_registration(forum, days=(1,))
    Booking.objects.update(state="offered", offered_until=timezone.now())

    booking.cancel(registration, [1])

    assert taken() == [0, 0]


def test_what_fails_half_way_changes_nothing(registration, monkeypatch):
    monkeypatch.setattr(booking.notices, "cancelled", lambda *args: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        booking.cancel(registration, [1, 2])

    assert taken() == [1, 1]
    assert {each.state for each in registration.bookings.all()} == {"confirmed"}


def test_somebody_without_an_address_is_cancelled_without_a_mail(registration):
    Registration.objects.update(email="", email_key="")
    registration.refresh_from_db()

    assert booking.cancel(registration, [1]) == [1]
    assert mails() == ["confirmation"]


# --- What can exist -----------------------------------------------------------------------------------------------


def test_a_person_holds_one_living_booking_of_a_day(registration):
    twin = registration.bookings.get(day__number=1)
    twin.pk = None

    with pytest.raises(IntegrityError):
        twin.save()


@pytest.mark.parametrize(
    "facts",
    [
        {"state": "waiting"},  # without a place
        {"state": "offered"},  # without an end
        {"state": "cancelled"},  # without a moment
        {"state": "confirmed", "cancelled_at": timezone.now()},
    ],
)
def test_a_booking_is_never_half_of_something(registration, facts):
    with pytest.raises(IntegrityError):
        registration.bookings.filter(day__number=1).update(**facts)


def test_an_address_is_registered_once_while_it_lives(registration, forum):
    with pytest.raises(IntegrityError):
        Registration.objects.create(edition=forum, name="김", email_key="seowoo@example.kr", language="ko")


def test_people_without_an_address_may_be_many(forum):
    for _ in range(2):
        Registration.objects.create(edition=forum, name="김", language="ko", submission_key=uuid.uuid4())

    assert Registration.objects.count() == 2


# --- At the same moment -------------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_cancels_of_one_booking_at_once_give_back_one_seat(forum):
    registration = make_registration(forum, days=(1,))
    make_registration(forum, days=(1,))

    answers = at_once([lambda: booking.cancel(registration, [1])] * 4)

    assert sorted(answers) == [[], [], [], [1]]
    assert taken() == [1, 0]
    assert mails().count("cancelled") == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_days_cancelled_in_two_tabs_end_the_registration(forum):
    """Each looks whether a day is left. The second must wait for the first, or both see the other's day."""
    registration = make_registration(forum, days=(1, 2))
    second = threading.Thread(target=lambda: (booking.cancel(registration, [2]), connection.close()))

    with transaction.atomic():
        booking.cancel(registration, [1])
        second.start()
        second.join(timeout=0.5)
    second.join()

    registration.refresh_from_db()
    assert (taken(), registration.cancelled_at is not None) == ([0, 0], True)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_who_cancel_and_register_at_once_leave_the_numbers_right(forum):
    Quota.objects.update(capacity=12)
    leaving = [make_registration(forum, days=(1, 2)) for _ in range(10)]

    at_once(
        [
            *[lambda each=each: booking.cancel(each, [2, 1]) for each in leaving],
            *[lambda: make_registration(forum, days=(2, 1))] * 2,
        ]
    )

    confirmed = [Booking.objects.confirmed().filter(day__number=number).count() for number in (1, 2)]
    assert taken() == confirmed == [2, 2]


def test_a_seat_that_came_through_the_line_can_be_taken_back_like_any_other(forum):
    Quota.objects.filter(day__number=1).update(capacity=1)
    first = make_registration(forum)
    waited = make_registration(forum, may_wait=[1])
    booking.cancel(first, [1])
    booking.cancel(waited, [1])

    assert booking.undo_cancel(waited) == [1]
    assert waited.bookings.confirmed().count() == 1


def test_a_place_in_the_line_that_was_left_is_no_seat_to_take_back(forum):
    Quota.objects.filter(day__number=1).update(capacity=1)
    make_registration(forum)
    waited = make_registration(forum, may_wait=[1])
    booking.cancel(waited, [1])

    assert booking.undoable(waited) == []

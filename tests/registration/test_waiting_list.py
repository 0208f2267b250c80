"""The line: who moves up, who is asked, when it closes. Nobody overtakes."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from forum.outbox import delivery
from forum.outbox.models import Message
from registration import booking, notices, queries, waiting_list
from registration.errors import DayFull, OfferOver
from registration.models import Booking, Quota
from tests.factories import make_registration

State = Booking.State


@pytest.fixture
def full(forum):
    """One seat on day 1, taken."""
    Quota.objects.filter(day__number=1).update(capacity=1)
    make_registration(forum, email="first@example.org")
    return forum


def test_who_comes_to_a_full_day_stands_in_line_and_is_told_the_place(full):
    second, third = (make_registration(full, may_wait=[1]) for _ in range(2))

    assert [queries.position(each.bookings.get()) for each in (second, third)] == [1, 2]
    assert Quota.objects.get(day__number=1).waiting == 2
    told = Message.objects.filter(kind="waiting").order_by("pk")
    assert [message.about for message in told] == [second.uuid, third.uuid]


def test_who_did_not_agree_to_wait_is_refused(full):
    with pytest.raises(DayFull):
        make_registration(full)


def test_a_cancelled_seat_goes_to_the_first_in_line_in_the_same_moment(full):
    second, third = (make_registration(full, may_wait=[1]) for _ in range(2))

    booking.cancel(full.registrations.get(email="first@example.org"), [1])

    assert [each.bookings.get().state for each in (second, third)] == [State.CONFIRMED, State.WAITING]
    assert Message.objects.filter(kind="promoted").get().about == second.uuid


def test_a_newcomer_does_not_overtake_the_line_when_a_seat_is_added(full):
    waiting = make_registration(full, may_wait=[1])
    Quota.objects.filter(day__number=1).update(capacity=2)

    newcomer = make_registration(full, may_wait=[1])
    waiting_list.sweep()

    assert [each.bookings.get().state for each in (waiting, newcomer)] == [State.CONFIRMED, State.WAITING]


def test_two_days_before_the_next_is_asked_and_may_take_the_seat(full):
    waiting = make_registration(full, may_wait=[1])
    with time_machine.travel(_doors(full) - dt.timedelta(hours=47), tick=False):
        booking.cancel(full.registrations.get(email="first@example.org"), [1])
        offer = waiting.bookings.get()

        waiting_list.accept(offer)

    assert offer.state == State.OFFERED
    assert waiting.bookings.get().state == State.CONFIRMED


def test_an_offer_lasts_six_hours_and_then_goes_to_the_next(full):
    waiting, next_one = (make_registration(full, may_wait=[1]) for _ in range(2))
    moment = _doors(full) - dt.timedelta(hours=47)
    with time_machine.travel(moment, tick=False):
        booking.cancel(full.registrations.get(email="first@example.org"), [1])
    offer = waiting.bookings.get()

    with time_machine.travel(offer.offered_until, tick=False):
        with pytest.raises(OfferOver):
            waiting_list.accept(offer)
        waiting_list.sweep()

    assert offer.offered_until - moment == dt.timedelta(hours=6)
    assert [each.bookings.get().state for each in (waiting, next_one)] == [State.LAPSED, State.OFFERED]


def test_at_night_mails_wait_and_an_offer_starts_in_the_morning(full):
    waiting = make_registration(full, may_wait=[1])
    night = (_doors(full) - dt.timedelta(days=1)).replace(hour=2)
    with time_machine.travel(night, tick=False):
        booking.cancel(full.registrations.get(email="first@example.org"), [1])

    assert waiting.bookings.get().offered_until == night.replace(hour=14, minute=0)
    assert Message.objects.get(kind="offered").next_attempt_at == night.replace(hour=8, minute=0)


def test_who_wants_no_question_is_taken_in_even_shortly_before(full):
    waiting = make_registration(full, may_wait=[1], takes_any_seat=True)
    with time_machine.travel(_doors(full) - dt.timedelta(hours=30), tick=False):
        booking.cancel(full.registrations.get(email="first@example.org"), [1])

    assert waiting.bookings.get().state == State.CONFIRMED


def test_at_noon_on_the_eve_the_line_closes_with_one_mail_each(full):
    waiting = make_registration(full, may_wait=[1])
    with time_machine.travel((_doors(full) - dt.timedelta(days=1)).replace(hour=12, minute=0), tick=False):
        waiting_list.sweep()
        waiting_list.sweep()

    waiting.refresh_from_db()
    assert (waiting.bookings.get().state, waiting.cancelled_at is None) == (State.LAPSED, False)
    assert Message.objects.filter(kind="line_closed").count() == 1
    assert Quota.objects.get(day__number=1).waiting == 0


def test_who_cancels_and_registers_again_stands_at_the_end(full):
    leaver, other = (make_registration(full, may_wait=[1], email=f"{name}@example.org") for name in ("leaver", "other"))
    booking.cancel(leaver, [1])

    again = make_registration(full, may_wait=[1], email="leaver@example.org")

    assert [queries.position(each.bookings.get(state=State.WAITING)) for each in (other, again)] == [1, 2]


def test_a_cancelled_seat_can_be_had_back_while_it_is_free(forum):
    registration = make_registration(forum, days=(1, 2))
    booking.cancel(registration, [1, 2])

    booking.undo_cancel(registration)

    registration.refresh_from_db()
    assert (registration.bookings.confirmed().count(), registration.cancelled_at) == (2, None)
    assert list(Quota.objects.values_list("taken", flat=True)) == [1, 1]


def _doors(forum) -> dt.datetime:
    day = forum.days.get(number=1)
    return day.at(day.doors)


# --- What a mail says must be true when it leaves --------------------------------------------------------------------


def delivered(kind):
    """What became of the mail of this kind, on the next morning."""
    message = Message.objects.filter(kind=kind).last()
    Message.objects.filter(pk=message.pk).update(next_attempt_at=timezone.now() - dt.timedelta(minutes=1))
    delivery.deliver(message.pk)
    message.refresh_from_db()
    return message.state


def test_who_got_a_seat_at_night_and_cancelled_is_not_told_of_it_in_the_morning(forum):
    Quota.objects.filter(day__number=1).update(capacity=1)
    first, second = make_registration(forum), make_registration(forum, may_wait=[1])
    booking.cancel(first, [1])
    booking.cancel(second, [1])

    assert delivered("promoted") == "cancelled"


@pytest.mark.parametrize("answer", ["accept", "decline"])
def test_an_offer_that_was_answered_at_night_is_not_made_in_the_morning(forum, answer):
    waiting = make_offered(forum)
    getattr(waiting_list, answer)(waiting.bookings.get())

    assert delivered("offered") == "cancelled"


def test_an_offer_that_stands_is_made(forum):
    make_offered(forum)

    assert delivered("offered") == "sent"


def make_offered(forum):
    Quota.objects.filter(day__number=1).update(capacity=1)
    make_registration(forum)
    waiting = make_registration(forum, may_wait=[1])
    claim = waiting.bookings.get()
    Quota.objects.filter(day__number=1).update(capacity=2, taken=2, waiting=0)
    claim.state, claim.offered_until = Booking.State.OFFERED, timezone.now() + dt.timedelta(hours=6)
    claim.save()
    notices.offered(claim, not_before=timezone.now())
    return waiting

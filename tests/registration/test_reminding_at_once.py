"""The eve, with several workers at it and people giving their seats back in the same second."""

from __future__ import annotations

import datetime as dt

import pytest

from forum.outbox.models import Message
from registration import booking, reminding
from registration.checkin import afterwards
from registration.models import Booking
from tests.at_once import at_once
from tests.factories import make_registration

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def registered(forum):
    return [make_registration(forum) for _ in range(20)]


def moment(forum, days):
    date = forum.days.get(number=1).date + dt.timedelta(days=days)
    return dt.datetime.combine(date, dt.time(12), forum.tzinfo)


@pytest.mark.parametrize(("sweep", "days"), [(reminding.remind, -1), (afterwards.write, 1)])
def test_many_sweeps_at_once_write_to_everybody_once(forum, registered, sweep, days):
    now = moment(forum, days)

    assert sum(at_once([lambda: sweep(now)] * 5)) == 20

    assert Message.objects.exclude(kind="confirmation").count() == 20


def test_whoever_gives_the_seat_back_meanwhile_breaks_nothing(forum, registered):
    now = moment(forum, -1)
    leaving = [lambda each=each: booking.cancel(each, [1]) for each in registered[::2]]

    answers = at_once([lambda: reminding.remind(now), *leaving, lambda: reminding.remind(now)])

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    reminded = set(Message.objects.filter(kind="reminder").values_list("about", flat=True))
    assert {each.uuid for each in registered[1::2]} <= reminded
    unreminded = Booking.objects.confirmed().filter(reminded_at__isnull=True)
    assert unreminded.count() == 0

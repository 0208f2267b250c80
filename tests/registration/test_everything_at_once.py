"""People leave, come, and move up at the same moment: real connections to a real PostgreSQL."""

from __future__ import annotations

import contextlib
import random
import threading
import time
import uuid

import pytest
from django.db import connection

from forum.outbox.models import Message
from registration import booking, invariants, notices, sign_up, waiting_list
from registration.errors import DayFull, MoreAreTaken, SeatGone
from registration.models import Booking, Quota, Registration
from tests.at_once import at_once
from tests.factories import make_answers, make_registration

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

State = Booking.State
SEATS, IN_LINE, COMING = 200, 20, 200


def test_200_leave_while_200_come_and_two_promote_and_nobody_overtakes(forum, monkeypatch):
    Quota.objects.filter(day__number=1).update(capacity=SEATS)
    with monkeypatch.context() as quick:
        quick.setattr(notices, "confirmed", lambda *_: None)  # most of the time goes into mails
        leaving = [make_registration(forum) for _ in range(SEATS)]
    for _ in range(IN_LINE):
        make_registration(forum, may_wait=[1])
    people = [make_answers(forum, may_wait=[1]) for _ in range(COMING)]
    leave = [lambda each=each: booking.cancel(each, [1]) for each in leaving]
    come = [lambda each=each: come_until_in(forum, each) for each in people]
    over = threading.Event()
    failures: list[Exception] = []
    promoters = [threading.Thread(target=promote, args=(act, over, failures)) for act in (waiting_list.sweep, resize)]

    for promoter in promoters:
        promoter.start()
    answers = at_once([act for pair in zip(leave, come, strict=True) for act in pair])
    over.set()
    for promoter in promoters:
        promoter.join()
    waiting_list.sweep()

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert failures == []
    assert invariants.broken() == {}
    stood = list(Booking.objects.filter(place__isnull=False).order_by("place").values_list("state", flat=True))
    promoted = stood.count(State.CONFIRMED)
    assert stood == [State.CONFIRMED] * promoted + [State.WAITING] * (len(stood) - promoted)
    assert promoted >= IN_LINE
    assert Message.objects.filter(kind="promoted").count() == promoted
    quota = Quota.objects.get(day__number=1)
    assert quota.taken == min(quota.capacity, IN_LINE + COMING)


def come_until_in(forum, answers) -> Registration:
    """As on the page: whoever is told that the day has just filled up presses again, and stands in line."""
    key = uuid.uuid4()
    while True:
        try:
            return sign_up.register(forum, answers, key)
        except DayFull:
            continue


def promote(act, over: threading.Event, failures: list[Exception]) -> None:
    try:
        while not over.is_set():
            act()
            time.sleep(random.uniform(0, 0.05))
    except Exception as error:
        failures.append(error)
    finally:
        connection.close()


def resize() -> None:
    """An organiser who cannot decide how many chairs there are."""
    with contextlib.suppress(MoreAreTaken):
        waiting_list.set_capacity(Quota.objects.get(day__number=1), random.randint(SEATS - 10, SEATS + 10))


def test_taking_a_cancellation_back_while_the_address_registers_anew_ends_with_one_registration(forum, monkeypatch):
    """Each holds what the other waits for. PostgreSQL ends one of them, and it tries again and finds the twin."""
    registration = make_registration(forum, email="seowoo@example.kr")
    booking.cancel(registration, [1])
    written, take = threading.Event(), sign_up._take

    def take_slowly(quotas):
        written.set()
        time.sleep(0.4)  # the other one has locked the seats and waits for our address
        take(quotas)

    monkeypatch.setattr(sign_up, "_take", take_slowly)

    def undo():
        written.wait(5)
        return booking.undo_cancel(registration)

    answers = make_answers(forum, email="seowoo@example.kr")
    registered, undone = at_once([lambda: sign_up.register(forum, answers, uuid.uuid4()), undo])

    assert isinstance(registered, Registration), registered
    assert isinstance(undone, SeatGone) or undone == [1]
    assert Registration.objects.living().count() == 1
    assert invariants.broken() == {}

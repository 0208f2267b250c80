"""The reminder on the eve: to whoever has a seat then, once, and never too late."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from forum.outbox import delivery
from forum.outbox.models import Message
from registration import addressing, booking, erasure, reminding
from registration.models import Quota
from tests.factories import make_registration
from tests.pages import said


@pytest.fixture
def day(forum):
    return forum.days.get(number=1)


def eve(day, hour, minute=0):
    return dt.datetime.combine(day.date - dt.timedelta(days=1), dt.time(hour, minute), day.edition.tzinfo)


def remind_at(moment):
    with time_machine.travel(moment, tick=False):
        return reminding.remind()


def reminders():
    return Message.objects.filter(kind="reminder").order_by("pk")


def test_whoever_has_a_seat_tomorrow_is_reminded_once_from_ten_on(forum, day):
    make_registration(forum)

    told = [remind_at(eve(day, 9, 59)), remind_at(eve(day, 10)), remind_at(eve(day, 10, 1))]

    assert told == [0, 1, 0]


def test_each_day_has_its_own_reminder(forum, day):
    make_registration(forum, days=(1, 2))

    told = [remind_at(eve(each, 10)) for each in forum.days.order_by("number")]

    assert (told, len({message.dedupe_key for message in reminders()})) == ([1, 1], 2)


def test_the_hour_is_that_of_the_forum(forum, day):
    forum.timezone = "America/New_York"
    forum.save()
    make_registration(forum)
    day = forum.days.get(number=1)

    assert (remind_at(eve(day, 9, 59)), remind_at(eve(day, 10))) == (0, 1)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_it_names_the_day_and_the_support_and_leads_to_ticket_and_cancellation(forum, day, language):
    registration = make_registration(forum, language=language, support=["receiver"])
    remind_at(eve(day, 10))

    with time_machine.travel(eve(day, 10), tick=False):
        delivery.deliver(reminders().get().pk)

    sent = mail.outbox[-1]
    for part in (sent.body, sent.alternatives[0].content):
        assert said(language, "Receiver for interpretation") in part
        assert registration.desk_code_for_people in part
        assert "?to=cancel" in part
    assert {"ko": "내일", "en": "Tomorrow"}[language] in sent.subject
    names = [part.get_filename() for part in sent.message().walk() if part.get_filename()]
    assert names == ["ticket-qr.png", "forum.ics"]


def test_after_a_night_without_a_worker_the_mail_waits_for_the_morning_and_says_today(forum, day):
    make_registration(forum)

    remind_at(eve(day, 23))

    message = reminders().get()
    assert message.next_attempt_at == day.at(dt.time(8))
    assert message.expires_at == day.at(day.doors)
    assert "오늘" in message.subject


def test_once_doors_are_open_nobody_is_reminded(forum, day):
    make_registration(forum)

    assert [remind_at(day.at(day.doors) - dt.timedelta(minutes=1)), remind_at(day.at(day.doors))] == [1, 0]


def test_a_day_whose_doors_open_before_the_night_ends_reminds_nobody_at_night(forum, day):
    forum.days.filter(pk=day.pk).update(doors=dt.time(7))
    make_registration(forum)

    assert remind_at(eve(day, 22)) == 0


def test_who_cancelled_or_only_waits_or_was_erased_is_not_reminded(forum, day):
    cancelled, erased = make_registration(forum), make_registration(forum)
    booking.cancel(cancelled, [1])
    erasure.erase_person(erased, by="a test")
    Quota.objects.filter(day=day).update(capacity=0)
    make_registration(forum, may_wait=[1])

    assert remind_at(eve(day, 10)) == 0


def test_whoever_got_the_ticket_after_ten_needs_no_reminder(forum, day):
    with time_machine.travel(eve(day, 11), tick=False):
        forum.registration_closes_at = eve(day, 23)
        forum.save()
        make_registration(forum)

    assert remind_at(eve(day, 12)) == 0


def in_the_morning():
    """The outbox goes by the database's clock."""
    reminders().update(next_attempt_at=timezone.now() - dt.timedelta(minutes=1), expires_at=None)
    delivery.deliver(reminders().get().pk)


def test_a_reminder_that_waits_is_withdrawn_with_the_seat(forum, day):
    registration = make_registration(forum, days=(1, 2))
    remind_at(eve(day, 22))
    with time_machine.travel(eve(day, 22, 30), tick=False):
        booking.cancel(registration, [1])

    in_the_morning()

    assert reminders().get().state == "cancelled"


def test_a_reminder_that_waits_does_not_go_to_the_old_address(forum, day):
    registration = make_registration(forum)
    remind_at(eve(day, 22))
    addressing.correct(registration, "new@example.org")

    in_the_morning()

    assert reminders().get().state == "cancelled"


def test_whoever_cancels_and_comes_back_is_not_reminded_twice(forum, day):
    registration = make_registration(forum)
    remind_at(eve(day, 10))
    with time_machine.travel(eve(day, 10, 5), tick=False):
        booking.cancel(registration, [1])
        booking.undo_cancel(registration)

    assert (remind_at(eve(day, 10, 10)), reminders().count()) == (0, 1)


def test_without_a_worker_a_command_reminds_everybody(forum, day, capsys):
    make_registration(forum)

    with time_machine.travel(eve(day, 12), tick=False):
        call_command("remind")

    assert capsys.readouterr().out == "1 reminded\n"


def test_when_all_are_reminded_it_costs_two_questions(forum, day, django_assert_num_queries):
    for _ in range(3):
        make_registration(forum)
    remind_at(eve(day, 10))

    with time_machine.travel(eve(day, 11), tick=False), django_assert_num_queries(2):
        reminding.remind()

"""A server that is away, or that we cannot sign in to, costs a few attempts and no mail."""

from __future__ import annotations

import datetime as dt
import logging

import pytest
import time_machine
from django.utils import timezone

from forum.outbox import delivery, provider
from forum.outbox.failures import Failure
from forum.outbox.models import Message, Provider
from tests.at_once import at_once

SECOND, HOUR = dt.timedelta(seconds=1), dt.timedelta(hours=1)


@pytest.fixture
def thirty_mails(promise):
    return [promise(f"person-{number}@example.org") for number in range(30)]


def deliver_all(messages):
    for message in messages:
        delivery.deliver(message.pk)


def attempts():
    return sum(Message.objects.values_list("attempts", flat=True))


def test_while_the_server_is_away_one_mail_tries_for_all(thirty_mails, settings, closed_port):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "forum.outbox.smtp.SmtpBackend", "127.0.0.1"
    settings.EMAIL_PORT = closed_port

    deliver_all(thirty_mails)

    assert attempts() == 1
    assert provider.is_left_alone()


def test_a_wrong_sign_in_burns_no_mail_and_is_said_once(post_office, thirty_mails, caplog):
    post_office.refuses_senders = "530 5.7.0 Authentication required"
    with time_machine.travel(timezone.now(), tick=False) as clock, caplog.at_level(logging.CRITICAL):
        for _attempt in range(5):
            deliver_all(thirty_mails)
            clock.shift(HOUR)
        post_office.refuses_senders = ""
        deliver_all(thirty_mails)

    assert len([record for record in caplog.records if record.levelno == logging.CRITICAL]) == 1
    assert set(Message.objects.values_list("state", "attempts")) == {("sent", 1)}
    assert len(post_office.mails) == 30


def test_pauses_grow_to_a_quarter_of_an_hour_and_end_with_the_first_mail_that_leaves(post_office, promise):
    pauses = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _failure in range(8):
            provider.leave_alone(Failure.AWAY, "it does not answer")
            pauses.append((Provider.objects.get().paused_until - timezone.now()).seconds)
            clock.shift(HOUR)
        delivery.deliver(promise().pk)

    assert pauses == [30, 60, 120, 240, 480, 900, 900, 900]
    assert Provider.objects.values_list("paused_until", "failures", "failure").get() == (None, 0, "")


def test_after_the_pause_it_is_called_again(post_office, promise):
    message = promise()
    provider.leave_alone(Failure.AWAY, "it does not answer")
    delivery.deliver(message.pk)
    assert post_office.mails == []

    with time_machine.travel(timezone.now() + 31 * SECOND):
        delivery.sweep()

    assert len(post_office.mails) == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_workers_that_fail_at_the_same_moment_are_one_failure():
    at_once([lambda: provider.leave_alone(Failure.AWAY, "it does not answer")] * 8)

    assert Provider.objects.get().failures == 1


def test_one_bad_address_pauses_nobody(post_office, thirty_mails):
    post_office.refusals["person-0@example.org"] = "550 5.1.1 No such user"

    deliver_all(thirty_mails)

    states = list(Message.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["failed"] + ["sent"] * 29


def test_neither_the_log_nor_the_servers_row_holds_whose_mail_it_was(post_office, promise, caplog):
    post_office.refusals["seowoo@example.org"] = "550 5.7.1 <seowoo@example.org>: relaying denied"

    delivery.deliver(promise().pk)

    assert "relaying denied" in Provider.objects.get().sentence
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("forum")]
    assert ours
    assert [words for words in [*ours, Provider.objects.get().sentence] if "seowoo" in words] == []

"""A server that is away, or that we cannot sign in to, costs a few attempts and no mail."""

from __future__ import annotations

import datetime as dt
import logging
import time

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from forum.outbox import delivery, provider, tasks
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


def test_a_wrong_sign_in_burns_no_mail_and_is_said_once(post_office, thirty_mails, pass_time, caplog):
    post_office.refuses_senders = "530 5.7.0 Authentication required"
    with caplog.at_level(logging.CRITICAL):
        for _attempt in range(5):
            deliver_all(thirty_mails)
            pass_time(HOUR + SECOND)
        post_office.refuses_senders = ""
        deliver_all(thirty_mails)

    assert len([record for record in caplog.records if record.levelno == logging.CRITICAL]) == 1
    assert set(Message.objects.values_list("state", "attempts")) == {("sent", 1)}
    assert len(post_office.mails) == 30


def test_in_the_first_hours_a_wrong_sign_in_is_tried_a_few_times_however_many_mails_wait(
    post_office, thirty_mails, pass_time, settings
):
    post_office.password, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "right", "forum", "wrong"

    for _minute in range(90):
        delivery.sweep()
        pass_time(60 * SECOND)
    assert post_office.sign_ins == 3
    assert attempts() == 0

    settings.EMAIL_HOST_PASSWORD = "right"  # mended: nobody waits for the pause to end
    assert delivery.sweep() == 30
    assert len(post_office.mails) == 30


def test_what_a_page_for_operators_needs_is_kept(post_office, promise):
    post_office.refuses_senders = "550 5.7.1 Not allowed"

    delivery.deliver(promise().pk)

    row = Provider.objects.get()
    assert (row.failure, row.failures) == ("ours", 1)
    assert "Not allowed" in row.sentence
    assert row.failing_since < row.paused_until


def test_pauses_grow_to_a_quarter_of_an_hour_and_end_with_the_first_mail_that_leaves(post_office, promise, pass_time):
    pauses = []
    for _failure in range(8):
        provider.leave_alone(Failure.AWAY, "it does not answer", provider.turn(0, 1))
        row = Provider.objects.annotate(now=Now()).get()
        pauses.append(round((row.paused_until - row.now) / SECOND))
        pass_time(HOUR)
    delivery.deliver(promise().pk)

    assert pauses == [30, 60, 120, 240, 480, 900, 900, 900]
    assert Provider.objects.values_list("paused_until", "failures", "failure").get() == (None, 0, "")


def test_after_the_pause_it_is_called_again(post_office, promise, pass_time):
    message = promise()
    provider.leave_alone(Failure.AWAY, "it does not answer", provider.turn(0, 1))
    delivery.deliver(message.pk)
    assert post_office.mails == []

    pass_time(31 * SECOND)
    delivery.sweep()

    assert len(post_office.mails) == 1


def test_after_the_pause_one_tries_and_everybody_else_waits_for_how_that_ends(promise, pass_time):
    provider.leave_alone(Failure.AWAY, "it does not answer", provider.turn(0, 1))
    pass_time(31 * SECOND)

    turns = [provider.turn(0, 0.1) for _ in range(3)]

    assert turns == [provider.Turn(1), None, None]
    pass_time(provider.PROBE_LASTS)  # it died
    assert provider.turn(0, 0.1) == provider.Turn(1)


def test_whoever_learns_nothing_about_the_server_hands_the_turn_on(post_office, promise, pass_time):
    provider.leave_alone(Failure.AWAY, "it does not answer", provider.turn(0, 1))
    post_office.refusals["gone@example.org"] = "550 5.1.1 No such user"
    messages = [promise("gone@example.org"), promise("here@example.org")]
    pass_time(31 * SECOND)

    deliver_all(messages)

    assert [message.state for message in Message.objects.order_by("pk")] == ["failed", "sent"]


def test_once_it_is_back_those_whose_turn_was_an_hour_away_need_not_wait(post_office, thirty_mails, pass_time):
    post_office.greeting = "421 4.3.2 Closing"
    for _ in range(12):
        delivery.sweep()
        pass_time(HOUR)
    assert Message.objects.filter(failure="away").exists()
    post_office.be_well()

    delivery.sweep()
    delivery.sweep()

    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


def test_its_return_is_noticed_also_while_nothing_is_due(post_office, promise, pass_time):
    post_office.greeting = "421 4.3.2 Closing"
    promise()
    for _ in range(6):
        delivery.sweep()
        pass_time(HOUR + SECOND)
    Message.objects.update(next_attempt_at=timezone.now() + HOUR)
    post_office.be_well()

    delivery.sweep()

    assert len(post_office.mails) == 1


def test_a_server_that_answers_and_takes_nothing_gets_ever_longer_pauses(post_office, promise, pass_time):
    post_office.drops_before_content = True
    promise()
    for _minute in range(60):
        delivery.sweep()
        pass_time(60 * SECOND)

    assert Provider.objects.get().failures == 8  # after 0, 1, 2, 4, 8, 16, 31 and 46 minutes
    assert post_office.calls == 8


def test_the_rate_is_kept_by_all_together(post_office, thirty_mails, settings):
    settings.MAIL_RATE = 20

    began = time.monotonic()
    delivery.sweep()

    assert 1.35 < time.monotonic() - began < 2.5
    for first, last in zip(post_office.moments, post_office.moments[11:], strict=False):
        assert last - first > 0.45


def test_a_server_that_wants_fewer_gets_half_for_ten_minutes(post_office, promise, pass_time, settings):
    settings.MAIL_RATE = 20
    post_office.refusals["seowoo@example.org"] = "432 4.3.2 Too many"
    delivery.deliver(promise().pk)
    Message.objects.all().delete()

    def seconds_for_ten():
        for _ in range(10):
            promise("other@example.org")
        began = time.monotonic()
        delivery.sweep()
        return time.monotonic() - began

    assert 0.8 < seconds_for_ten() < 1.5
    pass_time(10 * 60 * SECOND)
    assert 0.35 < seconds_for_ten() < 0.75


def test_mail_in_bulk_never_takes_the_turn_of_somebody_who_waits(db, settings):
    settings.MAIL_RATE = 5
    provider.turn(0, 1)

    assert provider.turn(9, 0) is None
    assert not provider.is_free()
    assert provider.turn(0, 0) is not None
    assert provider.turn(0, 0) is None
    assert provider.turn(0, 0.5) is not None
    assert provider.turn(9, 0.1) is None
    assert provider.turn(9, 1) is not None


def test_a_nudged_mail_in_bulk_does_not_wait_in_a_thread_that_a_ticket_needs(post_office, promise, settings):
    settings.MAIL_RATE = 0.5
    first, second = promise(priority=9), promise(priority=9)
    began = time.monotonic()

    tasks.deliver_bulk(first.pk)
    tasks.deliver_bulk(second.pk)

    assert time.monotonic() - began < 1
    assert list(Message.objects.order_by("pk").values_list("state", "attempts")) == [("sent", 1), ("queued", 0)]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_eight_workers_share_one_rate(settings):
    settings.MAIL_RATE = 40
    moments = []

    def work():
        for _ in range(5):
            assert provider.turn(0, 10) is not None
            moments.append(time.monotonic())

    at_once([work] * 8)

    moments.sort()
    assert moments[-1] - moments[0] > 38 / 40 * 0.97


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_eight_threads_of_a_worker_sign_in_wrongly_once(post_office, promise, settings):
    post_office.password, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "right", "forum", "wrong"
    messages = [promise() for _ in range(8)]

    at_once([lambda message=message: delivery.deliver(message.pk) for message in messages])

    assert post_office.sign_ins == 1
    assert set(Message.objects.values_list("state", "attempts")) == {("queued", 0)}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_workers_that_fail_at_the_same_moment_are_one_failure():
    turn = provider.turn(0, 1)
    at_once([lambda: provider.leave_alone(Failure.AWAY, "it does not answer", turn)] * 8)

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


def test_one_recipient_whom_a_policy_keeps_from_us_holds_nobody_elses_mail(post_office, promise):
    post_office.refusals["policy@example.org"] = "550 5.7.1 Not from you"
    first = promise(to_email="policy@example.org")
    others = [promise(to_email=f"good{number}@example.org") for number in range(3)]

    delivery.sweep()

    first.refresh_from_db()
    assert (first.state, len(post_office.mails)) == ("failed", len(others))


def test_a_policy_against_everybody_stops_the_mail_before_much_of_it_has_failed(post_office, promise):
    people = [f"p{number}@example.org" for number in range(10)]
    post_office.refusals |= dict.fromkeys(people, "550 5.7.1 Your network is blocked")
    for address in people:
        promise(to_email=address)

    delivery.sweep()

    assert Message.objects.filter(state="failed").count() == 3
    assert Provider.objects.get().failure == "content"

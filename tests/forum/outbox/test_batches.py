"""Mails that belong together: what is paused stays where it is, what is called off does not leave."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from forum.outbox import batches, delivery, enclosures, holding
from forum.outbox.models import Batch, Message


@pytest.fixture
def batch(db):
    return batches.open_batch()


@pytest.fixture
def three(promise, batch):
    return [promise(f"person-{number}@example.org", batch=batch) for number in range(3)]


def states():
    return list(Message.objects.order_by("pk").values_list("state", flat=True))


def test_a_paused_batch_is_left_alone_by_every_way_of_sending_and_goes_on_later(post_office, three, batch, promise):
    promise("ticket@example.org")
    batches.pause(batch)
    delivery.sweep()
    delivery.deliver(three[0].pk)

    assert [mail["To"] for mail in post_office.mails] == ["ticket@example.org"]
    batches.resume(batch)
    delivery.sweep()
    assert states() == ["sent"] * 4


def test_pausing_does_not_cost_an_attempt(three, batch):
    batches.pause(batch)
    delivery.sweep()

    assert list(Message.objects.values_list("attempts", flat=True)) == [0, 0, 0]


def test_a_cancelled_batch_keeps_what_was_sent_and_sends_nothing_else(post_office, three, batch):
    delivery.deliver(three[0].pk)

    assert batches.cancel(batch) == 2
    delivery.sweep()

    assert states() == ["sent", "cancelled", "cancelled"]
    assert len(post_office.mails) == 1
    assert batches.figures(batch) == {"sent": 1, "cancelled": 2}


def test_what_a_worker_held_when_the_batch_was_cancelled_is_not_tried_again(post_office, three, batch):
    taken = holding.claim(three[0].pk)
    batches.cancel(batch)

    Message.objects.filter(pk=taken.pk).update(lease_until=timezone.now() - dt.timedelta(minutes=5))
    delivery.sweep()

    taken.refresh_from_db()
    assert (taken.state, post_office.mails) == ("cancelled", [])


def test_cancelling_ends_a_pause_and_a_pause_does_not_follow(batch):
    batches.pause(batch)
    batches.cancel(batch)
    batches.pause(batch)

    batch.refresh_from_db()
    assert (batch.paused_at, batch.cancelled_at is None) == (None, False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(paused_at=timezone.now())


def test_a_mail_that_must_wait_goes_back_without_an_attempt(promise, monkeypatch):
    until = timezone.now() + dt.timedelta(hours=3)

    def not_yet(message):
        raise enclosures.Postponed(until)

    monkeypatch.setitem(enclosures._makers, "greeting", not_yet)
    message = promise()
    delivery.deliver(message.pk)

    message.refresh_from_db()
    assert (message.state, message.attempts, message.next_attempt_at) == ("queued", 0, until)

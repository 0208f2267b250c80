"""Promising a mail: with the fact or not at all, once, and without waiting for anybody's broker."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import time
from queue import Empty

import pytest
from django.db import transaction
from django.utils import timezone
from kombu.pools import reset

from forum.breaker import Breaker
from forum.celery import app
from forum.outbox import queue
from forum.outbox.models import Message


@pytest.fixture(autouse=True)
def breaker(monkeypatch):
    monkeypatch.setattr(queue, "broker_breaker", Breaker(pause_seconds=30))
    return queue.broker_breaker


@pytest.fixture
def broker_at(monkeypatch):
    """Points the web process at another broker."""
    before = app.conf.broker_url

    def point(url):
        app.conf.broker_url = app.conf.broker_write_url = url
        app._pool = app.amqp._producer_pool = None
        reset()

    yield point
    point(before)


@pytest.fixture
def nudges():
    """Takes what has been published from a queue: the primary keys."""

    def take(name):
        taken = []
        with app.connection_for_read() as line, line.SimpleQueue(name) as tasks, contextlib.suppress(Empty):
            while True:
                task = tasks.get_nowait()
                task.ack()
                taken.append(task.payload[0][0])
        return taken

    take("mail")
    take("bulk")
    return take


def test_a_promise_is_a_row_that_waits(promise):
    message = promise(reply_to="help@example.org", html="<p>반갑습니다.</p>", priority=3)

    facts = Message.objects.values("kind", "to_email", "reply_to", "subject", "text", "html", "priority", "state").get()
    assert facts == {
        "kind": "greeting",
        "to_email": "seowoo@example.org",
        "reply_to": "help@example.org",
        "subject": "안녕하세요",
        "text": "반갑습니다.",
        "html": "<p>반갑습니다.</p>",
        "priority": 3,
        "state": "queued",
    }
    assert message.dedupe_key == f"greeting:{message.uuid}"


def test_the_same_key_promises_once(promise):
    first, second = promise(dedupe_key="greeting:1"), promise(dedupe_key="greeting:1", text="Something else")

    assert second is None
    assert Message.objects.get() == first


def test_without_a_key_every_promise_is_its_own(promise):
    promise()
    promise()

    assert Message.objects.count() == 2


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\r", "\u2028", "\x0b"])
def test_a_subject_is_one_line_whatever_was_put_into_it(promise, break_):
    assert promise(subject=f"안녕{break_}Bcc: everybody@example.org").subject == "안녕 Bcc: everybody@example.org"


def test_a_promise_goes_with_the_fact_that_fails(promise, django_capture_on_commit_callbacks, nudges):
    @transaction.atomic
    def register_and_fail():
        promise()
        raise RuntimeError("the day is full")

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError):
        register_and_fail()

    assert (Message.objects.count(), nudges("mail")) == (0, [])


def test_the_worker_is_nudged_once_the_promise_is_kept(promise, django_capture_on_commit_callbacks, nudges):
    with django_capture_on_commit_callbacks(execute=True):
        message = promise()
        assert nudges("mail") == []

    assert (nudges("mail"), nudges("bulk")) == ([message.pk], [])


def test_mail_in_bulk_has_a_queue_of_its_own(promise, django_capture_on_commit_callbacks, nudges):
    with django_capture_on_commit_callbacks(execute=True):
        messages = [promise(priority=priority) for priority in (6, 7, 9)]

    assert (nudges("mail"), nudges("bulk")) == ([messages[0].pk], [messages[1].pk, messages[2].pk])


def test_what_leaves_later_nudges_nobody_now(promise, django_capture_on_commit_callbacks, nudges):
    with django_capture_on_commit_callbacks(execute=True):
        promise(not_before=timezone.now() + dt.timedelta(hours=1))

    assert nudges("mail") == []


def test_what_need_not_wait_any_more_nudges_at_once(promise, django_capture_on_commit_callbacks, nudges):
    with django_capture_on_commit_callbacks(execute=True):
        message = promise(not_before=timezone.now())

    assert nudges("mail") == [message.pk]


@pytest.mark.parametrize("port", ["closed_port", "frozen_port"])
def test_a_broker_that_is_away_or_hangs_delays_nobody(
    promise, django_capture_on_commit_callbacks, broker_at, breaker, port, request, caplog
):
    broker_at(f"redis://127.0.0.1:{request.getfixturevalue(port)}/0")

    started = time.monotonic()
    with caplog.at_level(logging.WARNING, "forum"), django_capture_on_commit_callbacks(execute=True):
        message = promise()
    first = time.monotonic() - started
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(20):
            promise()
    others = time.monotonic() - started - first

    assert first < 1.5
    assert others < 0.5  # the breaker spares the attempt
    assert breaker.is_open
    assert [record.message for record in caplog.records if record.name.startswith("forum")] == [
        f"The broker does not answer; the sweep will send message {message.pk}."
    ]
    assert set(Message.objects.values_list("state", flat=True)) == {"queued"}


def test_a_broker_that_is_back_is_used_after_the_pause(
    promise, django_capture_on_commit_callbacks, broker_at, breaker, closed_port, nudges
):
    before = app.conf.broker_url
    broker_at(f"redis://127.0.0.1:{closed_port}/0")
    with django_capture_on_commit_callbacks(execute=True):
        promise()
    broker_at(before)

    breaker.open_until = time.monotonic() - 1
    with django_capture_on_commit_callbacks(execute=True):
        message = promise()

    assert nudges("mail") == [message.pk]

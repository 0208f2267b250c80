"""What monitors are told."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from forum.outbox import queue, rounds
from forum.outbox.models import Batch, Heartbeat, Message

WELL = {"database": True, "migrations": True, "mail": True, "worker": True}


@pytest.fixture
def worker(db):
    rounds.beat("worker")


@pytest.fixture
def message(db):
    return queue.enqueue(kind="greeting", to_email="seowoo@example.org", language="ko", subject="안녕", text="안녕")


def readiness(client):
    response = client.get("/readyz")
    return response.status_code, response.json()


def test_a_process_that_answers_is_alive_without_asking_the_database(client):
    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"ok": True})
    assert "no-store" in response["Cache-Control"]


def test_everything_is_there(client, worker):
    assert readiness(client) == (200, WELL)


def test_a_worker_that_never_beat_is_missing(client, db):
    assert readiness(client) == (503, WELL | {"worker": False})


def test_a_worker_that_stopped_two_minutes_ago_is_missing(client, worker):
    Heartbeat.objects.update(beaten_at=timezone.now() - dt.timedelta(minutes=2, seconds=1))

    assert readiness(client) == (503, WELL | {"worker": False})


def test_mail_that_should_have_left_ten_minutes_ago_is_late(client, worker, message):
    Message.objects.update(next_attempt_at=timezone.now() - dt.timedelta(minutes=10, seconds=1))

    assert readiness(client) == (503, WELL | {"mail": False})


@pytest.mark.parametrize(("failure", "is_well"), [("away", False), ("later", True)])
def test_mail_that_is_put_off_again_and_again_is_late_unless_it_is_one_mailbox(
    client, worker, message, failure, is_well
):
    tried, again = (timezone.now() + dt.timedelta(minutes=each) for each in (-11, 5))
    Message.objects.update(first_tried_at=tried, next_attempt_at=again, attempts=4, failure=failure)

    assert readiness(client)[1] == WELL | {"mail": is_well}


@pytest.mark.parametrize("fields", [{}, {"state": "failed"}, {"state": "expired"}])
def test_mail_that_waits_for_a_moment_or_will_never_leave_is_not_late(client, worker, message, fields):
    long_ago = {"next_attempt_at": timezone.now() - dt.timedelta(days=1)} if fields else {}
    Message.objects.update(**fields, **long_ago)

    assert readiness(client) == (200, WELL)


def test_bulk_that_takes_its_time_and_what_an_organiser_paused_is_not_late(client, worker, message):
    long_ago = timezone.now() - dt.timedelta(days=1)
    Message.objects.update(next_attempt_at=long_ago, batch=Batch.objects.create(paused_at=long_ago))
    paused = readiness(client)
    Message.objects.update(batch=None, priority=9)

    assert (paused, readiness(client)) == ((200, WELL), (200, WELL))


def test_a_migration_that_has_not_run_is_told(client, worker):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'registration'")

    assert readiness(client) == (503, WELL | {"migrations": False})


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_monitors_may_ask_by_head_and_nobody_may_post(client, worker, path):
    assert (client.head(path).status_code, client.post(path).status_code) == (200, 405)

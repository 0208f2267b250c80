"""Celery's way into the outbox: a task takes a primary key and calls a verb."""

from __future__ import annotations

import threading
from typing import Any

from celery import shared_task
from celery.signals import worker_process_shutdown, worker_shutdown, worker_shutting_down
from django.conf import settings

from forum.outbox import delivery, lines, rounds
from forum.outbox.models import Message

_is_ending = threading.Event()


@shared_task
def deliver_message(message_id: int) -> None:
    delivery.deliver(message_id)


@shared_task
def deliver_bulk(message_id: int) -> None:
    """At once or not at all: where it would have to wait, the sweep sends it, in the order of all."""
    delivery.deliver(message_id, patience=0)


@shared_task
def sweep() -> None:
    _sweep("sweep", Message.objects.urgent())


@shared_task
def sweep_bulk() -> None:
    _sweep("sweep-bulk", Message.objects.bulk())


@shared_task
def beat() -> None:
    rounds.beat("worker")


def _sweep(name: str, among: Any) -> None:
    """A round ends before the next one begins, so that it never takes more than one of the worker's threads."""
    every = settings.OUTBOX_SWEEP_EVERY
    if rounds.begins(name, every):
        delivery.sweep(among, seconds=0.9 * every, is_over=_is_ending.is_set)


@worker_shutting_down.connect
def _end_rounds(**_: Any) -> None:
    """A worker that is asked to stop ends the mail at hand, not everything that is due."""
    _is_ending.set()


@worker_process_shutdown.connect
@worker_shutdown.connect
def _end_lines(**_: Any) -> None:
    lines.end_all()

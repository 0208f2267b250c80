"""Celery's way into the outbox: a task takes a primary key and calls a verb."""

from __future__ import annotations

from celery import shared_task

from forum.outbox import delivery


@shared_task
def deliver_message(message_id: int) -> None:
    delivery.deliver(message_id)


@shared_task
def deliver_bulk(message_id: int) -> None:
    delivery.deliver(message_id)


@shared_task(expires=15)
def sweep() -> None:
    delivery.sweep()


@shared_task(expires=15)
def beat() -> None:
    delivery.beat("worker")

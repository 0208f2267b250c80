"""What the clock brings after the doors have closed."""

from __future__ import annotations

from celery import shared_task

from registration.checkin import afterwards


@shared_task(expires=300)
def write_afterwards() -> None:
    afterwards.write()

"""Rounds that beat starts, and that are worth walking once: two beats, or an hour's worth of them that waited in a
queue, are one round. The database's clock decides, not that of a worker, which may be wrong."""

from __future__ import annotations

from datetime import timedelta

from django.db.models.functions import Now

from forum.outbox.models import Heartbeat


def begins(name: str, every: float) -> bool:
    """Whether this round is to be walked: the last one began at least two thirds of its time ago."""
    earliest = Now() - timedelta(seconds=every) * 2 / 3
    if Heartbeat.objects.filter(name=name, beaten_at__lte=earliest).update(beaten_at=Now()):
        return True
    return Heartbeat.objects.get_or_create(name=name)[1]


def beat(name: str) -> None:
    """Note that this part is alive."""
    if not Heartbeat.objects.filter(name=name).update(beaten_at=Now()):
        Heartbeat.objects.get_or_create(name=name)

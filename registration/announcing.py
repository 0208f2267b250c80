"""News that organisers send to those who agreed to it. Nothing goes out by the clock."""

from __future__ import annotations

import datetime as dt

from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from programme.models import Edition
from registration import consent, notices, promotion
from registration.models import Registration

BATCH = 100  # mails written in one transaction, for which SQLite lets nobody else write


def listeners(edition: Edition, now: dt.datetime | None = None) -> models.QuerySet[Registration]:
    """Whom news of this edition may reach: addresses whose last answer about news was yes, each once."""
    reachable = edition.registrations.exclude(email_key="")
    newer = reachable.filter(email_key=OuterRef("email_key"), pk__gt=OuterRef("pk"))
    return reachable.filter(~Exists(newer), pk__in=consent.wants_news(now)).order_by("pk")


def recordings_are_up(edition: Edition, now: dt.datetime | None = None) -> int:
    """Tell the listeners that the recordings are online. Again tells only whom nobody told. Answers how many."""
    now = now or timezone.now()
    told, last = 0, 0
    while batch := list(listeners(edition, now).filter(pk__gt=last)[:BATCH]):
        told += _tell(batch, edition, now)
        last = batch[-1].pk
    return told


@transaction.atomic
def _tell(batch: list[Registration], edition: Edition, now: dt.datetime) -> int:
    not_before = promotion.awake(now, edition.days.first())
    told = 0
    for registration in batch:
        registration.edition = edition
        told += notices.recordings_up(registration, not_before)
    return told

"""A day of the forum, as those see it who work there."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone


@pytest.fixture
def on_day_one(forum):
    """Noon of the first day; people may still register."""
    day = forum.days.get(number=1)
    type(forum).objects.filter(pk=forum.pk).update(registration_closes_at=timezone.now() + dt.timedelta(days=60))
    forum.refresh_from_db()
    with time_machine.travel(day.at(dt.time(12)), tick=False):
        yield day

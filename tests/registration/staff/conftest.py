"""A day of the forum, as those see it who work there."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from registration.checkin.models import Point
from tests.registration.staff.at_the_desk import begin_day


@pytest.fixture
def on_day_one(forum):
    """Noon of the first day; people may still register."""
    day = forum.days.get(number=1)
    type(forum).objects.filter(pk=forum.pk).update(registration_closes_at=timezone.now() + dt.timedelta(days=60))
    forum.refresh_from_db()
    with time_machine.travel(day.at(dt.time(12)), tick=False):
        yield day


@pytest.fixture
def today(forum) -> Point:
    """Day 1 is today. The hall."""
    return begin_day(forum)


@pytest.fixture
def desk(client, steward, today):
    """A steward who sits at the desk."""
    client.force_login(steward)
    return client

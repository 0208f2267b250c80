"""Doors of the forum."""

from __future__ import annotations

import pytest
import time_machine
from django.utils import timezone

from tests.registration.checkin.doors import Door


@pytest.fixture
def door(forum) -> Door:
    """The hall's door on day 1."""
    return Door(forum)


@pytest.fixture(autouse=True)
def _noon():
    """The middle of a day: what was an hour ago is of the same one."""
    with time_machine.travel(timezone.localtime().replace(hour=12)):
        yield

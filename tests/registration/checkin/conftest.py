"""Doors of the forum."""

from __future__ import annotations

import pytest

from tests.registration.checkin.doors import Door


@pytest.fixture
def door(forum) -> Door:
    """The hall's door on day 1."""
    return Door(forum)

"""The cast: a forum two weeks ahead, an organiser, a steward, and what a test needs but does not have."""

from __future__ import annotations

import datetime as dt
import io
import os
import socket
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

CHROMIUM = "/usr/bin/chromium"
PARTS = {
    "postgres": lambda: connection.vendor == "postgresql",
    "stack": lambda: _answers(5432) and _answers(6379),
    "browser": lambda: Path(CHROMIUM).exists(),
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that needs PostgreSQL, Redis or Chromium runs where these are. Under CI they must be there.

    Races need a database with real rows to lock: with SQLite settings CI leaves `postgres` out (`-m "not postgres"`).
    """
    for part, is_there in PARTS.items():
        if item.get_closest_marker(part) and not is_there():
            missing = f"{part} is not there"
            pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)


@pytest.fixture(autouse=True)
def _nothing_counted_yet():
    cache.clear()


@pytest.fixture
def forum(db):
    """The forum's own content, moved to two weeks from now; registration is open."""
    from programme.models import Edition

    call_command("load_forum", move_to=timezone.localdate() + dt.timedelta(days=15), verbosity=0, stdout=io.StringIO())
    return Edition.objects.get(is_current=True)


@pytest.fixture
def organiser(db):
    return _staff("organiser@example.org", "organiser")


@pytest.fixture
def steward(db):
    return _staff("steward@example.org", "steward")


@pytest.fixture
def organiser_client(client, organiser):
    client.force_login(organiser)
    return client


@pytest.fixture
def steward_client(client, steward):
    client.force_login(steward)
    return client


def _staff(email: str, role: str):
    from forum.accounts.models import User

    user = User.objects.create_user(email, is_staff=role == "organiser")
    user.groups.add(Group.objects.get(name=role))
    return user


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0

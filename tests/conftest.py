"""The cast: a forum two weeks ahead, an organiser, a steward, and what a test needs but does not have."""

from __future__ import annotations

import copy
import datetime as dt
import io
import os
import socket
from pathlib import Path

import hypothesis
import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone, translation

from forum.remembering import forget

# The same examples in every run, and no stopwatch: a busy machine is no fault of ours.
hypothesis.settings.register_profile("forum", deadline=None, derandomize=True, max_examples=60)
hypothesis.settings.load_profile("forum")

LOADED = ("programme", "registration", "checkin")  # the apps whose tables loading fills
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
def _as_a_new_visitor(settings):
    """Nothing counted yet, no page kept, and no language left over from another test's page."""
    settings.PAGES_KEPT_SECONDS = 0
    cache.clear()
    forget()
    translation.deactivate()


@pytest.fixture(scope="session")
def _loaded_rows(django_db_setup, django_db_blocker):
    """What loading the forum writes, by table. Loaded once and taken back: copying rows is ten times as fast."""
    with django_db_blocker.unblock(), transaction.atomic():
        moved_to = timezone.localdate() + dt.timedelta(days=15)
        call_command("load_forum", move_to=moved_to, verbosity=0, stdout=io.StringIO())
        tables = [model for app in LOADED for model in apps.get_app_config(app).get_models(include_auto_created=True)]
        rows = {model: list(QuerySet(model)) for model in tables}
        transaction.set_rollback(True)
    return {model: found for model, found in rows.items() if found}


@pytest.fixture
def forum(db, _loaded_rows):
    """The forum's own content, moved to two weeks from now; registration is open."""
    from programme.models import Edition

    with transaction.atomic():  # references are looked at when it ends, so the order of tables does not matter
        for model, rows in _loaded_rows.items():
            QuerySet(model).bulk_create(copy.copy(row) for row in rows)
    return Edition.objects.get(is_current=True)


@pytest.fixture
def pass_time(db):
    """Let time pass where it counts. The outbox asks the database for it, so nothing moves but what is written there:
    every moment of every message and of the server lies so much further back."""
    from forum.outbox.models import Message, Provider

    moments = {
        Message: ("created_at", "next_attempt_at", "expires_at", "lease_until", "first_tried_at", "last_tried_at"),
        Provider: ("paused_until", "failing_since", "free_at", "slowed_until"),
    }

    def wait(time: dt.timedelta) -> None:
        for model, names in moments.items():
            model.objects.update(**{name: F(name) - time for name in names})

    return wait


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

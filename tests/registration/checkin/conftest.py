"""Doors of the forum, and PostgreSQL for what SQLite cannot show: two doors at the same moment."""

from __future__ import annotations

import environs
import pytest
from django.db import connections

from programme.models import Edition
from tests.product import Product, own_database
from tests.registration.checkin.doors import Door


@pytest.fixture
def door(forum) -> Door:
    """The hall's door on day 1."""
    return Door(forum)


@pytest.fixture(scope="session")
def postgres_database(tmp_path_factory):
    """The address of a PostgreSQL database that holds the forum and nobody."""
    with own_database() as url:
        product = Product(tmp_path_factory.mktemp("postgres"), {"DATABASE_URL": url})
        product.manage("migrate", "-v", "0")
        product.load_forum()
        yield url


@pytest.fixture
def postgres_forum(postgres_database, django_db_blocker, monkeypatch):
    """The forum in PostgreSQL, which every thread of the test reaches by a connection of its own. Nothing is undone."""
    monkeypatch.setenv("DATABASE_URL", postgres_database)
    ours = connections.settings["default"] | environs.Env().dj_db_url("DATABASE_URL")
    ours |= {"OPTIONS": {}, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False}
    monkeypatch.setitem(connections.settings, "default", ours)
    usual = connections["default"]
    del connections["default"]
    with django_db_blocker.unblock():
        try:
            yield Edition.objects.get(is_current=True)
        finally:
            connections["default"].close()
            connections["default"] = usual

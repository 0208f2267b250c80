"""What logs may hold."""

from __future__ import annotations

import io
import logging

import pytest
from django.conf import settings
from django.test import Client
from django.utils.module_loading import import_string

from registration import links


@pytest.fixture
def console(monkeypatch):
    """What the product's own console handler writes."""
    handler = logging.StreamHandler(io.StringIO())
    for name in settings.LOGGING["handlers"]["console"]["filters"]:
        handler.addFilter(import_string(settings.LOGGING["filters"][name]["()"])())
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    yield handler.stream
    logger.removeHandler(handler)


def test_a_secret_link_that_fails_stands_in_no_log(db, console, monkeypatch):
    monkeypatch.setattr(links, "registration_behind", lambda token: 1 / 0)

    answer = Client(raise_request_exception=False).get("/t/0123456789-ABCDEFGHJKMNPQRSTVWXYZ0123/")

    assert answer.status_code == 500
    assert "/t/…" in console.getvalue()
    assert "ABCDEFGH" not in console.getvalue()


def test_other_addresses_are_written_as_they_are(console):
    logging.getLogger("django.request").error("Internal Server Error: %s", "/ko/2022/register/")

    assert "Internal Server Error: /ko/2022/register/" in console.getvalue()

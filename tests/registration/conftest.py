"""The three pages of registering, in both languages or in one."""

from __future__ import annotations

import pytest

from programme.models import Session
from registration import links
from tests.factories import make_registration
from tests.programme.test_admin import change, filled
from tests.registration.editing import said
from tests.registration.sign_up_pages import SignUp


@pytest.fixture(params=["ko", "en"])
def sign_up_in(request, client, forum):
    return SignUp(client, forum, request.param)


@pytest.fixture
def sign_up_pages(client, forum):
    return SignUp(client, forum, "ko")


@pytest.fixture
def registration(forum):
    """홍서우, registered for both days on the Korean page."""
    return make_registration(forum, days=(1, 2), email="seowoo@example.kr")


@pytest.fixture
def owner(client, registration):
    """Their browser, after the link was opened in it."""
    client.get(f"/t/{links.token_of(registration)}/")
    return client


@pytest.fixture
def keynotes(forum):
    return Session.objects.get(slug="session-1")


@pytest.fixture
def save(organiser_client):
    """Save a page of the admin with these answers. Answers what it then says."""

    def saved(row, **typed):
        page = change(row)
        return said(organiser_client.post(page, filled(organiser_client, page, **typed)))

    return saved

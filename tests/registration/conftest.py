"""The three pages of registering, in both languages or in one."""

from __future__ import annotations

import pytest

from registration import links
from tests.factories import make_registration
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

"""The three pages of registering, in both languages or in one."""

from __future__ import annotations

import pytest

from tests.registration.sign_up_pages import SignUp


@pytest.fixture(params=["ko", "en"])
def sign_up_in(request, client, forum):
    return SignUp(client, forum, request.param)


@pytest.fixture
def sign_up_pages(client, forum):
    return SignUp(client, forum, "ko")

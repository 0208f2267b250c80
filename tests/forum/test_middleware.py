"""Whose request it is when proxies stand in front."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from forum.middleware import address_of_the_visitor

NGINX = "10.0.0.9"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, NGINX),
        (0, "203.0.113.7", NGINX),  # nobody is trusted, so anybody may have written this
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.1, 203.0.113.7", "203.0.113.7"),  # the first was forged by the visitor
        (2, "198.51.100.1, 203.0.113.7, 10.0.0.8", "203.0.113.7"),
        (1, "2001:db8::7", "2001:db8::7"),
        (1, None, NGINX),
        (2, "203.0.113.7", NGINX),
        (1, "unknown", NGINX),
        (1, "203.0.113.7:4711", NGINX),
    ],
)
def test_the_address_is_what_the_outermost_trusted_proxy_saw(settings, proxies, forwarded, address):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    request = RequestFactory().get("/", REMOTE_ADDR=NGINX, headers=headers)

    answer = address_of_the_visitor(lambda asked: HttpResponse(asked.META["REMOTE_ADDR"]))(request)

    assert answer.content.decode() == address

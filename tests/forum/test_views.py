"""Answers that belong to no app: what went wrong before a page was reached, and what robots may read."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.test import Client

from tests.pages import Page, is_korean

TOO_LARGE = "x" * 3_000_000
POSTABLE = ["/accounts/login/", "/accounts/login/code/", "/language/setlang/"]


def is_bad_request_in_both_languages(response):
    page = Page(response)
    return (
        response.status_code == 400
        and is_korean(page.title)
        and "We could not handle this request" in page.text
        and "요청을 처리하지 못했습니다" in page.text
        and [link for link in page.links if link in ("/ko/", "/en/")] == ["/ko/", "/en/"]
    )


@pytest.mark.parametrize("path", POSTABLE)
@pytest.mark.parametrize("forgery_is_checked", [True, False])
def test_a_body_that_is_too_large_is_refused_in_both_languages(db, path, forgery_is_checked):
    client = Client(enforce_csrf_checks=forgery_is_checked)
    token = client.get("/accounts/login/").cookies["csrf"].value
    facts = {"csrfmiddlewaretoken": token, "login": TOO_LARGE}

    in_parts = client.post(path, facts)
    in_one = client.post(path, urlencode(facts), content_type="application/x-www-form-urlencoded")

    assert (is_bad_request_in_both_languages(in_parts), is_bad_request_in_both_languages(in_one)) == (True, True)


def test_a_thousand_and_one_fields_are_refused(db, client):
    body = "&".join(f"days={number}" for number in range(1_001))

    answer = client.post("/accounts/login/", body, content_type="application/x-www-form-urlencoded")

    assert is_bad_request_in_both_languages(answer)


def test_a_form_that_breaks_off_is_refused(db, client):
    answer = client.post("/accounts/login/", b"--x\r\nbroken", content_type="multipart/form-data")

    assert is_bad_request_in_both_languages(answer)


@pytest.mark.parametrize(
    "host", ["evil.example.org", "forum.test.evil.example.org", "forum.test:80@evil.example.org", ""]
)
@pytest.mark.parametrize("path", ["/", "/ko/", "/accounts/login/", "/admin/"])
def test_a_host_that_is_not_ours_is_refused(db, client, host, path):
    assert is_bad_request_in_both_languages(client.get(path, headers={"host": host}))


def test_a_form_without_its_token_is_refused_in_words(db):
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a@example.org"})

    assert answer.status_code == 403
    assert [template.name for template in answer.templates][0] == "403_csrf.html"
    assert is_korean(Page(answer).text)


def test_an_address_that_does_not_exist_is_not_found_in_the_language_of_its_address(db, client):
    korean, english = Page(client.get("/ko/no/such/page/")), Page(client.get("/en/no/such/page/"))

    assert (korean.language, english.language) == ("ko", "en")
    assert (is_korean(korean.title), english.title.startswith("Page not found")) == (True, True)


@pytest.mark.parametrize(
    "path", ["/%00/", "/ko/%00/", "/ko/%ff%fe/", "/t/%00/", "/ko/ticket/%00/", "/ko/ticket/%00/qr.png"]
)
def test_addresses_that_no_text_can_hold_are_not_found(db, client, path):
    assert client.get(path).status_code == 404


def test_robots_keep_out_of_what_is_personal(client):
    answer = client.get("/robots.txt")

    rules = answer.content.decode().splitlines()
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert rules[0] == "User-agent: *"
    assert {"Disallow: /t/", "Disallow: /*/ticket/", "Disallow: /admin/", "Disallow: /staff/"} <= set(rules)
    assert "Disallow: /" not in rules


@pytest.mark.parametrize("path", ["/ko/privacy/", "/accounts/login/", "/robots.txt", "/healthz"])
def test_every_answer_asks_for_no_sensor_and_allows_no_stranger(db, client, path):
    answer = client.get(path)

    assert answer["Permissions-Policy"].startswith("camera=(), microphone=()")
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert (answer["X-Content-Type-Options"], answer["X-Frame-Options"]) == ("nosniff", "DENY")
    assert answer["Referrer-Policy"] == "strict-origin-when-cross-origin"

"""What a phone keeps of the scanner, and how its home screen shows it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from registration.checkin import installing

SCRIPTS = Path(settings.BASE_DIR, "static/js/checkin")


@pytest.fixture
def told(client, db):
    """What the service worker is told to keep."""

    def ask() -> dict:
        script = client.get("/checkin/sw.js").content.decode()
        return json.loads(re.match(r"self\.SHELL = (\{.*\});$", script, re.MULTILINE)[1])

    return ask


def test_a_phone_keeps_both_pages_and_every_file_that_they_name(told, client):
    shell = told()

    assert shell["pages"] == {"ko": "/checkin/?lang=ko", "en": "/checkin/?lang=en"}
    named = set()
    for address in shell["pages"].values():
        page = client.get(address).content.decode()
        named |= set(re.findall(r'(?:src|href|data-\w+)="(/static/[^"]+)"', page))
    assert sorted(named - set(shell["files"])) == []


def test_a_phone_keeps_every_script_that_another_one_imports(told):
    kept = {Path(address).name.partition(".")[0] for address in told()["files"] if "/js/checkin/" in address}

    imported = set()
    for path in SCRIPTS.glob("*.js"):
        imported |= set(re.findall(r'from "\./(\w+)\.js"', path.read_text()))
    assert imported <= kept
    assert "service" not in kept  # the browser keeps its service worker itself


def test_every_file_that_is_kept_exists():
    assert [name for name in installing.names() if not finders.find(name)] == []


def test_another_wording_is_another_version(told, monkeypatch):
    before = told()["version"]
    assert told()["version"] == before

    monkeypatch.setattr(installing, "VERSION", "99.0")  # stands in the page

    assert told()["version"] != before


def test_the_service_worker_is_asked_for_anew_and_may_not_rule_more_than_the_scanner(client, db):
    answer = client.get("/checkin/sw.js")

    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    assert "Service-Worker-Allowed" not in answer


@pytest.mark.parametrize(("language", "name"), [("ko", "입장 확인"), ("en", "Check-in")])
def test_a_home_screen_shows_it_in_the_language_of_the_page(client, db, language, name):
    answer = client.get(f"/checkin/manifest.webmanifest?lang={language}")

    manifest = answer.json()
    assert answer["Content-Type"] == "application/manifest+json"
    assert (manifest["short_name"], manifest["lang"]) == (name, language)
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/checkin/", "/checkin/", "standalone")
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    assert [icon["src"] for icon in manifest["icons"] if not finders.find(icon["src"].removeprefix("/static/"))] == []

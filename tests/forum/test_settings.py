"""The settings as production reads them: complete or not at all, and safe. Each case is a process of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMPLETE = {
    "DJANGO_SETTINGS_MODULE": "forum.settings",
    "PUBLIC_URL": "https://forum.example.org",
    "SECRET_KEY": "a-key-of-fifty-characters-or-more-which-nobody-guesses-0123456789",
    "LINK_KEY": "another-key",
    "TICKET_KEYS": "1=" + "11" * 32,
    "DATABASE_URL": "postgres://forum@127.0.0.1:1/forum",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "CACHE_URL": "redis://127.0.0.1:1/1",
    "EMAIL_URL": "submission://forum:secret@mail.example.org:587",
    "DEFAULT_FROM_EMAIL": "forum@example.org",
}


@pytest.fixture
def run(tmp_path):
    """Runs Python with exactly these settings. Answers the exit code, and what it printed or complained about."""

    def run(*arguments, **environ):
        settings = {name: value for name, value in (COMPLETE | environ).items() if value is not None}
        needed = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        (tmp_path / "static").mkdir(exist_ok=True)
        done = subprocess.run(
            [sys.executable, *arguments],
            env=needed | {"VAR": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"} | settings,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.returncode, done.stderr if done.returncode else done.stdout

    return run


@pytest.fixture
def values(run):
    """The values of these settings in a process with this environment."""

    def values(*names, **environ):
        code = f"import json; from forum import settings; print(json.dumps([getattr(settings, n) for n in {names!r}]))"
        returned, printed = run("-c", code, **environ)
        assert returned == 0, printed
        return json.loads(printed)

    return values


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("PUBLIC_URL", "Set PUBLIC_URL to the address of the site"),
        ("SECRET_KEY", "Set SECRET_KEY, or SECRET_KEY_FILE"),
        ("LINK_KEY", "Set LINK_KEY, or LINK_KEY_FILE"),
        ("TICKET_KEYS", "Set TICKET_KEYS, or TICKET_KEYS_FILE"),
        ("EMAIL_URL", "Set EMAIL_URL, for example submission://"),
        ("DEFAULT_FROM_EMAIL", "Set DEFAULT_FROM_EMAIL to the sender"),
    ],
)
def test_production_does_not_start_half_configured(run, tmp_path, missing, sentence):
    returned, printed = run("-c", "import forum.settings", **{missing: None})

    assert returned == 1
    assert f"ImproperlyConfigured: {sentence}" in printed
    assert not (tmp_path / "secrets.json").exists()


def test_production_is_safe_without_being_told(values):
    names = ["DEBUG", "DEVELOPMENT", "REQUIRE_SECOND_FACTOR", "OFFICIAL_BANNER", "SECURE_SSL_REDIRECT", "ALLOWED_HOSTS"]
    cookies = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME"]

    assert values(*names) == [False, False, True, False, True, ["forum.example.org"]]
    assert values(*cookies) == [True, True, "__Host-s", "__Host-csrf"]


def test_the_checks_of_deployment_find_nothing(run):
    assert run("manage.py", "check", "--deploy", "--fail-level", "WARNING")[0] == 0


def test_the_checks_of_deployment_find_a_copy_for_development(run):
    returned, printed = run("manage.py", "check", "--deploy", DEVELOPMENT="true", DATABASE_URL=None, CACHE_URL="")

    assert returned == 1
    assert sorted(set(re.findall(r"forum\.\w\d+", printed))) == ["forum.E001", "forum.E002", "forum.E003", "forum.W001"]


def test_a_mail_server_is_named_by_its_address(values):
    names = ["EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD", "EMAIL_USE_TLS", "EMAIL_USE_SSL"]

    assert values(*names) == ["mail.example.org", 587, "forum", "secret", True, False]
    assert values(*names, EMAIL_URL="smtp://127.0.0.1:25") == ["127.0.0.1", 25, "", "", False, False]


@pytest.mark.parametrize(
    "wrong", [{"EMAIL_URL": "pigeon://roof"}, {"MAIL_RATE": "0"}, {"EMAIL_DEADLINE": "61"}, {"EMAIL_DEADLINE": "0"}]
)
def test_mail_settings_that_cannot_work_stop_the_start(run, wrong):
    assert run("-c", "import forum.settings", **wrong)[0] == 1


def test_another_provider_than_a_mail_server_is_named_by_its_backend(values):
    mailgun = {"EMAIL_BACKEND": "anymail.backends.mailgun.EmailBackend", "ANYMAIL": '{"MAILGUN_API_KEY": "k"}'}

    assert values("EMAIL_BACKEND", "ANYMAIL", **mailgun, EMAIL_URL=None) == [
        "anymail.backends.mailgun.EmailBackend",
        {"MAILGUN_API_KEY": "k"},
    ]


ASK = """
import django; django.setup()
from django.test import Client
from django.urls import Resolver404, resolve
from forum.limits import spend
for _ in range(3):
    spend("somebody", allowed=5, seconds=60)
ask = Client(headers={"host": "forum.example.org"})
try:
    resolve("/dev/mail/")
except Resolver404:
    print("no mailbox")
print(*(ask.get(path, secure=True).status_code for path in ("/healthz", "/readyz")))
"""


def test_without_database_and_cache_it_answers_and_says_that_it_is_not_ready(run):
    assert run("-W", "ignore", "-c", ASK, CACHE_URL="") == (0, "no mailbox\n200 503\n")


def test_a_provider_that_reports_bounces_has_an_address_here_and_nobody_without_it(run):
    ask = "from django.urls import resolve; print(resolve('/mail/events/mailgun/').url_name)"
    code = f"import django; django.setup(); {ask}"
    told = {"MAIL_EVENTS_FROM": "mailgun", "MAIL_EVENTS_SECRET": "forum:0123456789abcdef"}

    assert run("-c", code, **told, MAIL_EVENTS_SIGNING_KEY="key") == (0, "mail_events\n")
    assert [run("-c", code, **more)[0] for more in ({}, told)] == [1, 1]

"""docker-compose.yml and what stands beside it: every name in them means something.

No Docker is needed: the files are read, and each command, path, variable and address is looked up where it lives.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from celery.bin.base import CLIContext
from celery.bin.beat import beat
from celery.bin.worker import worker
from django.conf import settings
from django.core.management import get_commands
from django.urls import resolve
from gunicorn.config import Config

from forum.celery import app as celery_app
from forum.local import up
from tests.postgresql import DISCREET

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
BIN = Path(sys.executable).parent

# What the images that we do not build ourselves bring.
KNOWN_IMAGES = {
    "nginx": {"curl"},
    "postgres": {"pg_isready", "postgres"},
    "valkey/valkey": {"valkey-server", "valkey-cli"},
    "axllent/mailpit": set(),
}
# Read by docker-compose.yml or by ./run alone.
NOT_SETTINGS = {"PUBLIC_HOST", "POSTGRES_PASSWORD", "MOVE_TO", "HTTP_PORT", "HTTPS_PORT", "MAILPIT_PORT", "BIND"}


@pytest.mark.parametrize("name", SERVICES)
def test_every_executable_is_in_its_image(name):
    service = SERVICES[name]
    named = [command[0] for command in (service.get("command"), check_of(service)) if command]

    if name in OURS:
        assert [each for each in named if not ((BIN / each).exists() or each == "sh")] == []
    else:
        assert set(named) <= KNOWN_IMAGES[service["image"].rpartition(":")[0]]


@pytest.mark.parametrize("name", SERVICES)
def test_every_mounted_path_is_in_the_repository_or_a_declared_volume(name):
    sources = [volume.split(":")[0] for volume in SERVICES[name].get("volumes", [])]

    assert [s for s in sources if not ((ROOT / s).exists() if s.startswith(".") else s in COMPOSE["volumes"])] == []


def test_every_declared_volume_is_mounted():
    mounted = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}

    assert set(COMPOSE["volumes"]) <= mounted


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_that_is_waited_for_can_say_that_it_is_ready(name):
    for awaited, how in SERVICES[name].get("depends_on", {}).items():
        if how["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[awaited]
        else:
            assert (how["condition"], SERVICES[awaited]["restart"]) == ("service_completed_successfully", "no")


def test_every_health_check_asks_an_address_that_exists():
    checks = " ".join(str(service.get("healthcheck", "")) for service in SERVICES.values())
    paths = re.findall(r"http://127\.0\.0\.1(?::8000)?(/[a-z]+)", checks)

    assert [resolve(path).func.__name__ for path in paths] == ["healthz", "healthz"]


def test_our_containers_get_only_variables_that_are_read():
    given = {name for service in OURS.values() for name in service["environment"]}

    assert given - names_read() == {"MOVE_TO"}  # by the shell of `prepare`


def test_env_example_names_every_setting_and_nothing_else():
    assert names_explained() == names_read() | NOT_SETTINGS


def test_every_variable_that_compose_asks_for_is_explained():
    assert set(re.findall(r"(?<!\$)\$\{(\w+)", (ROOT / "docker-compose.yml").read_text())) <= names_explained()


def test_no_secret_has_a_default():
    compose, example = (ROOT / "docker-compose.yml").read_text(), (ROOT / ".env.example").read_text()

    for secret in ("SECRET_KEY", "LINK_KEY", "TICKET_KEYS", "POSTGRES_PASSWORD"):
        assert f"${{{secret}:?" in compose
        assert f"${{{secret}:-" not in compose
        assert re.search(rf"^{secret}=$", example, re.MULTILINE)


def test_production_settings_accept_what_compose_gives(tmp_path):
    ran = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "VAR": str(tmp_path)} | given_by_compose(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_database_writes_down_no_statement_that_it_refused():
    assert {f"{name}={value}" for name, value in DISCREET.items()} <= set(SERVICES["database"]["command"])


def test_every_management_command_exists():
    text = (ROOT / "docker-compose.yml").read_text() + (ROOT / "Dockerfile").read_text()

    assert set(re.findall(r"manage\.py (\w+)", text)) <= set(get_commands())


def test_web_runs_as_it_does_without_docker():
    assert options_of_web(SERVICES["web"]["command"]) == options_of_web(["gunicorn", *up.WEB[3:], "-b", "0.0.0.0:8000"])


def test_the_image_starts_web_by_itself():
    command = re.search(r"^CMD (\[.*\])$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)[1]

    assert yaml.safe_load(command) == SERVICES["web"]["command"]


def test_workers_run_as_they_do_without_docker_and_serve_every_queue():
    here = options(worker, up.WORKER[up.WORKER.index("worker") + 1 :])
    there = [options(worker, SERVICES[name]["command"][4:]) for name in ("worker", "worker-bulk")]

    assert {(each["pool"], each["concurrency"]) for each in there} == {(here["pool"], here["concurrency"])}
    assert sorted(queue for each in there for queue in each["queues"]) == sorted(here["queues"])
    routed = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()} | {settings.CELERY_TASK_DEFAULT_QUEUE}
    assert routed <= set(here["queues"])
    assert (here["beat"], [each["beat"] for each in there]) == (True, [None, None])
    assert options(beat, SERVICES["beat"]["command"][4:])["schedule"] == "/tmp/beat-schedule"


def test_the_image_copies_what_exists():
    lines = re.findall(r"^COPY (?!--from)(.+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    sources = [source for line in lines for source in shlex.split(line)[:-1]]

    assert [source for source in sources if not (ROOT / source).exists()] == []


def test_nginx_passes_on_to_a_service_and_takes_one_name_from_the_environment():
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    host, port = re.search(r"server (\w+):(\d+);", text).groups()

    assert f"0.0.0.0:{port}" in SERVICES[host]["command"]
    assert set(re.findall(r"\$\{(\w+)\}", text)) == {"PUBLIC_HOST"} <= set(SERVICES["nginx"]["environment"])
    assert text.count("{") == text.count("}")


def check_of(service: dict) -> list[str]:
    """The command of a health check, as the words a shell would see."""
    kind, *words = service.get("healthcheck", {}).get("test", ["NONE"])
    return shlex.split(words[0]) if kind == "CMD-SHELL" else words


def names_read() -> set[str]:
    """The environment variables that forum/settings.py asks for."""
    settings = (ROOT / "forum" / "settings.py").read_text()
    return set(re.findall(r"(?:env\.\w+|_secrets\.\w+)\(['\"](\w+)['\"]", settings))


def names_explained() -> set[str]:
    return set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


def given_by_compose() -> dict[str, str]:
    """The environment of web, with values an organiser might put into .env."""
    filled_in = {
        "PUBLIC_URL": "https://forum.example.org",
        "SECRET_KEY": "made up for a test, long enough and varied: 0123456789abcdef",
        "LINK_KEY": "ab" * 32,
        "TICKET_KEYS": "1=" + "cd" * 32,
        "POSTGRES_PASSWORD": "secret",
        "DEFAULT_FROM_EMAIL": "forum@example.org",
    }

    def value(match: re.Match[str]) -> str:
        return filled_in.get(match[1], match[2] or "")

    return {
        name: re.sub(r"\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}", value, str(text))
        for name, text in SERVICES["web"]["environment"].items()
    }


def options_of_web(command: list[str]) -> dict:
    """What gunicorn understands, without what only a container has."""
    understood = vars(Config().parser().parse_args(command[1:]))
    return {name: value for name, value in understood.items() if name not in ("worker_tmp_dir", "loglevel")}


def options(command, words) -> dict:
    """What a celery command understands; an option it does not know is an error."""
    context = CLIContext(app=celery_app, no_color=True, workdir=None)
    return command.make_context("celery", [str(word) for word in words], obj=context).params

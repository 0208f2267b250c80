"""The environment: where secrets come from, and what stops a start with a wrong one."""

from __future__ import annotations

import json
import stat

import pytest
from django.core.exceptions import ImproperlyConfigured

from forum.env import Secrets, ticket_keys

ONE, TWO = "11" * 32, "22" * 32


@pytest.fixture(autouse=True)
def _no_secrets_set(monkeypatch):
    for name in ("LINK_KEY", "LINK_KEY_FILE", "SECRET_KEY", "SECRET_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)


def test_a_secret_comes_from_its_variable(monkeypatch):
    monkeypatch.setenv("LINK_KEY", "from the variable")

    assert Secrets(None).read("LINK_KEY") == "from the variable"


def test_a_secret_comes_from_the_file_that_is_named_without_its_last_line_break(monkeypatch, tmp_path):
    (tmp_path / "link-key").write_text("from the file\n")
    monkeypatch.setenv("LINK_KEY_FILE", str(tmp_path / "link-key"))

    assert Secrets(None).read("LINK_KEY") == "from the file"


def test_the_variable_goes_before_the_file(monkeypatch, tmp_path):
    (tmp_path / "link-key").write_text("from the file")
    monkeypatch.setenv("LINK_KEY_FILE", str(tmp_path / "link-key"))
    monkeypatch.setenv("LINK_KEY", "from the variable")

    assert Secrets(None).read("LINK_KEY") == "from the variable"


def test_a_missing_secret_stops_the_start_and_says_how_to_set_it():
    with pytest.raises(ImproperlyConfigured) as refusal:
        Secrets(None).read("LINK_KEY")

    assert str(refusal.value) == "Set LINK_KEY, or LINK_KEY_FILE to the path of a file that holds it."


def test_an_empty_secret_is_a_missing_one(monkeypatch, tmp_path):
    (tmp_path / "link-key").write_text("\n")
    monkeypatch.setenv("LINK_KEY", "")
    monkeypatch.setenv("LINK_KEY_FILE", str(tmp_path / "link-key"))

    with pytest.raises(ImproperlyConfigured):
        Secrets(None).read("LINK_KEY")


def test_development_makes_a_secret_once_and_keeps_it_for_its_owner_alone(tmp_path):
    store = tmp_path / "var" / "secrets.json"

    first, second = Secrets(store).read("LINK_KEY"), Secrets(store).read("LINK_KEY")

    assert first == second == json.loads(store.read_text())["LINK_KEY"]
    assert len(bytes.fromhex(first)) == 32
    assert stat.S_IMODE(store.stat().st_mode) == 0o600
    assert [path.name for path in store.parent.iterdir()] == ["secrets.json"]


def test_development_makes_a_different_secret_for_each_name(tmp_path):
    secrets = Secrets(tmp_path / "secrets.json")

    assert secrets.read("LINK_KEY") != secrets.read("SECRET_KEY")
    assert sorted(json.loads(secrets.store.read_text())) == ["LINK_KEY", "SECRET_KEY"]


def test_a_secret_that_is_set_is_not_written_down(monkeypatch, tmp_path):
    monkeypatch.setenv("LINK_KEY", "from the variable")

    Secrets(tmp_path / "secrets.json").read("LINK_KEY")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        (ONE, {1: b"\x11" * 32}),
        (f"1={ONE}", {1: b"\x11" * 32}),
        (f"1={ONE},2={TWO}", {1: b"\x11" * 32, 2: b"\x22" * 32}),
        (f" 7={TWO} , 2={ONE},", {7: b"\x22" * 32, 2: b"\x11" * 32}),
    ],
)
def test_ticket_keys_are_read_by_number(text, keys):
    assert ticket_keys(text) == keys


@pytest.mark.parametrize(
    "text",
    [
        "",
        ",",
        "one",
        "1=",
        "x=" + ONE,
        "1=" + "zz" * 32,
        "1=" + ONE[2:],
        "1=" + ONE + "00",
        f"1={ONE}={TWO}",
        f"1={ONE},2",
    ],
)
def test_ticket_keys_that_are_not_64_hex_digits_each_stop_the_start(text):
    with pytest.raises(ImproperlyConfigured):
        ticket_keys(text)

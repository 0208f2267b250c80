"""./run and what is behind it: installs once, starts in order, leaves no process behind."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from forum.local import __main__ as commands
from forum.local import environment, install, prepare, processes, up

ROOT = Path(__file__).resolve().parents[2]
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")


# --- Before anything is installed ---------------------------------------------------------------------------------
def test_a_python_that_is_too_old_gets_one_line_that_says_what_to_do(tmp_path):
    ran = run("manage", "check", PYTHON=script(tmp_path / "python3.9", "exit 1"))

    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (1, "", 1)
    assert "needs Python 3.11 or later" in ran.stderr
    assert "apt-get install python3 python3-venv" in ran.stderr


def test_a_python_without_venv_gets_one_line_that_says_what_to_do(checkout, monkeypatch, capsys):
    monkeypatch.setattr(install.importlib.util, "find_spec", lambda name: None)

    with pytest.raises(SystemExit, match=r"venv module is missing.*apt-get install python3\.\d+-venv"):
        install.install("requirements.txt")

    assert capsys.readouterr().out == ""


def test_help_and_an_unknown_command_install_nothing(checkout, capsys):
    install.main(["--help"])
    with pytest.raises(SystemExit, match="does not know 'sing'"):
        install.main(["sing"])

    assert "./run manage COMMAND" in capsys.readouterr().out
    assert checkout.commands == []


def test_the_lock_is_installed_once_and_again_when_it_changes(checkout):
    install.install("requirements.txt")
    install.install("requirements.txt")
    assert [pip for pip in checkout.commands if "install" in pip] == [
        (str(install.PYTHON), *install.PIP_INSTALL, f"--requirement={checkout.root}/requirements.txt")
    ]

    (checkout.root / "requirements.txt").write_text("django==5.2.1")
    install.install("requirements.txt")
    assert len([pip for pip in checkout.commands if "install" in pip]) == 2


def test_what_a_broken_installation_left_is_thrown_away_at_the_next_start(checkout):
    checkout.fails = "install"
    with pytest.raises(SystemExit, match="could not be installed"):
        install.install("requirements.txt")

    checkout.commands.clear()
    checkout.fails = "--version"  # pip does not answer
    install.install("requirements.txt")

    assert [command[1:4] for command in checkout.commands] == [
        ("-m", "pip", "--version"),
        ("-m", "venv", "--clear"),
        ("-m", "pip", "install"),
    ]


def test_the_tests_get_their_own_lock_too(checkout, monkeypatch):
    monkeypatch.setattr(os, "chdir", lambda folder: None)
    monkeypatch.setattr(os, "execv", lambda *command: checkout.commands.append(command))
    monkeypatch.setenv("VAR", "somewhere")

    install.main(["test", "-k", "seats"])

    assert checkout.commands[-2][-1] == f"--requirement={checkout.root}/requirements-dev.txt"
    assert checkout.commands[-1][1][1:] == ["-m", "forum.local", "test", "-k", "seats"]
    assert os.environ["VAR"] == str(Path.cwd() / "somewhere")


def test_two_copies_never_install_at_the_same_time(checkout, capsys):
    order = []

    def second():
        with install.only_one():
            order.append("second")

    with install.only_one():
        waiting = threading.Thread(target=second)
        waiting.start()
        time.sleep(0.2)
        order.append("first")
    waiting.join()

    assert order == ["first", "second"]
    assert "waiting for it" in capsys.readouterr().out


# --- The environment ----------------------------------------------------------------------------------------------
def test_what_is_given_wins_and_the_rest_suits_one_machine(tmp_path):
    place = environment.read({"VAR": str(tmp_path), "PORT": "", "DEVELOPMENT": "false"})

    assert (place.url, place.environ["DEVELOPMENT"]) == ("http://127.0.0.1:8000", "false")
    assert place.database_file == tmp_path / "db.sqlite3"
    assert place.broker_socket == tmp_path / "broker.sock"


def test_a_var_that_is_too_deep_for_a_socket_gets_one_elsewhere_and_always_the_same(tmp_path):
    deep = {"VAR": str(tmp_path / ("deep" * 30))}

    first, second = environment.read(deep), environment.read(deep)

    assert first.broker_socket == second.broker_socket
    assert len(str(first.broker_socket)) <= environment.LONGEST_SOCKET_PATH
    assert environment.read({"VAR": str(tmp_path / ("deep" * 31))}).broker_socket != first.broker_socket


def test_the_local_network_is_served_under_this_machines_own_addresses(monkeypatch):
    monkeypatch.setattr(environment, "addresses", lambda: ["192.168.0.7", "10.1.1.1"])

    place = environment.read({"BIND": "0.0.0.0"})

    assert place.environ["ALLOWED_HOSTS"] == "192.168.0.7,10.1.1.1,localhost,127.0.0.1"
    assert place.environ["PUBLIC_URL"] == "http://192.168.0.7:8000"
    assert "Phones   http://192.168.0.7:8000/" in up.where_it_is(place, "")
    assert "https" in up.where_it_is(place, "")


@pytest.mark.parametrize("port", ["abc", "0", "70000", "-1"])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(SystemExit, match="PORT must be a number from 1 to 65535"):
        environment.read({"PORT": port})


# --- What is prepared ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("today", "monday"),
    [("2026-11-22", "2026-12-07"), ("2026-11-23", "2026-12-07"), ("2026-11-24", "2026-12-14")],
)
def test_the_rehearsal_begins_on_the_first_monday_14_to_20_days_ahead(today, monday):
    assert prepare.first_monday(dt.date.fromisoformat(today)).isoformat() == monday


def test_the_forum_is_loaded_once_for_a_database(tmp_path, managed):
    place = environment.read({"VAR": str(tmp_path)})
    for _ in range(2):
        prepare.database(place)
        place.database_file.touch()
    assert managed == ["migrate", "load_forum", "migrate"]

    place.database_file.unlink()
    prepare.database(place)
    place.database_file.touch()
    prepare.database(environment.read({"VAR": str(tmp_path), "DATABASE_URL": "postgres://localhost/forum"}))
    prepare.database(place)
    assert managed[3:] == ["migrate", "load_forum", "migrate", "load_forum", "migrate"]


def test_the_organisers_sign_in_is_made_and_told_once(tmp_path, monkeypatch):
    monkeypatch.setattr(prepare, "MANAGE", python("print('email:', sys.argv[2]); print('password: made-up')"))
    place = environment.read({"VAR": str(tmp_path)})

    assert prepare.organiser(place) == "email: organiser@localhost\npassword: made-up\n"
    assert prepare.organiser(place) == ""


def test_a_sign_in_that_cannot_be_made_says_why(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(prepare, "MANAGE", python("sys.exit('CommandError: there is one already')"))

    assert prepare.organiser(environment.read({"VAR": str(tmp_path)})) == ""
    assert capsys.readouterr().out == "CommandError: there is one already\n"


def test_static_files_are_collected_when_one_of_them_changed(tmp_path, managed, monkeypatch):
    place = environment.read({"VAR": str(tmp_path)})
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "staticfiles.json").touch()
    monkeypatch.setattr(prepare, "_static_folders", lambda: [ROOT / "static"])
    before = prepare.static_sources()
    for _ in range(2):
        prepare.static(place)
    assert managed == ["collectstatic"]

    monkeypatch.setattr(prepare, "_static_folders", lambda: [ROOT / "static" / "css"])
    prepare.static(place)
    assert managed == ["collectstatic", "collectstatic"]
    assert prepare.static_sources() != before


# --- Processes ----------------------------------------------------------------------------------------------------
def test_processes_stop_in_reverse_and_their_lines_carry_their_name(tmp_path, capsys):
    goodbye = "signal.signal(signal.SIGTERM, lambda *_: sys.exit(print('bye')))"
    with running() as children:
        for name in ("broker", "worker", "web"):
            ready = tmp_path / name
            children.start(name, python(f"{goodbye}; open({str(ready)!r}, 'w'); time.sleep(60)"))
            children.wait_until(ready.exists, name, 10)

    assert capsys.readouterr().out.splitlines() == ["web    | bye", "worker | bye", "broker | bye"]


def test_a_process_that_ends_stops_the_others_and_says_so():
    with running() as children:
        children.start("broker", python("time.sleep(60)"))
        children.start("worker", python("sys.exit(3)"))
        broker = children.started[0].popen
        with pytest.raises(processes.Ended, match=r"worker ended with exit code 3\."):
            children.watch()

    assert broker.poll() == -signal.SIGTERM


def test_a_process_that_is_not_ready_in_time_is_not_waited_for():
    with running() as children:
        children.start("web", python("time.sleep(60)"))
        with pytest.raises(processes.Ended, match="The site did not answer within 0 seconds"):
            children.wait_until(lambda: False, "The site", 0.2)


@on_linux
def test_a_process_that_will_not_stop_is_killed_with_its_children():
    deaf = "signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    with running() as children:
        children.start(
            "worker", python(f"{deaf}; os.fork(); print(os.getpid(), flush=True); time.sleep(60)"), patience=0.5
        )
        group = children.started[0].popen.pid
        children.wait_until(lambda: len(members(group)) == 2, "the fork", 10)

    assert members(group) == []


def test_a_line_that_helps_nobody_can_be_muted(capsys):
    with running() as children:
        children.start("broker", python("print('WARNING overcommit\\nready', end='')"), mute=b"overcommit")
        with pytest.raises(processes.Ended):
            children.watch()

    assert capsys.readouterr().out == "broker | ready\n"


@on_linux
def test_kill_9_of_the_runner_leaves_no_process(tmp_path):
    runner = subprocess.Popen(
        python(f"""
            sys.path.insert(0, {str(ROOT)!r})
            from forum.local.processes import Processes
            with Processes(dict(os.environ)) as children:
                children.start("web", [sys.executable, "-c", "import time; time.sleep(60)"])
                print(children.started[0].popen.pid, flush=True)
                children.watch()
        """),
        stdout=subprocess.PIPE,
        text=True,
    )
    child = int(runner.stdout.readline())

    runner.kill()
    runner.communicate()

    eventually(lambda: members(child) == [])


# --- One copy, one folder, one port -------------------------------------------------------------------------------
def test_a_taken_port_is_told_before_anything_starts(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        place = environment.read({"VAR": str(tmp_path), "PORT": str(port)})

        with pytest.raises(SystemExit, match=f"Port {port} is taken. Choose another one: PORT={port + 1} ./run"):
            up.refuse_taken_port(place)


def test_a_folder_belongs_to_one_copy_at_a_time(tmp_path):
    place = environment.read({"VAR": str(tmp_path)})

    with up.claimed(place), pytest.raises(SystemExit, match="Another ./run is using"), up.claimed(place):
        pass
    with up.claimed(place):
        pass


def test_a_bench_or_drill_is_found_by_name_or_listed(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(commands.SCRIPTS, "drill", tmp_path)
    (tmp_path / "broker_away.py").write_text('"""Stops the broker under load.\n\nMore."""\n')

    assert commands.choose("drill", ["broker_away", "--seconds", "5"]) == tmp_path / "broker_away.py"
    assert commands.choose("drill", ["broker-away"]) == tmp_path / "broker_away.py"
    with pytest.raises(SystemExit, match="There is no drill called 'meteor'"):
        commands.choose("drill", ["meteor"])
    assert "broker-away          Stops the broker under load.\n" in capsys.readouterr().out


# --- All of it ----------------------------------------------------------------------------------------------------
@on_linux
def test_one_command_brings_the_forum_up_and_takes_it_all_away_again(tmp_path):
    port = free_port()
    given = os.environ | {"VAR": str(tmp_path / "var"), "PORT": str(port)}
    for name in ("DATABASE_URL", "REDIS_URL", "CACHE_URL", "PUBLIC_URL", "PYTHON"):
        given.pop(name, None)
    forum = subprocess.Popen([ROOT / "run"], cwd=tmp_path, env=given, stdout=subprocess.PIPE, text=True)

    told = []
    for line in forum.stdout:
        told.append(line)
        if "Ctrl-C stops everything." in line:
            break
    text = "".join(told)
    assert re.search(rf"Site +http://127\.0\.0\.1:{port}/\n", text), text
    assert re.search(r"email: organiser@localhost\n +password: \S{12,}\n", text)
    assert processes.answers_http(f"http://127.0.0.1:{port}/healthz")
    children = offspring(forum.pid)
    assert len(children) == 7  # broker; worker and its beat; web and its three workers

    forum.terminate()
    rest, _ = forum.communicate(timeout=60)

    assert (forum.returncode, rest.splitlines()[-1]) == (0, "Stopped.")
    assert [child for child in children if child in living()] == []


# --- Helpers ------------------------------------------------------------------------------------------------------
class Checkout:
    """A folder with locks, where commands are only noted down."""

    def __init__(self, root: Path) -> None:
        self.root, self.commands, self.fails = root, [], ""

    def runs(self, *command: object, **options: object) -> bool:
        words = tuple(str(word) for word in command)
        self.commands.append(words)
        if "venv" in words:
            install.PYTHON.parent.mkdir(parents=True, exist_ok=True)
            install.PYTHON.touch()
        return self.fails not in words


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    for lock in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / lock).write_text("django==5.2")
    venv = tmp_path / ".venv"
    paths = {"ROOT": tmp_path, "VENV": venv, "PYTHON": venv / "bin" / "python", "INSTALLED": venv / "installed.json"}
    for name, value in paths.items():
        monkeypatch.setattr(install, name, value)
    noted = Checkout(tmp_path)
    monkeypatch.setattr(install, "_runs", noted.runs)
    return noted


@pytest.fixture
def managed(monkeypatch):
    commands: list[str] = []
    monkeypatch.setattr(prepare, "_manage", lambda place, doing, *command: commands.append(command[0]))
    return commands


def running() -> processes.Processes:
    return processes.Processes(dict(os.environ))


def python(code: str) -> list[str]:
    return [sys.executable, "-c", "import os, signal, sys, time\n" + textwrap.dedent(code)]


def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "run", *arguments], env=os.environ | environ, capture_output=True, text=True, check=False
    )


def script(path: Path, body: str) -> str:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


def members(group: int) -> list[int]:
    """The living processes of a group."""
    return [pid for pid, (_, its_group) in living().items() if its_group == group]


def offspring(parent: int) -> list[int]:
    """The living children of a process, and theirs."""
    children = [pid for pid, (its_parent, _) in living().items() if its_parent == parent]
    return children + [pid for child in children for pid in offspring(child)]


def living() -> dict[int, tuple[int, int]]:
    """Parent and group of every process that runs. One that ended and waits to be noticed does not count."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it ended while we looked
            state, parent, group = stat.read_text().rpartition(")")[2].split()[:3]
            if state != "Z":
                found[int(stat.parent.name)] = (int(parent), int(group))
    return found


def eventually(holds) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]

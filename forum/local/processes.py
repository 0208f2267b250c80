"""Starts processes in order, shows what they say, stops them in reverse, and leaves none behind."""

from __future__ import annotations

import contextlib
import ctypes
import http.client
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


class Ended(Exception):
    """A process that should go on has ended, or did not get ready in time."""


@dataclass
class Process:
    """One child: a name, what runs under it, and how long it may take to stop."""

    name: str
    popen: subprocess.Popen[bytes]
    patience: float
    mute: bytes  # lines with this in them are not shown
    unfinished: bytes = b""  # the beginning of a line whose end has not come yet


@dataclass
class Processes:
    """What was started, in order. Leaving the `with` block stops all of it in reverse."""

    environ: dict[str, str]
    keeps_open: tuple[int, ...] = ()  # file descriptors that the children hold too
    started: list[Process] = field(default_factory=list)
    _selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)

    def start(self, name: str, command: Sequence[str | Path], patience: float = 10, mute: bytes = b"\n") -> None:
        """Start `command` in a process group of its own, so that Ctrl-C in the terminal reaches only us."""
        popen = subprocess.Popen(
            command,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=self.keeps_open,
            preexec_fn=_end_with(os.getpid()),  # safe because this process has no threads
        )
        process = Process(name, popen, patience, mute)
        self.started.append(process)
        os.set_blocking(popen.stdout.fileno(), False)
        self._selector.register(popen.stdout, selectors.EVENT_READ, process)

    def wait_until(self, ready: Callable[[], bool], what: str, seconds: float) -> None:
        """Go on when `ready()` says so. A child that ends meanwhile, or too much time, raises Ended."""
        deadline = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > deadline:
                raise Ended(f"{what} did not answer within {seconds:.0f} seconds.")
            self._look(0.1)

    def watch(self) -> None:
        """Show what the children say until one of them ends, which raises Ended."""
        while True:
            self._look(0.5)

    def stop(self) -> None:
        """Stop what runs, last started first. Each gets SIGTERM and its time, then its whole group is killed."""
        while self.started:
            process = self.started[-1]
            deadline = time.monotonic() + process.patience
            with contextlib.suppress(ProcessLookupError):
                process.popen.terminate()
            while process.popen.poll() is None and time.monotonic() < deadline:
                self._show(0.1)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.popen.pid, signal.SIGKILL)
            process.popen.wait()
            self._show(0)
            with contextlib.suppress(KeyError):  # it said its last word already
                self._selector.unregister(process.popen.stdout)
            process.popen.stdout.close()
            self.started.pop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        with _signals_ignored():
            self.stop()
        self._selector.close()

    def _look(self, seconds: float) -> None:
        self._show(seconds)
        for process in self.started:
            code = process.popen.poll()
            if code is not None:
                self._show(0)
                how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
                raise Ended(f"{process.name} {how}.")

    def _show(self, seconds: float) -> None:
        """Pass on what the children wrote, whole lines with the name in front, for at most `seconds`."""
        if not self._selector.get_map():
            time.sleep(seconds)
        for key, _ in self._selector.select(seconds):
            process, written = key.data, os.read(key.fd, 65536)
            if not written:
                self._selector.unregister(key.fileobj)
                written = b"\n" if process.unfinished else b""
            *lines, process.unfinished = (process.unfinished + written).split(b"\n")
            for line in (line for line in lines if process.mute not in line):
                print(f"{process.name:6} | {line.decode(errors='replace')}", flush=True)


def answers_ping(path: Path) -> bool:
    """Whether a broker listens on this socket and has read its data."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client, contextlib.suppress(OSError):
        client.settimeout(1)
        client.connect(str(path))
        client.sendall(b"PING\r\n")
        return client.recv(64).startswith(b"+PONG")
    return False


def answers_http(url: str) -> bool:
    """Whether the site answers here, be it that it sends us to https or knows no such host."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=5)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", parts.path)
        return connection.getresponse().status < 500
    return False


def _end_with(parent: int) -> Callable[[], None]:
    """On Linux: a child gets SIGTERM as soon as we are gone, even by kill -9."""

    def in_child() -> None:
        if sys.platform == "linux":
            LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:  # gone already
                os._exit(1)

    return in_child


@contextlib.contextmanager
def _signals_ignored() -> Iterator[None]:
    """While stopping, another Ctrl-C changes nothing: the deadlines end it anyway."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

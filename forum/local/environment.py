"""Where this copy of the forum lives, and what its processes find in their environment."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import socket
import struct
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTHON = (sys.executable,)
MANAGE = (*PYTHON, "manage.py")

# The kernel's limit for the path of a socket is 104 bytes on macOS and 108 on Linux.
LONGEST_SOCKET_PATH = 100
SIOCGIFADDR = 0x8915  # Linux: the IPv4 address of a network interface


@dataclass(frozen=True)
class Place:
    """A folder, an address and the environment made of them. Two copies differ in both."""

    var: Path
    bind: str
    port: int
    environ: dict[str, str]

    @property
    def url(self) -> str:
        return f"http://{'127.0.0.1' if self.bind == '0.0.0.0' else self.bind}:{self.port}"

    @property
    def debug(self) -> bool:
        return self.environ.get("DEBUG", "").lower() in ("1", "true", "yes", "on")

    @property
    def broker_socket(self) -> Path:
        return Path(self.environ["BROKER_SOCKET"])

    @property
    def database_file(self) -> Path | None:
        """The database when it is a file of this copy, not a server."""
        return None if self.environ.get("DATABASE_URL") else self.var / "db.sqlite3"


def read(given: dict[str, str]) -> Place:
    """The place that `given` asks for. What is given wins; what is not suits one machine."""
    given = {name: value for name, value in given.items() if value or name not in ("VAR", "PORT", "BIND")}
    given.pop("DJANGO_SETTINGS_MODULE", None)  # left behind by another project
    var = Path(given.get("VAR", ROOT / "var")).absolute()
    bind, port = given.get("BIND", "127.0.0.1"), _port(given.get("PORT", "8000"))
    chosen = {
        "DEVELOPMENT": "true",
        "BROKER_SOCKET": str(_broker_socket(var)),
        "PYTHONUNBUFFERED": "1",  # a line is seen when it is written
        "PYTHONPATH": str(ROOT),
    }
    if given.get("REDIS_URL", "").startswith(("redis://", "rediss://")):
        chosen["CACHE_URL"] = given["REDIS_URL"]  # one server for both, unless another is named
    if not bind.startswith("127."):
        reachable = addresses() if bind == "0.0.0.0" else [bind]
        chosen["PUBLIC_URL"] = f"http://{reachable[0] if reachable else bind}:{port}"
        chosen["ALLOWED_HOSTS"] = ",".join([*reachable, "localhost", "127.0.0.1"])
    return Place(var, bind, port, chosen | given | {"VAR": str(var), "BIND": bind, "PORT": str(port)})


def addresses() -> list[str]:
    """This machine's own IPv4 addresses, without 127.0.0.1: what a phone in the same network can reach."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            with contextlib.suppress(OSError):
                answer = fcntl.ioctl(probe.fileno(), SIOCGIFADDR, struct.pack("256s", name.encode()))
                found.append(socket.inet_ntoa(answer[20:24]))
        with contextlib.suppress(OSError):
            # Elsewhere than on Linux: the address that traffic to the outside would carry. Nothing is sent.
            probe.connect(("192.0.2.1", 9))
            found.append(probe.getsockname()[0])
    return [address for address in dict.fromkeys(found) if not address.startswith("127.")]


def _port(text: str) -> int:
    if text.isdecimal() and 0 < int(text) < 65536:
        return int(text)
    sys.exit(f"PORT must be a number from 1 to 65535, not {text!r}.")


def _broker_socket(var: Path) -> Path:
    """A socket in VAR; in a private temporary folder, always the same one, where VAR lies too deep for the kernel."""
    path = var / "broker.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    name = hashlib.sha256(os.fsencode(var)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"forum-{os.getuid()}-{name}" / "broker.sock"

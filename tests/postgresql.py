"""A PostgreSQL of one's own, set up as docker-compose.yml does it. It can be cut off, and started again."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Self

from tests.product import free_port, wait_until

# A refused statement is not written down: it holds what people told us.
DISCREET = {"log_error_verbosity": "terse", "log_min_error_statement": "panic"}


class PostgreSQL:
    """Lives in a temporary folder. Root hands it to the user postgres, since the server refuses to run as root."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="forum-postgresql-")
        self.data, self.log = Path(self.folder.name) / "data", Path(self.folder.name) / "log"
        self.bin = max(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4])).parent
        self.port = free_port()

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        settings = {"listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": self.data} | DISCREET
        how = " ".join(f"-c {name}={value}" for name, value in settings.items())
        self._run("pg_ctl", "-D", str(self.data), "-l", str(self.log), "-o", how, "-w", "-t", "60", "start")
        wait_until(self._answers, "PostgreSQL answers")

    def cut_off(self) -> None:
        """What a power cut is to it: nothing is finished, nothing is written back."""
        self._run("pg_ctl", "-D", str(self.data), "-m", "immediate", "-w", "stop")

    def dump(self) -> bytes:
        """Everything in it, as pg_dump tells it."""
        return self._run("pg_dump", "-d", self.url)

    def __enter__(self) -> Self:
        if os.geteuid() == 0:
            shutil.chown(self.folder.name, "postgres")
        self._run("initdb", "-D", str(self.data), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8")
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        if (self.data / "postmaster.pid").exists():
            self.cut_off()
        self.folder.cleanup()

    def _answers(self) -> bool:
        ready = [str(self.bin / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(ready, check=False).returncode == 0

    def _run(self, program: str, *arguments: str) -> bytes:
        command = [str(self.bin / program), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        with tempfile.TemporaryFile() as out:  # no pipe: the server would keep it open for as long as it lives
            ran = subprocess.run(command, cwd="/", check=False, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
            out.seek(0)
            said = out.read()
        if ran.returncode:
            raise RuntimeError(f"{program} failed:\n{said.decode()}")
        return said

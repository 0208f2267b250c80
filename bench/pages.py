"""What public pages cost beside a bare Django view, measured in the same run.

Home, a day of the programme and a speaker, with 1 talk and with 40: CPU of site and database per page, pages per
second over 8 connections, SQL statements, and bytes as sent. Site, database and load share this machine's cores, so
compare CPU and ratios, not rates.
"""

from __future__ import annotations

import gzip
import re
import statistics
import sys
from typing import Any

from bench._measure import Cpu, hammer, product, report, say, statements
from tests.product import Product, answers_http, wait_until

PAGES = {
    "home": "/ko/",
    "day": "/ko/2022/programme/day-1/",
    "speaker": "/ko/2022/speakers/yiqun-xie/",
}
WARM_UP, WINDOW, WINDOWS = 1.0, 2.5, 3


def measure() -> dict[str, Any]:
    with product() as copy:
        figures = {"bare": _bare(copy)}
        copy.start_web()
        for talks in (1, 40):
            _leave_talks(talks)
            for name, path in PAGES.items():
                figures[f"{name}, {talks} talks"] = _page(copy, path)
                say(f"{name} with {talks} talks: {figures[f'{name}, {talks} talks']}")
    for each in figures.values():
        each["cpu_ratio"] = round(each["cpu_ms"] / figures["bare"]["cpu_ms"], 1)
    return {"bench": "pages", **figures}


def _bare(copy: Product) -> dict[str, Any]:
    """The same server, two workers and four threads, with nothing behind it."""
    bare = Product(copy.var)
    with bare:
        gunicorn = (sys.executable, "-m", "gunicorn", "bench._bare", "--no-control-socket", "--log-level", "warning")
        how = ("-k", "gthread", "--workers", "2", "--threads", "4", "-b", f"127.0.0.1:{bare.port}")
        process = bare.start("bare", *gunicorn, *how)
        wait_until(lambda: answers_http(f"{bare.url}/healthz"), "the bare view answers")
        figures = _cost(bare.url, "/", Cpu(process.pid))
        say(f"bare Django view: {figures}")
        return figures


def _page(copy: Product, path: str) -> dict[str, Any]:
    from django.test import Client

    client = Client(headers={"host": f"127.0.0.1:{copy.port}"})
    client.get(path)  # what is done once for a process is no cost of the page
    sql = statements(lambda: client.get(path))
    html = client.get(path).content
    cost = _cost(copy.url, path, Cpu(copy.processes["web"].pid, copy.settings["DATABASE_URL"]))
    return cost | {"sql": sql, "html_bytes": len(html), "bytes_without_fonts": _weight(html.decode(), client)}


def _cost(site: str, path: str, cpu: Cpu) -> dict[str, Any]:
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


def _weight(html: str, client: Any) -> int:
    """The page and its style sheets, scripts and pictures, compressed as a browser gets them. Fonts come on top."""
    from whitenoise.middleware import WhiteNoiseMiddleware  # noqa: F401 (it answers static files here too)

    total = len(gzip.compress(html.encode()))
    for path in sorted(set(re.findall(r'(?:href|src)="(/static/[^"#]+)', html))):
        answer = client.get(path, headers={"accept-encoding": "gzip"})
        total += len(b"".join(answer.streaming_content))
    return total


def _leave_talks(number: int) -> None:
    """Exactly so many talks in the first session of day 1, one of them by the speaker that is looked at."""
    from programme.models import Appearance, Session, Speaker, Talk

    speaker = Speaker.objects.get(slug="yiqun-xie")
    Talk.objects.exclude(appearances__speaker=speaker).delete()
    session = Session.objects.filter(day__number=1, number__isnull=False).order_by("pk").first()
    for each in range(Talk.objects.count(), number):
        talk = Talk.objects.create(
            session=session, slug=f"talk-{each}", title_ko=f"발표 {each}", title_en=f"Talk {each}", order=each,
            abstract_ko="도시 데이터로 시민의 하루를 읽습니다. " * 6, state=Talk.State.PUBLISHED,
        )  # fmt: skip
        person, _new = Speaker.objects.get_or_create(
            edition=session.edition, slug=f"speaker-{each}", defaults={"name_ko": f"연사 {each}"}
        )
        Appearance.objects.create(talk=talk, speaker=person)


if __name__ == "__main__":
    report(__doc__, measure)

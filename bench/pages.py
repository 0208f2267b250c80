"""What public pages cost beside a bare Django view, measured in the same run.

Home, a day of the programme and a speaker, rendered with 1 talk and with 40, then kept: CPU of site and database per
page, pages per second over 8 connections, SQL statements, and bytes as sent. Site, database and load share this
machine's cores, so compare CPU and ratios, not rates.
"""

from __future__ import annotations

import gzip
import re
from typing import Any

from bench._measure import Cpu, bare_view, cost_of, product, report, say, statements, with_ratios
from tests.product import Product

PAGES = {
    "home": "/ko/",
    "day": "/ko/2022/programme/day-1/",
    "speaker": "/ko/2022/speakers/yiqun-xie/",
}


def measure() -> dict[str, Any]:
    with product(PAGES_KEPT_SECONDS="0") as copy:
        figures = {"bare": bare_view(copy)}
        copy.start_web()
        for talks in (1, 40):
            _leave_talks(talks)
            for name, path in PAGES.items():
                figures[f"{name}, {talks} talks"] = _page(copy, path)
                say(f"{name} with {talks} talks: {figures[f'{name}, {talks} talks']}")
        copy.stop("web")
        copy.settings["PAGES_KEPT_SECONDS"] = "30"
        copy.start_web()
        for name, path in PAGES.items():
            figures[f"{name}, kept"] = cost_of(copy.url, path, Cpu(copy.processes["web"].pid))
            say(f"{name} kept: {figures[f'{name}, kept']}")
    return with_ratios({"bench": "pages", **figures})


def _page(copy: Product, path: str) -> dict[str, Any]:
    from django.test import Client

    client = Client(headers={"host": f"127.0.0.1:{copy.port}"})
    client.get(path)  # what is done once for a process is no cost of the page
    sql = statements(lambda: client.get(path))
    html = client.get(path).content
    cost = cost_of(copy.url, path, Cpu(copy.processes["web"].pid, copy.settings["DATABASE_URL"]))
    return cost | {"sql": sql, "html_bytes": len(html), "bytes_without_fonts": _weight(html.decode(), client)}


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
            abstract_ko="도시 데이터로 시민의 하루를 읽습니다. " * 6, languages="ko",
            state=Talk.State.PUBLISHED,
        )  # fmt: skip
        person, _new = Speaker.objects.get_or_create(
            edition=session.edition, slug=f"speaker-{each}", defaults={"name_ko": f"연사 {each}"}
        )
        Appearance.objects.create(talk=talk, speaker=person)


if __name__ == "__main__":
    report(__doc__, measure)

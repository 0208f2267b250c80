"""Two doors read the same 1,000 tickets at the same moments, over HTTP: 1,000 admitted, 1,000 already in, no error.

Both doors hold each ticket at the same time, in the production shape with PostgreSQL. Afterwards the database is asked
whether it says the same, and whether the attendance is what the scans say. `./run drill two-doors --hurry` takes 100.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import statistics
import sys
import tempfile
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from threading import Barrier
from typing import Any

from tests.drills._stage import main, say
from tests.product import Product, own_database

TICKETS, DOORS = 1000, 2
PATIENCE = 30
API = "/api/checkin/v1/"
# People with a seat on day 1, written as rows, and a pairing code for each door, as an organiser's page shows it.
PREPARED = """
import base64, json
from datetime import timedelta
from django.utils import timezone
from programme.models import Edition
from registration import ticketing
from registration.checkin import pairing
from registration.checkin.models import Device
from registration.models import Booking, Quota, Registration, Ticket
edition = Edition.objects.get(is_current=True)
quota = Quota.objects.select_related("day").get(day__edition=edition, day__number=1)
Quota.objects.filter(pk=quota.pk).update(capacity={tickets}, taken={tickets})
people = Registration.objects.bulk_create(
    Registration(edition=edition, name="홍서우", language="ko") for _ in range({tickets})
)
Booking.objects.bulk_create(Booking.of_seat(person, quota) for person in people)
tickets = [ticketing.issue_first(person) for person in people]
until = timezone.now() + timedelta(hours=1)
devices = [Device.objects.create(edition=edition, label=f"Gate {{n}}", valid_until=until) for n in range({doors})]
print(json.dumps({{
    "codes": [pairing.offer(device) for device in devices],
    "lookups": [base64.urlsafe_b64encode(bytes(ticket.lookup)).rstrip(b"=").decode() for ticket in tickets],
    "point": edition.points.get(day__number=1).pk,
}}))
"""
KEPT = """
import json
from django.db.models import Count
from registration.checkin.models import Attendance, Scan
print(json.dumps({
    "scans": Scan.objects.count(),
    "stays": Attendance.objects.filter(inside=True, entries=1).count(),
}))
"""


class Door:
    """A phone: paired by its code, one connection, one scan after the other."""

    def __init__(self, port: int, code: str, point: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.headers = {"X-Checkin": "1", "Content-Type": "application/json"}
        self.point, self.numbers, self.waits = point, count(1), []
        status, headers, _told = self.post("pair", {"code": code})
        if status != 200:
            raise ConnectionError(f"pairing answered {status}")
        self.headers["Cookie"] = headers["Set-Cookie"].partition(";")[0]

    def post(self, what: str, body: Any) -> tuple[int, Any, Any]:
        self.connection.request("POST", f"{API}{what}", json.dumps(body), self.headers)
        answer = self.connection.getresponse()
        return answer.status, answer.headers, json.loads(answer.read())

    def scan(self, lookup: str) -> str:
        """The verdict, or what went wrong."""
        item = {
            "scan_id": str(uuid.uuid4()),
            "seq": next(self.numbers),
            "l": lookup,
            "point": self.point,
            "method": "qr",
            "scanned_at": datetime.now(UTC).isoformat(),
        }
        began = time.perf_counter()
        try:
            status, _headers, told = self.post("scans", {"gate": "", "items": [item]})
        except (OSError, ValueError, http.client.HTTPException) as error:
            return f"error: {error!r}"
        self.waits.append(time.perf_counter() - began)
        return told["items"][0]["verdict"] if status == 200 else f"error: {status}"


def run(*, tickets: int = TICKETS) -> dict[str, Any]:
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(own_database())
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="forum-drill-"))
        product = stack.enter_context(Product(Path(folder), {"DATABASE_URL": url}))
        say(f"making a private forum with {tickets} tickets for day 1")
        product.prepare()
        product.start_broker()
        prepared = json.loads(product.manage("shell", "-v", "0", "-c", PREPARED.format(tickets=tickets, doors=DOORS)))
        product.start_web()
        doors = [Door(product.port, code, prepared["point"]) for code in prepared["codes"]]
        for door in doors:
            stack.callback(door.connection.close)
        say(f"{DOORS} doors read each of them at the same moment")
        began = time.monotonic()
        pairs = _at_once(doors, prepared["lookups"])
        seconds = time.monotonic() - began
        kept = json.loads(product.manage("shell", "-v", "0", "-c", KEPT))
        invariants = product.manage("rebuild_attendance", "--dry-run").strip()
    told = Counter(verdict for pair in pairs for verdict in pair)
    one_of_two = sum(sorted(pair) == ["admitted", "already_in"] for pair in pairs)
    waits = [wait for door in doors for wait in door.waits]
    exact = {"scans": tickets * DOORS, "stays": tickets}
    return {
        "ok": one_of_two == tickets and kept == exact and invariants == "0 differed",
        "drill": "two-doors",
        "admitted": told["admitted"],
        "already_in": told["already_in"],
        "errors": sum(number for verdict, number in told.items() if verdict not in ("admitted", "already_in")),
        "one_of_two": one_of_two,
        "p50_ms": round(statistics.median(waits) * 1000, 1),
        "p95_ms": round(statistics.quantiles(waits, n=20)[18] * 1000, 1),
        "scans_per_second": round(len(waits) / seconds, 1),
        **kept,
        "rebuilt": invariants,
    }


def _at_once(doors: list[Door], lookups: list[str]) -> list[tuple[str, ...]]:
    same_moment = Barrier(len(doors))

    def stand(door: Door) -> list[str]:
        verdicts = []
        for lookup in lookups:
            same_moment.wait(PATIENCE * 2)
            verdicts.append(door.scan(lookup))
        return verdicts

    with ThreadPoolExecutor(len(doors)) as pool:
        return list(zip(*pool.map(stand, doors), strict=True))


if __name__ == "__main__":
    main(lambda: run(tickets=100 if "--hurry" in sys.argv else TICKETS), __doc__)

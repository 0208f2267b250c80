"""Two doors open: scans per second, and whether 1,000 tickets at two doors at once admit exactly 1,000 people.

Each scan is one POST with one ticket, as a phone sends it. First 400 tickets once each (four phones, nobody twice),
then the same again (everybody is in already), then 1,000 others at two doors, every ticket at both doors at the same
moment. Site, database and load share this machine's cores.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import http.client
import json
import secrets
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier
from typing import Any

from bench._measure import Cpu, all_at_once, bare_view, milliseconds, product, report, say, statements, with_ratios
from tests.product import Product

SCANS = "/api/checkin/v1/scans"
# CPU per redeemed ticket, web, database and Celery: pretix 2026.8.0 on the same kind of machine.
PRETIX = {"admitted": 68, "already_in": 46}
ALONE, PHONES = 400, 4
TOGETHER, DOORS = 1000, 2


def measure() -> dict[str, Any]:
    with product() as copy:
        say(f"registering {ALONE + TOGETHER} people")
        lookups = _tickets(ALONE + TOGETHER + 1)
        phones = [Phone(copy, f"Gate {number}") for number in range(PHONES)]
        copy.start_web()
        cpu = Cpu(copy.processes["web"].pid, copy.settings["DATABASE_URL"])
        figures = {
            "bench": "door",
            "bare": bare_view(copy),
            "sql": {"admitted": phones[0].statements(lookups[-1]), "already_in": phones[0].statements(lookups[-1])},
            "admitted": _alone(phones, lookups[:ALONE], cpu, "admitted"),
            "already_in": _alone(phones, lookups[:ALONE], cpu, "already_in"),
            "two_doors": _together(phones[:DOORS], lookups[ALONE : ALONE + TOGETHER]),
        }
    return with_ratios(figures)


class Phone:
    """A paired phone with a connection of its own."""

    def __init__(self, copy: Product, gate: str) -> None:
        from programme.models import Edition
        from registration.checkin.models import Device

        edition = Edition.objects.get(is_current=True)
        self.token, self.gate, self.numbers = secrets.token_urlsafe(32), gate, count(1)
        self.point = edition.points.get(day__number=1).pk
        now = dt.datetime.now(dt.UTC)
        Device.objects.create(
            edition=edition,
            label=gate,
            token_hash=hashlib.sha256(self.token.encode()).digest(),
            paired_at=now - dt.timedelta(hours=1),
            valid_from=now - dt.timedelta(hours=1),
            valid_until=now + dt.timedelta(hours=1),
        )
        self.host = f"127.0.0.1:{copy.port}"
        self.connection = http.client.HTTPConnection(self.host, timeout=30)
        self.headers = {"Cookie": f"ck={self.token}", "X-Checkin": "1", "Content-Type": "application/json"}

    def scan(self, lookup: bytes) -> str:
        """The verdict."""
        self.connection.request("POST", SCANS, self._body(lookup), self.headers)
        answer = self.connection.getresponse()
        told = json.loads(answer.read())
        return told["items"][0]["verdict"] if answer.status == 200 else str(told)

    def statements(self, lookup: bytes) -> int:
        """How many SQL statements a scan takes."""
        from django.test import Client

        client = Client(headers={"host": self.host, "x-checkin": "1"})
        client.cookies["ck"] = self.token
        body = self._body(lookup)
        return statements(lambda: client.post(SCANS, body, content_type="application/json"))

    def _body(self, lookup: bytes) -> str:
        item = {
            "scan_id": str(uuid.uuid4()),
            "seq": next(self.numbers),
            "l": base64.urlsafe_b64encode(lookup).rstrip(b"=").decode(),
            "point": self.point,
            "direction": "in",
            "method": "qr",
            "scanned_at": dt.datetime.now(dt.UTC).isoformat(),
            "offset_ms": 0,
            "offline": False,
        }
        return json.dumps({"gate": self.gate, "items": [item]})


def _tickets(number: int) -> list[bytes]:
    """So many people with a seat on day 1. Written as rows: how fast people register is another measurement."""
    from programme.models import Edition
    from registration.models import Booking, Quota, Registration, Ticket
    from registration.ticketing import derive_code, derive_lookup

    edition = Edition.objects.get(is_current=True)
    quota = Quota.objects.select_related("day").get(day__edition=edition, day__number=1)
    Quota.objects.filter(pk=quota.pk).update(capacity=number, taken=number)
    people = Registration.objects.bulk_create(
        Registration(edition=edition, name="홍서우", email=f"p{each}@example.org", email_key=f"p{each}", language="ko")
        for each in range(number)
    )
    Booking.objects.bulk_create(Booking.of_seat(person, quota) for person in people)
    key, salt = secrets.token_bytes(32), bytes(edition.checkin_salt)
    tickets = Ticket.objects.bulk_create(
        Ticket(registration=person, key_id=1, lookup=derive_lookup(derive_code(key, person.uuid, 1), salt))
        for person in people
    )
    return [bytes(ticket.lookup) for ticket in tickets]


def _alone(phones: list[Phone], lookups: list[bytes], cpu: Cpu, expected: str) -> dict[str, Any]:
    """Every ticket once; all_at_once() deals them out, so that each phone keeps to its own connection."""

    def scan(number: int) -> Callable[[], str]:
        return lambda: phones[number % len(phones)].scan(lookups[number])

    before = cpu.look()
    verdicts, waits, seconds = all_at_once([scan(number) for number in range(len(lookups))], len(phones))
    web, database = Cpu.between(before, cpu.look())
    if set(verdicts) != {expected}:
        raise ValueError(f"{expected} was expected, not {Counter(verdicts)}")
    figures = {
        "per_second": round(len(lookups) / seconds, 1),
        "cpu_ms": round((web + database) * 1000 / len(lookups), 2),
        "cpu_ms_database": round(database * 1000 / len(lookups), 2),
        "pretix_cpu_ms": PRETIX[expected],
        **milliseconds(waits),
    }
    say(f"{len(lookups)} × {expected}: {figures}")
    return figures


def _together(phones: list[Phone], lookups: list[bytes]) -> dict[str, Any]:
    """Both doors hold the same ticket at the same moment, a thousand times."""
    say(f"{len(lookups)} tickets at {len(phones)} doors at once")
    same_moment = Barrier(len(phones))

    def stand(phone: Phone) -> list[str]:
        verdicts = []
        for lookup in lookups:
            same_moment.wait(30)
            verdicts.append(phone.scan(lookup))
        return verdicts

    with ThreadPoolExecutor(len(phones)) as pool:
        pairs = list(zip(*pool.map(stand, phones), strict=True))
    exact = sum(sorted(pair) == ["admitted", "already_in"] for pair in pairs)
    verdicts = Counter(verdict for pair in pairs for verdict in pair)
    say(f"{dict(verdicts)}; one of two in {exact} of {len(lookups)} pairs")
    return {"tickets": len(lookups), "one_of_two": exact, **verdicts}


if __name__ == "__main__":
    report(__doc__, measure)

"""Two phones scan for an hour without a network, 500 times; then they send it all through a network that loses every
third request: everything is there once within a minute, without a gap, and comes to what a plain model says.

Meanwhile 50 people have come in by both doors, 5 tickets were replaced that the phones still let in, and 3 scans were
taken back. The phones speak as the scanner does: oldest first, again after a failure, waiting longer each time. Half of
the failures never reach the site; of the other half the answer is lost. `./run drill offline-hour` always does all.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import tempfile
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.drills._stage import main, say
from tests.drills.two_doors import DOORS, PREPARED, Door
from tests.product import Product, own_database
from tests.registration.checkin.door_model import Event, diary

BOTH, REPLACED, TAKEN_BACK, TWICE, ONCE = 50, 5, 3, 20, 349
SCANS = 2 * BOTH + REPLACED + 2 * TAKEN_BACK + 2 * TWICE + ONCE
TICKETS = BOTH + REPLACED + TAKEN_BACK + TWICE + ONCE
FAILS, WITHIN = 0.3, 60
FLAGS = ("offline_double", "late_revocation")
FIRST_WAIT, LONGEST_WAIT, BATCH = 1, 60, 25  # seconds, and fewer scans than phones send: more requests to lose
# The phones were paired hours ago, and some tickets were replaced just before the network broke off.
MEANWHILE = """
from datetime import datetime, timedelta
from registration import ticketing
from registration.checkin.models import Device
from registration.models import Registration, Ticket
Device.objects.update(paired_at=datetime.fromisoformat("{began}") - timedelta(hours=2))
for person in Registration.objects.order_by("pk")[{both}:{both} + {replaced}]:
    ticketing.replace(person)
Ticket.objects.filter(revoked_at__isnull=False).update(revoked_at=datetime.fromisoformat("{began}"))
"""
KEPT = """
import json
from registration.checkin.models import Attendance, Scan
from registration.models import Registration
scans = {str(scan.pk): scan for scan in Scan.objects.select_related("outcome")}
now = {key: getattr(scan, "outcome", None) or scan for key, scan in scans.items()}
print(json.dumps({
    "verdicts": {key: each.verdict for key, each in now.items()},
    "flags": {key: list(each.flags) for key, each in now.items() if each.flags},
    "numbers": [[scan.device_id, scan.seq] for scan in scans.values()],
    "stays": sorted(
        [stay.registration_id, stay.entries, stay.doubles, stay.inside] for stay in Attendance.objects.all()
    ),
    "people": list(Registration.objects.order_by("pk").values_list("pk", flat=True)),
}))
"""


class Phone(Door):
    """A phone that has scanned alone, and now sends what it kept."""

    def __init__(self, port: int, code: str, point: int, name: str, began: datetime) -> None:
        super().__init__(port, code, point)
        self.name, self.began = name, began
        self.kept: list[dict[str, Any]] = []
        self.requests = self.failures = 0

    def keep(self, event: Event, lookup: str, told: str) -> None:
        code = {"voids": event.takes_back} if event.takes_back else {"l": lookup}
        self.kept.append(
            {
                "scan_id": event.name,
                "seq": event.number,
                "point": self.point,
                "method": "qr",
                "scanned_at": (self.began + timedelta(minutes=event.minute)).isoformat(),
                "offline": True,
                "device_verdict": told,
                **code,
            }
        )

    def send_all(self, chance: random.Random) -> int:
        """The number up to which the site says that it has everything."""
        wait, acked = FIRST_WAIT, 0
        while self.kept:
            batch = self.kept[:BATCH]
            answer = self._post(batch, chance)
            if answer is None:
                self.failures += 1
                time.sleep(wait * chance.uniform(0.5, 1))
                self.connection.close()  # the site may have hung up meanwhile; the next request calls again
                wait = min(wait * 2, LONGEST_WAIT)
                continue
            wait, acked = FIRST_WAIT, answer["acked_seq"]
            done = {item["scan_id"] for item in answer["items"]}
            self.kept = [item for item in self.kept if item["scan_id"] not in done]
        return acked

    def _post(self, batch: list[dict[str, Any]], chance: random.Random) -> Any:
        self.requests += 1
        luck = chance.random()
        if luck < FAILS / 2:
            return None  # a 503, or no way there
        try:
            status, _headers, told = self.post("scans", {"gate": f"Gate {self.name}", "items": batch})
        except (OSError, http.client.HTTPException):
            return None
        return told if status == 200 and luck >= FAILS else None


class Evening:
    """Who comes when, by which door, and what each phone says, not knowing of the other."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.events: dict[int, list[Event]] = {ticket: [] for ticket in range(TICKETS)}
        for ticket in range(TICKETS):
            self._come(ticket)
        for door in "AB":
            scans = [event for events in self.events.values() for event in events if event.device == door]
            for number, event in enumerate(sorted(scans, key=lambda each: each.minute), 1):
                event.number = number
        self.diaries = {ticket: diary(events) for ticket, events in self.events.items()}

    def told(self, ticket: int, event: Event) -> str:
        """What the phone said, which knows its own scans alone and no replaced ticket."""
        if event.takes_back:
            return "voided"
        own = [each for each in self.events[ticket] if each.device == event.device and each.minute < event.minute]
        return "already_in" if own else "admitted"

    def _come(self, ticket: int) -> None:
        first = BOTH, BOTH + REPLACED, BOTH + REPLACED + TAKEN_BACK, BOTH + REPLACED + TAKEN_BACK + TWICE
        door = self.chance.choice("AB")
        minute = self.chance.randint(0, 40)
        later = minute + self.chance.randint(1, 9)
        come = Event(str(uuid.uuid4()), minute, door, shown_green=True)
        self.events[ticket].append(come)
        if ticket < first[0]:
            other = "B" if door == "A" else "A"
            self.events[ticket].append(Event(str(uuid.uuid4()), later, other, shown_green=True))
        elif ticket < first[1]:
            come.refused, come.anyway = "revoked", True
        elif ticket < first[2]:
            self.events[ticket].append(Event(str(uuid.uuid4()), later, door, takes_back=come.name))
        elif ticket < first[3]:
            self.events[ticket].append(Event(str(uuid.uuid4()), later, door))


def run() -> dict[str, Any]:
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(own_database())
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="forum-drill-"))
        product = stack.enter_context(Product(Path(folder), {"DATABASE_URL": url}))
        say(f"making a private forum with {TICKETS} tickets for day 1")
        product.prepare()
        product.start_broker()
        prepared = json.loads(product.manage("shell", "-v", "0", "-c", PREPARED.format(tickets=TICKETS, doors=DOORS)))
        product.start_web()
        began, evening = an_hour(), Evening(random.Random(500))
        phones = {
            name: Phone(product.port, code, prepared["point"], name, began)
            for name, code in zip("AB", prepared["codes"], strict=True)
        }
        meanwhile = MEANWHILE.format(began=began.isoformat(), both=BOTH, replaced=REPLACED)
        product.manage("shell", "-v", "0", "-c", meanwhile)
        scanned = _scan(phones, evening, prepared["lookups"])
        say(f"{scanned} scans are on two phones; the network is back, and loses {FAILS:.0%} of all requests")
        clock = time.monotonic()
        with ThreadPoolExecutor(2) as pool:
            acked = list(pool.map(lambda each: each.send_all(random.Random(each.name)), phones.values()))
        seconds = time.monotonic() - clock
        kept = json.loads(product.manage("shell", "-v", "0", "-c", KEPT))
        rebuilt = product.manage("rebuild_attendance", "--dry-run").strip()
        for phone in phones.values():
            phone.connection.close()
    return outcome(evening, kept, scanned, acked, seconds, rebuilt, list(phones.values()))


def an_hour() -> datetime:
    """When the last hour began that lies within one day of the forum."""
    ended = datetime.now(ZoneInfo("Asia/Seoul")) - timedelta(minutes=1)
    if (ended - timedelta(hours=1)).date() != ended.date():
        ended = ended.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(minutes=1)
    return (ended - timedelta(hours=1)).astimezone(UTC)


def outcome(evening, kept, scanned, acked, seconds, rebuilt, phones) -> dict[str, Any]:
    verdicts = {name: verdict for book in evening.diaries.values() for name, verdict in book.verdicts.items()}
    doubled = {name for book in evening.diaries.values() for name in book.doubled}
    flagged = {flag: {key for key, flags in kept["flags"].items() if flag in flags} for flag in FLAGS}
    stays = [
        [kept["people"][ticket], book.entries, book.doubles, book.is_in] for ticket, book in evening.diaries.items()
    ]
    numbers = {(device, seq) for device, seq in kept["numbers"]}
    gaps = scanned - sum(acked)
    facts = {
        "drill": "offline-hour",
        "scanned": scanned,
        "stored": len(kept["verdicts"]),
        "gaps": gaps,
        "doubles_flagged": len(flagged["offline_double"]),
        "revocations_flagged": len(flagged["late_revocation"]),
        "taken_back": sum(verdict == "voided" for verdict in kept["verdicts"].values()) // 2,
        "seconds_to_sync": round(seconds, 1),
        "requests": sum(phone.requests for phone in phones),
        "failed_requests": sum(phone.failures for phone in phones),
        "rebuilt": rebuilt,
    }
    is_as_told = (
        kept["verdicts"] == verdicts and flagged["offline_double"] == doubled and kept["stays"] == sorted(stays)
    )
    is_complete = scanned == SCANS == len(kept["verdicts"]) == len(numbers) and gaps == 0
    exact = (facts["doubles_flagged"], facts["revocations_flagged"], facts["taken_back"]) == (
        BOTH,
        REPLACED,
        TAKEN_BACK,
    )
    is_ok = is_as_told and is_complete and exact and seconds <= WITHIN and rebuilt == "0 differed"
    return {"ok": is_ok, **facts}


def _scan(phones: dict[str, Phone], evening: Evening, lookups: list[str]) -> int:
    scans = [(ticket, event) for ticket, events in evening.events.items() for event in events]
    for ticket, event in sorted(scans, key=lambda each: each[1].number):
        phones[event.device].keep(event, lookups[ticket], evening.told(ticket, event))
    return len(scans)


if __name__ == "__main__":
    main(run, __doc__)

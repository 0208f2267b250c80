"""The phone decides as the server does: made-up evenings at one door, told by both."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from typing import Any

import pytest
from django.utils import timezone

from programme.models import Day, Edition
from registration.checkin import projection, standing
from registration.checkin.models import Point, Verdict
from registration.checkin.projection import OVERRIDE, Fact
from registration.checkin.standing import Claim, Holder

pytestmark = pytest.mark.browser

EVENINGS = 600
BEGAN = dt.datetime(2026, 12, 8, 9, tzinfo=timezone.get_default_timezone())
TODAY = BEGAN.date()
DAYS = [(number, TODAY + dt.timedelta(days=number - 1)) for number in (1, 2, 3)]
STATES = {1: "confirmed", 2: "waiting", 3: "cancelled"}
MODES = ["once_a_day", "once_a_day", "once", "unlimited"]

TELL = """async ([address, evenings]) => {
  const { decide, decideTakingBack } = await import(address);
  const told = [];
  for (const { ticket, days, point, events, isSupervisor, date, synced } of evenings) {
    let own = [];
    let there;
    const verdicts = [];
    for (const event of events) {
      const { direction, voids, isOverride } = event;
      const facts = { point: point.id, direction, voids, override: isOverride ? "why" : "" };
      const scan = { ...facts, scanned_at: new Date(event.at).toISOString(), offset_ms: 0 };
      const kept = { scan_id: event.id, date, gate: "A", scan };
      if (event.voids) {
        const target = own.find((each) => each.scan_id === event.voids);
        kept.decided = decideTakingBack({ target, at: event.at, isSupervisor });
        if (target && kept.decided.verdict === "voided") target.undone = event.id;
      } else {
        kept.decided = decide({ ticket, days, point, direction, isOverride, at: event.at, date, there, own });
      }
      verdicts.push(kept.decided.verdict);
      own.push(kept);
      if (event.id === synced?.after) {
        for (const each of own) each.answered = { verdict: each.decided.verdict, heard: synced.at };
        there = synced.stay && { stay: synced.stay, heard: synced.at + 10_000, date };
      }
    }
    told.push(verdicts);
  }
  return told;
}"""


@pytest.fixture
def deciding(page, site):
    page.goto(f"{site}/ko/")
    return f"{site}/static/js/checkin/deciding.js"


def test_phone_and_server_say_the_same_of_every_scan(page, deciding):
    chance = random.Random(20261208)
    evenings = [Evening(chance) for _ in range(EVENINGS)]

    told = page.evaluate(TELL, [deciding, [evening.for_the_phone() for evening in evenings]])

    expected = [evening.told for evening in evenings]
    differing = [
        (evening, one, other) for evening, one, other in zip(evenings, told, expected, strict=True) if one != other
    ]
    assert [(vars(evening)["events"], one, other) for evening, one, other in differing[:3]] == []
    said = {verdict for verdicts in expected for verdict in verdicts}
    assert said == {
        "admitted", "admitted_again", "already_in", "exited", "wrong_day", "not_open", "closed", "cancelled",
        "revoked", "waitlisted", "voided", "void_refused",
    }  # fmt: skip


class Evening:
    """One ticket, one door, one phone, and what the server's own functions say of each of its scans."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.is_supervisor = chance.random() < 0.3
        self.states = [chance.choice([1, 1, 1, 1, 0, 2, 3]), chance.choice([0, 0, 1, 3]), 0]
        self.is_replaced = chance.random() < 0.06
        self.point = self._point()
        self.facts: list[Fact] = []
        self.events: list[dict[str, Any]] = []
        self.told: list[str] = []
        self.synced: dict[str, Any] | None = None
        at = BEGAN
        for _ in range(chance.randint(1, 7)):
            at += dt.timedelta(seconds=chance.choice([4, 30, 300, 700, 1205, 2400]))
            self._happens(at)
        if chance.random() < 0.5:
            self._sync(chance.randrange(len(self.facts)))

    def for_the_phone(self) -> dict[str, Any]:
        opens, closes = self.point.opens_at, self.point.closes_at
        return {
            "ticket": {
                "d": sum(state << 2 * place for place, state in enumerate(self.states)),
                "r": int(self.is_replaced),
            },
            "days": [{"number": number, "date": date.isoformat()} for number, date in DAYS],
            "point": {
                "id": 7,
                "day": {"number": 1, "date": TODAY.isoformat()},
                "every_day": self.point.day_id is None,
                "mode": self.point.mode,
                "opens_at": opens and opens.isoformat(),
                "closes_at": closes and closes.isoformat(),
            },
            "events": self.events,
            "isSupervisor": self.is_supervisor,
            "date": TODAY.isoformat(),
            "synced": self.synced,
        }

    def _point(self) -> Point:
        edition = Edition(pk=1, slug="x", timezone="Asia/Seoul")
        times = self.chance.choice([(None, None)] * 4 + [(10, None), (None, 40)])
        opens, closes = (minutes and BEGAN + dt.timedelta(minutes=minutes) for minutes in times)
        day = Day(pk=1, number=1, date=TODAY, edition=edition) if self.chance.random() < 0.7 else None
        mode = self.chance.choice(MODES)
        return Point(pk=7, edition=edition, day=day, mode=mode, opens_at=opens, closes_at=closes)

    def _happens(self, at: dt.datetime) -> None:
        scans = [fact for fact in self.facts if not fact.voids]
        voids = self.chance.choice(scans).scan_id if scans and self.chance.random() < 0.2 else None
        direction = "out" if not voids and self.chance.random() < 0.2 else "in"
        is_override = self.is_supervisor and not voids and self.chance.random() < 0.4
        worth = standing.worth(self._holder(), self.point, TODAY, at)
        is_forced = is_override and direction == "in" and worth != Verdict.ADMITTED
        fact = Fact(
            scan_id=uuid.UUID(int=self.chance.getrandbits(128)),
            device=1,
            at=at,
            seq=len(self.facts) + 1,
            direction=direction,
            validity=Verdict.VOIDED if voids else Verdict.ADMITTED if direction == "out" else worth,
            flags=(OVERRIDE,) if is_forced else (),
            is_override=is_override,
            by_supervisor=self.is_supervisor,
            voids=voids,
        )
        self.facts.append(fact)
        self.told.append(str(projection.project(self.facts, self.point.mode).told[fact.scan_id].verdict))
        self.events.append(
            {
                "id": str(fact.scan_id),
                "at": int(at.timestamp() * 1000),
                "direction": direction,
                "isOverride": is_override,
                "voids": voids and str(voids),
            }
        )

    def _sync(self, place: int) -> None:
        """Up to here everything has arrived, and the list says what it came to."""
        stay = projection.project(self.facts[: place + 1], self.point.mode).stay
        milliseconds = None
        if stay and stay.first_in_at:
            first, last = (int(moment.timestamp()) * 1000 for moment in (stay.first_in_at, stay.last_in_at))
            milliseconds = {"first": first, "last": last, "inside": stay.inside}
        self.synced = {"after": self.events[place]["id"], "at": self.events[place]["at"] + 500, "stay": milliseconds}

    def _holder(self) -> Holder:
        ended = BEGAN - dt.timedelta(days=1)
        claims = {
            number: Claim(number, number, date, STATES[state], ended, ended if state == 3 else None)
            for (number, date), state in zip(DAYS, self.states, strict=True)
            if state
        }
        is_over = bool(claims) and all(claim.state == "cancelled" for claim in claims.values())
        return Holder(
            ticket_id=1,
            revoked_at=ended if self.is_replaced else None,
            registration_id=1,
            name="",
            organisation="",
            category="attendee",
            support=[],
            cancelled_at=ended if is_over else None,
            claims=claims,
        )

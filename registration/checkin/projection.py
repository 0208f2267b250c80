"""What the scans of one person at one point on one date come to. Pure: no database, no clock.

The answer depends on the set of scans alone. In whatever order they arrive, however often and in whatever batches, it
is the same: they are put in the order in which they happened, and told one after the other by `step`. Whoever already
has the stay up to a moment may go on from there with a later scan.

| scans                                             | come to                                                    |
|---------------------------------------------------|------------------------------------------------------------|
| the first in                                      | admitted                                                   |
| in, when the last was out                         | admitted again                                             |
| in, 20 minutes after the last                     | admitted again                                             |
| in, sooner                                        | already in; `offline_double` where the door has let them   |
|                                                   | in all the same: it could not know, or not yet             |
| taken back, by its own phone within 10 minutes or | nothing, and what came after it is told anew               |
| by a supervisor                                   |                                                            |
| from a phone that was revoked                     | nothing, until a supervisor accepts it                     |
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace

from registration.checkin.models import Point, Scan, Verdict

COMES_BACK_AFTER = dt.timedelta(minutes=20)
TAKEN_BACK_WITHIN = dt.timedelta(minutes=10)

# Known when a scan arrives, and kept with it.
CLOCK_SUSPECT, SEQUENCE_REUSED = "clock_suspect", "sequence_reused"
LATE_REVOCATION, LIST_WAS_STALE = "late_revocation", "list_was_stale"
DEVICE_REVOKED, DEVICE_EXPIRED, POINT_NOT_GIVEN = "device_revoked", "device_expired", "point_not_given"
OVERRIDE, OVERRIDE_REFUSED, STANDBY, OVER_CAPACITY = "override", "override_refused", "standby", "over_capacity"
# Seen only beside other scans.
OFFLINE_DOUBLE = "offline_double"

COUNTS_ANYWAY = {OVERRIDE, LATE_REVOCATION, STANDBY}  # the person is inside, whatever the ticket says
TO_REVIEW = {DEVICE_REVOKED, DEVICE_EXPIRED, POINT_NOT_GIVEN}


@dataclass(frozen=True)
class Fact:
    """A scan, as far as it matters here. `is_accepted` is a supervisor's word on one that was kept for review."""

    scan_id: uuid.UUID
    device: int
    at: dt.datetime
    seq: int = 0
    direction: str = Scan.Direction.IN
    validity: str = Verdict.ADMITTED
    flags: tuple[str, ...] = ()
    has_let_in: bool = False  # whoever stood there was shown green, by the phone itself or by our answer
    is_override: bool = False
    by_supervisor: bool = False
    voids: uuid.UUID | None = None
    is_accepted: bool = False

    @property
    def is_waiting(self) -> bool:
        return bool(TO_REVIEW & set(self.flags)) and not self.is_accepted

    @property
    def counts(self) -> bool:
        """Whether it says that somebody went in or out, unless it is taken back."""
        is_good = self.validity == Verdict.ADMITTED or COUNTS_ANYWAY & set(self.flags)
        return bool(is_good) and self.voids is None and not self.is_waiting

    @property
    def order(self) -> tuple[dt.datetime, int, uuid.UUID]:
        """When it happened. At the same moment a phone's own numbers decide, and then anything that stays the same."""
        return self.at, self.seq, self.scan_id


@dataclass(frozen=True)
class Stay:
    """What became of one person at one point on one date."""

    first_in_at: dt.datetime | None = None
    first_scan_id: uuid.UUID | None = None
    last_in_at: dt.datetime | None = None
    last_event_at: dt.datetime | None = None
    inside: bool = False
    is_standby: bool = False
    entries: int = 0
    doubles: int = 0


@dataclass(frozen=True)
class Told:
    """What a scan comes to now."""

    verdict: str
    flags: tuple[str, ...]


@dataclass(frozen=True)
class Projection:
    """`stay` is None where no scan counts, not even one that was taken back."""

    stay: Stay | None
    told: dict[uuid.UUID, Told]


def project(facts: Iterable[Fact], mode: str) -> Projection:
    """Tell all scans of one person, point and date, and the scans that take one of them back."""
    scans = {fact.scan_id: fact for fact in facts}
    told = {fact.scan_id: Told(_void(fact, scans), fact.flags) for fact in scans.values() if fact.voids}
    gone = {scans[scan_id].voids for scan_id, each in told.items() if each.verdict == Verdict.VOIDED}
    stay = Stay() if any(fact.counts for fact in scans.values()) else None
    for fact in sorted((fact for fact in scans.values() if not fact.voids), key=lambda fact: fact.order):
        if fact.scan_id in gone:
            told[fact.scan_id] = Told(Verdict.VOIDED, fact.flags)
        elif fact.counts:
            stay, told[fact.scan_id] = step(stay, fact, mode)
        else:
            told[fact.scan_id] = Told(Verdict.UNDER_REVIEW if fact.is_waiting else fact.validity, fact.flags)
    return Projection(stay, told)


def step(stay: Stay, fact: Fact, mode: str) -> tuple[Stay, Told]:
    """Go on with one scan that counts and that is later than all before it."""
    stay = replace(stay, last_event_at=fact.at)
    if fact.direction == Scan.Direction.OUT:
        return replace(stay, inside=False), Told(Verdict.EXITED, fact.flags)
    if stay.first_in_at is None:
        first = replace(stay, first_in_at=fact.at, first_scan_id=fact.scan_id, is_standby=STANDBY in fact.flags)
        return _enter(first, fact), Told(Verdict.ADMITTED, fact.flags)
    if _may_come_again(stay, fact, mode):
        return _enter(stay, fact), Told(Verdict.ADMITTED_AGAIN, fact.flags)
    if fact.has_let_in:
        doubled = replace(stay, doubles=stay.doubles + 1)
        return doubled, Told(Verdict.ALREADY_IN, (*fact.flags, OFFLINE_DOUBLE))
    return stay, Told(Verdict.ALREADY_IN, fact.flags)


def _enter(stay: Stay, fact: Fact) -> Stay:
    return replace(stay, last_in_at=fact.at, inside=True, entries=stay.entries + 1)


def _may_come_again(stay: Stay, fact: Fact, mode: str) -> bool:
    """Somebody who went for lunch is welcome back; a code shown twice in a row is not."""
    if fact.is_override or mode == Point.Mode.UNLIMITED:
        return True
    return mode != Point.Mode.ONCE and (not stay.inside or fact.at - stay.last_in_at >= COMES_BACK_AFTER)


def _void(void: Fact, scans: dict[uuid.UUID, Fact]) -> str:
    """Whether a scan may be taken back by this one. What takes back is not taken back itself."""
    target = scans.get(void.voids)
    if void.is_waiting:
        return Verdict.UNDER_REVIEW
    if target is None or target.voids:
        return Verdict.VOID_UNKNOWN
    is_own = void.device == target.device and dt.timedelta(0) <= void.at - target.at <= TAKEN_BACK_WITHIN
    return Verdict.VOIDED if is_own or void.by_supervisor else Verdict.VOID_REFUSED

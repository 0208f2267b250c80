"""The tables of who is there: kept up to date scan by scan, or made anew from all of them.

Two ways lead to the same rows. `go_on` adds one scan that is later than all before, by one statement. `retell` locks
the person's row at the point, reads all their scans and tells them from the beginning.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from programme.models import Edition
from registration.checkin import projection
from registration.checkin.models import LETS_IN, Attendance, Outcome, Point, Scan, Verdict
from registration.checkin.projection import Fact, Projection, Stay, Told
from registration.checkin.rows import insert_once
from registration.checkin.standing import Holder

_FACTS = (
    "scan_id", "device_id", "effective_at", "seq", "direction", "validity", "flags", "is_offline", "device_verdict",
    "override_reason", "by_supervisor", "voids", "decision__accepted", "verdict", "registration_id", "point_id",
)  # fmt: skip
_STAY = tuple(Stay.__dataclass_fields__)
INSTANT = dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class Group:
    """One person at one point on one date (None: once in all)."""

    registration: int
    point: int
    date: dt.date | None


@dataclass(frozen=True)
class Kept:
    """A scan as it is kept: the fact, what was answered, and where it belongs."""

    fact: Fact
    answered: Told
    registration: int | None
    point: int


def fact_of(scan: Scan) -> Fact:
    """A scan that was made just now, and that nobody has decided about."""
    return _fact({name: getattr(scan, name) for name in _FACTS if name != "decision__accepted"})


def moment_after(stay: Stay, at: dt.datetime) -> dt.datetime:
    """`at`, or the moment right after all that is told. What we answered at one door must hold against the other, so
    whoever asks us later was there later, whatever two clocks say."""
    return max(at, stay.last_event_at + INSTANT) if stay.last_event_at else at


def go_on(holder: Holder, fact: Fact, point: Point, date: dt.date | None) -> Told | None:
    """Add a scan to its holder's stay. None where it is not the latest, or another door was faster."""
    stay = holder.stay
    if holder.is_taken_back or (stay.last_event_at and fact.at <= stay.last_event_at):
        return None
    stay, told = projection.step(stay, fact, point.mode)
    if holder.attendance_id is None:
        row = Attendance(registration_id=holder.registration_id, point_id=point.pk, date=date, **vars(stay))
        return told if insert_once(row) else None
    unchanged = Attendance.objects.filter(pk=holder.attendance_id, version=holder.attendance_version)
    return told if unchanged.update(**vars(stay), **_next()) else None


def retell(group: Group, *more: Fact) -> Projection:
    """Tell the group's scans anew, and `more` that are not in the table yet. Inside a transaction."""
    point = Point.objects.select_related("edition").get(pk=group.point)
    # Where there is no row yet, this one is what others wait for.
    is_new = insert_once(Attendance(registration_id=group.registration, point_id=group.point, date=group.date))
    row = _rows(group).select_for_update(no_key=True).get()
    scans = list(_scans_of(group, point, more))
    told = projection.project([*(kept.fact for kept in scans), *more], point.mode)
    if told.stay is None:
        row.delete()
    elif is_new or _stay_of(row) != told.stay:
        _rows(group).update(**vars(told.stay), **_next())
    _keep_outcomes(scans, told)
    return told


def group_of(scan: Scan, point: Point) -> Group | None:
    """Where a reading counts, or None for one of a code that nobody has."""
    if scan.registration_id is None:
        return None
    return Group(scan.registration_id, point.pk, point.counted_on(scan.effective_at, point.edition.tzinfo))


def catch_up(edition: Edition) -> int:
    """Tell anew what a void takes back that arrived in the same moment as its target, when neither saw the other."""
    here = Scan.objects.filter(pk=OuterRef("voids"))
    late = Scan.objects.filter(Exists(here), point__edition=edition, verdict=Verdict.VOID_UNKNOWN, outcome=None)
    targets = Scan.objects.filter(pk__in=late.values("voids"), voids__isnull=True).select_related("point__edition")
    groups = {group for target in targets if (group := group_of(target, target.point))}
    for group in groups:
        with transaction.atomic():
            retell(group)
    return len(groups)


def differences(edition: Edition) -> dict[Group, str]:
    """Where the tables say something else than the scans, and what. Empty is what everybody hopes for."""
    points = {point.pk: point for point in edition.points.all()}
    rows = {_group_of(row): row for row in Attendance.objects.filter(point__edition=edition)}
    outcomes = {
        row.scan_id: Told(row.verdict, tuple(row.flags)) for row in Outcome.objects.filter(scan__point__edition=edition)
    }
    found = {}
    groups = _by_group(_kept(Scan.objects.filter(point__edition=edition)), points, edition)
    for group, scans in groups.items():
        told = projection.project([kept.fact for kept in scans], points[group.point].mode)
        row = rows.pop(group, None)
        if told.stay != (row and _stay_of(row)):
            found[group] = f"{_stay_of(row) if row else None} should be {told.stay}"
        elif wrong := [kept.fact.scan_id for kept in scans if _outcome(kept, told) != outcomes.get(kept.fact.scan_id)]:
            found[group] = f"outcomes of {', '.join(map(str, wrong))}"
    return found | dict.fromkeys(rows, "nobody scanned this")


def rebuild(edition: Edition) -> dict[Group, str]:
    """Make the tables what the scans say. Answers what differed."""
    found = differences(edition)
    for group in found:
        with transaction.atomic():
            retell(group)
    return found


def _by_group(scans: Iterable[Kept], points: dict[int, Point], edition: Edition) -> dict[Group, list[Kept]]:
    """Readings by where they count; a void goes with what it takes back."""
    everything = {kept.fact.scan_id: kept for kept in scans}
    groups: dict[Group, list[Kept]] = defaultdict(list)
    for kept in everything.values():
        target = everything.get(kept.fact.voids) if kept.fact.voids else kept
        if target and target.registration and not target.fact.voids:
            date = points[target.point].counted_on(target.fact.at, edition.tzinfo)
            groups[Group(target.registration, target.point, date)].append(kept)
    return groups


def _scans_of(group: Group, point: Point, more: Iterable[Fact]) -> Iterator[Kept]:
    """What was read of this person here on this date, and what takes one of it or of `more` back."""
    readings = Scan.objects.filter(registration=group.registration, point=group.point, voids__isnull=True)
    timezone_here = point.edition.tzinfo
    here = [kept for kept in _kept(readings) if point.counted_on(kept.fact.at, timezone_here) == group.date]
    yield from here
    ids = [fact.scan_id for fact in (*(kept.fact for kept in here), *more)]
    yield from _kept(Scan.objects.filter(voids__in=ids))


def _kept(scans: QuerySet[Scan]) -> Iterator[Kept]:
    for row in scans.order_by().values(*_FACTS):
        answered = Told(row["verdict"], tuple(row["flags"]))
        yield Kept(_fact(row), answered, row["registration_id"], row["point_id"])


def _fact(row: dict[str, Any]) -> Fact:
    return Fact(
        scan_id=row["scan_id"],
        device=row["device_id"],
        at=row["effective_at"],
        seq=row["seq"] or 0,
        direction=row["direction"],
        validity=row["validity"],
        # What was seen beside other scans is seen anew.
        flags=tuple(flag for flag in row["flags"] if flag != projection.OFFLINE_DOUBLE),
        has_let_in=(row["device_verdict"] if row["is_offline"] else row["verdict"]) in LETS_IN,
        is_override=bool(row["override_reason"]),
        by_supervisor=row["by_supervisor"],
        voids=row["voids"],
        is_accepted=bool(row.get("decision__accepted")),
    )


def _keep_outcomes(scans: list[Kept], told: Projection) -> None:
    """A row for each scan that comes to something else than was answered, and for no other."""
    now = {kept.fact.scan_id: _outcome(kept, told) for kept in scans}
    known = Outcome.objects.filter(scan__in=now)
    before = {row.scan_id: Told(row.verdict, tuple(row.flags)) for row in known}
    changed = [scan_id for scan_id, outcome in now.items() if outcome != before.get(scan_id)]
    known.filter(scan__in=changed).delete()
    Outcome.objects.bulk_create(
        Outcome(scan_id=scan_id, verdict=now[scan_id].verdict, flags=list(now[scan_id].flags))
        for scan_id in changed
        if now[scan_id]
    )


def _outcome(kept: Kept, told: Projection) -> Told | None:
    outcome = told.told[kept.fact.scan_id]
    return None if outcome == kept.answered else outcome


def _rows(group: Group) -> QuerySet[Attendance]:
    rows = Attendance.objects.filter(registration=group.registration, point=group.point)
    return rows.filter(date=group.date) if group.date else rows.filter(date__isnull=True)


def _group_of(row: Attendance) -> Group:
    return Group(row.registration_id, row.point_id, row.date)


def _stay_of(row: Attendance) -> Stay:
    return Stay(**{name: getattr(row, name) for name in _STAY})


def _next() -> dict[str, Any]:
    return {"version": F("version") + 1, "changed_at": timezone.now()}

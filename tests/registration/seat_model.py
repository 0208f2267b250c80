"""What the rules of seats say, told a second time: plain values, no database, nothing of the product.

| before doors open                             | the next in line              |
|-----------------------------------------------|-------------------------------|
| 48 h or more, or "take me in without asking"  | is confirmed at once          |
| 48 h to 12:00 on the eve                      | gets an offer of 6 h          |
| later                                         | the line closes               |

Mails rest from 21:00 to 08:00, and an offer's time starts when its mail may leave.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field

CONFIRMED, WAITING, OFFERED, CANCELLED, LAPSED = "confirmed", "waiting", "offered", "cancelled", "lapsed"
HOLDS_A_SEAT, LIVES = {CONFIRMED, OFFERED}, {CONFIRMED, OFFERED, WAITING}
HOUR = dt.timedelta(hours=1)


class No(Exception):
    """What was asked for is refused, and nothing changes."""


@dataclass
class Claim:
    day: int
    state: str
    place: int | None = None
    until: dt.datetime | None = None
    ended_at: dt.datetime | None = None


@dataclass
class Person:
    address: str
    takes_any_seat: bool
    claims: list[Claim] = field(default_factory=list)
    mails: list[tuple[str, dt.datetime]] = field(default_factory=list)

    def living(self, day: int | None = None) -> list[Claim]:
        return [claim for claim in self.claims if claim.state in LIVES and day in (None, claim.day)]


@dataclass
class Day:
    doors: dt.datetime
    capacity: int
    last_place: int = 0

    @property
    def line_closes(self) -> dt.datetime:
        return (self.doors - dt.timedelta(days=1)).replace(hour=12, minute=0)


class Seats:
    """A forum's seats. Every method is one act, at `self.now`, and raises No for what is refused."""

    def __init__(self, doors: dict[int, dt.datetime], capacity: int, now: dt.datetime) -> None:
        self.days = {number: Day(opens, capacity) for number, opens in doors.items()}
        self.people: list[Person] = []
        self.now = now

    # --- What can be seen --------------------------------------------------------------------------------------

    def held(self, day: int) -> int:
        return sum(claim.state in HOLDS_A_SEAT for _person, claim in self._claims(day))

    def line(self, day: int) -> list[tuple[Person, Claim]]:
        waiting = [(person, claim) for person, claim in self._claims(day) if claim.state == WAITING]
        return sorted(waiting, key=lambda pair: pair[1].place)

    # --- What people do ----------------------------------------------------------------------------------------

    def register(self, address: str, days: Collection[int], may_wait: Collection[int], takes_any_seat: bool) -> None:
        full = [day for day in days if not self._is_free(day)]
        if any(day not in may_wait or not self._has_line(day) for day in full):
            raise No
        known = [person for person in self.people if address == person.address and person.living()]
        if known:
            if self._written_today(known[0], "already_registered") < 3:
                self._write(known[0], "already_registered")
            return
        person = Person(address, takes_any_seat)
        self.people.append(person)
        self._claim(person, days)
        self._write(person, "confirmation" if any(claim.state == CONFIRMED for claim in person.claims) else "waiting")

    def cancel(self, person: Person, days: Collection[int]) -> None:
        ended = [claim for claim in person.living() if claim.day in days]
        for claim in sorted(ended, key=lambda claim: claim.day):
            self._end(claim, CANCELLED)
        if ended:
            self._write(person, "cancelled")

    def undo(self, person: Person) -> None:
        """Seats that were confirmed when they were given up, less than half an hour ago."""
        lost = {claim.day: claim for claim in person.claims if claim.ended_at and self.now - claim.ended_at < HOUR / 2}
        days = [day for day in sorted(lost) if not person.living(day)]
        anew = any(other.address == person.address and other.living() for other in self.people if other is not person)
        is_forgotten = not person.address
        free = [day for day in days if self._is_free(day)]
        if is_forgotten or (not person.living() and anew) or (days and not free):
            raise No
        self._claim(person, free)
        if free:
            self._write(person, "changed")

    def change(self, person: Person, days: Collection[int], may_wait: Collection[int]) -> None:
        if not person.living():
            raise No
        added = [day for day in sorted(days) if not person.living(day)]
        dropped = [claim for claim in person.living() if claim.day not in days]
        if any(not self._is_free(day) and not (day in may_wait and self._has_line(day)) for day in added):
            raise No
        self._claim(person, added)
        for claim in sorted(dropped, key=lambda claim: claim.day):
            self._end(claim, CANCELLED)
        if added or dropped:
            self._write(person, "changed")

    def accept(self, person: Person, claim: Claim) -> None:
        if claim.state == CONFIRMED:
            return
        if claim.state != OFFERED or self.now >= claim.until:
            raise No
        claim.state, claim.until = CONFIRMED, None
        self._write(person, "confirmation")

    def decline(self, claim: Claim) -> None:
        if claim.state == OFFERED:
            self._end(claim, LAPSED)

    def forget(self, person: Person) -> None:
        """With whatever the same address cancelled before."""
        self.cancel(person, list(self.days))
        for each in [other for other in self.people if other.address == person.address and not other.living()]:
            each.address, each.mails = "", []

    # --- What organisers and the clock do ------------------------------------------------------------------------

    def set_capacity(self, day: int, capacity: int) -> None:
        if capacity < self.held(day):
            raise No
        self.days[day].capacity = capacity
        self._promote(day)

    def sweep(self) -> None:
        for day in self.days:
            for person, claim in self._claims(day):
                if claim.state == OFFERED and claim.until <= self.now:
                    self._end(claim, LAPSED, lambda person=person: self._write(person, "offer_lapsed", self._morning()))
        for day in self.days:
            while self._promote(day):
                pass
            if self.now >= self.days[day].line_closes:
                for person, claim in self.line(day):
                    self._end(claim, LAPSED)
                    self._write(person, "line_closed", self._morning())

    # --- How ---------------------------------------------------------------------------------------------------

    def _claims(self, day: int) -> list[tuple[Person, Claim]]:
        return [(person, claim) for person in self.people for claim in person.claims if claim.day == day]

    def _is_free(self, day: int) -> bool:
        return not self.line(day) and self.held(day) < self.days[day].capacity

    def _has_line(self, day: int) -> bool:
        return self.now < self.days[day].line_closes

    def _claim(self, person: Person, days: Collection[int]) -> None:
        for day in sorted(days):
            if self._is_free(day):
                person.claims.append(Claim(day, CONFIRMED))
            else:
                self.days[day].last_place += 1
                person.claims.append(Claim(day, WAITING, self.days[day].last_place))

    def _end(self, claim: Claim, state: str, tell=lambda: None) -> None:
        held, was_sure = claim.state in HOLDS_A_SEAT, claim.state == CONFIRMED
        claim.state, claim.until = state, None
        claim.ended_at = self.now if was_sure else None
        tell()
        if held:
            self._promote(claim.day)

    def _promote(self, day: int) -> bool:
        """The first in line, and nobody else."""
        line = self.line(day)
        if not line or self.held(day) >= self.days[day].capacity or self.now >= self.days[day].line_closes:
            return False
        person, claim = line[0]
        if person.takes_any_seat or self.days[day].doors - self.now >= 48 * HOUR:
            claim.state = CONFIRMED
            self._write(person, "promoted", self._morning())
        else:
            claim.state, claim.until = OFFERED, self._morning() + 6 * HOUR
            self._write(person, "offered", self._morning())
        return True

    def _morning(self) -> dt.datetime:
        """Now, or at night the next 08:00."""
        if 8 <= self.now.hour < 21:
            return self.now
        return (self.now + dt.timedelta(days=self.now.hour >= 21)).replace(hour=8, minute=0, second=0, microsecond=0)

    def _write(self, person: Person, kind: str, moment: dt.datetime | None = None) -> None:
        if person.address:
            person.mails.append((kind, moment or self.now))

    def _written_today(self, person: Person, kind: str) -> int:
        return sum(mail == kind and moment.date() == self.now.date() for mail, moment in person.mails)

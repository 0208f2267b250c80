"""Who came on which days. The check-in knows; it stands above, and says here how to ask it."""

from __future__ import annotations

from collections.abc import Callable

from programme.models import Day
from registration.models import Registration

DaysAttended = Callable[[Registration], list[Day]]

_days_attended: list[DaysAttended] = []


def ask_for_days(days: DaysAttended) -> None:
    """Check-in says here how to find the days on which somebody came, in their order."""
    _days_attended[:] = [days]


def days(registration: Registration) -> list[Day]:
    return _days_attended[0](registration)

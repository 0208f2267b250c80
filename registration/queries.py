"""Answers about seats that pages and forms show. A number shown is no promise: the transaction decides."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programme.phase import is_registration_open
from programme.read_model import Edition
from registration.models import Quota

AVAILABLE, FEW, FULL, CLOSED = "available", "few", "full", "closed"
FEW_IS_BELOW = 0.2  # of all seats

LABELS: dict[str, str | Promise] = {
    AVAILABLE: _("Available"),
    FEW: _("Almost full"),
    FULL: _("Full"),
    CLOSED: _("Closed"),
}


@dataclass(frozen=True)
class DaySeats:
    """How a day's public seats stand."""

    number: int
    date: dt.date
    capacity: int
    left: int
    state: str

    @property
    def label(self) -> str:
        return str(LABELS[self.state])

    @property
    def percent_taken(self) -> int:
        """In steps of five, since the bar's width is a class."""
        return round((self.capacity - self.left) * 20 / self.capacity) * 5 if self.capacity else 100


@dataclass(frozen=True)
class SeatPanel:
    is_open: bool
    closes: dt.datetime | None
    days: list[DaySeats]


def seat_panel(edition: Edition) -> SeatPanel:
    """The public seats of every day of the edition. One statement."""
    is_open = is_registration_open(timezone.now(), opens=edition.registration_opens, closes=edition.registration_closes)
    quotas = Quota.objects.filter(day__edition__slug=edition.slug, share=Quota.Share.PUBLIC)
    rows = quotas.select_related("day").order_by("day__number")
    return SeatPanel(is_open, edition.registration_closes, [_day_seats(row, is_open=is_open) for row in rows])


def _day_seats(quota: Quota, *, is_open: bool) -> DaySeats:
    left = max(quota.left, 0)
    return DaySeats(quota.day.number, quota.day.date, quota.capacity, left, _state(quota.capacity, left, is_open))


def _state(capacity: int, left: int, is_open: bool) -> str:  # noqa: FBT001 (a fact, not a switch)
    if not is_open:
        return CLOSED
    if not left:
        return FULL
    return FEW if left <= capacity * FEW_IS_BELOW else AVAILABLE

"""Answers about seats that pages and forms show. A number shown is no promise: the transaction decides."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programme import clock
from programme.models import Day
from programme.phase import AVAILABLE, CLOSED, FEW, FULL, WAITING, day_state, is_registration_open
from registration import promotion
from registration.models import Booking, Quota, Registration

# In a preview, the share of seats that a day shows as left.
PRETENDED_LEFT = {AVAILABLE: 0.75, FEW: 0.1, WAITING: 0, FULL: 0}

LABELS: dict[str, str | Promise] = {
    AVAILABLE: _("Available"),
    FEW: _("Almost full"),
    WAITING: _("Waiting list"),
    FULL: _("Full"),
    CLOSED: _("Closed"),
}


# What a panel needs of a quota, its day, and the edition whose clock closes the line.
_SEATS = ("capacity", "taken", "waiting", "longest_line", "day__number", "day__date", "day__edition__timezone")


@dataclass(frozen=True)
class DaySeats:
    """How a day's seats stand."""

    number: int
    date: dt.date
    capacity: int
    left: int
    waiting: int
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


def seat_panel(
    edition_slug: str,
    *,
    opens: dt.datetime | None,
    closes: dt.datetime | None,
    share: str = Quota.Share.PUBLIC,
) -> SeatPanel:
    """The seats of every day of the edition, whose registration opens and closes then. One statement."""
    is_open = is_registration_open(clock.now(), opens=opens, closes=closes)
    quotas = Quota.objects.filter(day__edition__slug=edition_slug, share=share)
    rows = quotas.select_related("day__edition").only(*_SEATS).order_by("day__number")
    return SeatPanel(is_open, closes, [_day_seats(row, is_open=is_open) for row in rows])


def _day_seats(quota: Quota, *, is_open: bool) -> DaySeats:
    left = max(quota.left, 0)
    has_line = not quota.line_is_full and clock.now() < promotion.line_closes_at(quota.day)
    state = day_state(is_open=is_open, capacity=quota.capacity, left=left, has_line=has_line)
    pretended = clock.preview()
    if is_open and pretended and pretended.seats in PRETENDED_LEFT:
        left, state = int(quota.capacity * PRETENDED_LEFT[pretended.seats]), pretended.seats
    return DaySeats(quota.day.number, quota.day.date, quota.capacity, left, quota.waiting, state)


def positions(registration: Registration) -> dict[int, int]:
    """The places in the line of every day that the registration waits for, by day number."""
    waiting = registration.bookings.filter(state=Booking.State.WAITING).select_related("day")
    return {booking.day.number: position(booking) for booking in waiting}


def position(booking: Booking) -> int:
    """How many wait up to and including this one: 1 is next."""
    ahead = Booking.objects.filter(quota=booking.quota_id, state=Booking.State.WAITING, place__lte=booking.place)
    return ahead.count()


def days_of(registration: Registration) -> list[tuple[Day, Booking | None]]:
    """Every day of the edition with the person's latest booking for it."""
    booked = {booking.day_id: booking for booking in registration.bookings.select_related("day").order_by("pk")}
    return [(day, booked.get(day.pk)) for day in registration.edition.days.all()]

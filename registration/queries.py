"""Answers about seats that pages and forms show. A number shown is no promise: the transaction decides."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields

from django.db.models import Count, F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programme import clock
from programme.models import Day
from programme.phase import is_registration_open
from programme.read_model import Edition
from registration import promotion
from registration.models import Booking, Interest, Quota

AVAILABLE, FEW, WAITING, FULL, CLOSED = "available", "few", "waiting", "full", "closed"
FEW_IS_BELOW = 0.2  # of all seats
LINE_IS_FULL = 0.25  # of all seats: nobody is asked to wait where hope is small

# In a preview, the share of seats that a day shows as left.
PRETENDED_LEFT = {AVAILABLE: 0.75, FEW: 0.1, WAITING: 0, FULL: 0}

LABELS: dict[str, str | Promise] = {
    AVAILABLE: _("Available"),
    FEW: _("Almost full"),
    WAITING: _("Waiting list"),
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


def seat_panel(edition: Edition) -> SeatPanel:
    """The public seats of every day of the edition. One statement."""
    is_open = is_registration_open(clock.now(), opens=edition.registration_opens, closes=edition.registration_closes)
    quotas = Quota.objects.filter(day__edition__slug=edition.slug, share=Quota.Share.PUBLIC)
    rows = quotas.select_related("day__edition").order_by("day__number")
    return SeatPanel(is_open, edition.registration_closes, [_day_seats(row, is_open=is_open) for row in rows])


def _day_seats(quota: Quota, *, is_open: bool) -> DaySeats:
    left = max(quota.left, 0)
    state = _state(quota, left) if is_open else CLOSED
    pretended = clock.preview()
    if is_open and pretended and pretended.seats in PRETENDED_LEFT:
        left, state = int(quota.capacity * PRETENDED_LEFT[pretended.seats]), pretended.seats
    return DaySeats(quota.day.number, quota.day.date, quota.capacity, left, quota.waiting, state)


def _state(quota: Quota, left: int) -> str:
    if left:
        return FEW if left <= quota.capacity * FEW_IS_BELOW else AVAILABLE
    line_is_full = quota.waiting >= quota.capacity * LINE_IS_FULL
    return FULL if line_is_full or clock.now() >= promotion.line_closes_at(quota.day) else WAITING


@dataclass(frozen=True)
class DayAnswers:
    """How many seats of a day are given, by the answer to “are you coming?”; and how many were released by it."""

    number: int
    date: dt.date
    coming: int
    no_answer: int
    not_asked: int
    released: int

    @property
    def given(self) -> int:
        return self.coming + self.no_answer + self.not_asked


def answers(edition: Edition) -> list[DayAnswers]:
    """Every day of the edition, from which organisers estimate who will be there. One statement."""
    seated = Q(bookings__state=Booking.State.CONFIRMED)
    silent = Q(bookings__registration__coming_since__isnull=True)
    unasked = Q(bookings__registration__asked_at__isnull=True)
    released = Q(bookings__cancelled_at__gte=F("bookings__registration__released_at"))
    days = Day.objects.filter(edition__slug=edition.slug).order_by("number")
    counted = days.annotate(
        coming=Count("bookings", filter=seated & ~silent),
        no_answer=Count("bookings", filter=seated & silent & ~unasked),
        not_asked=Count("bookings", filter=seated & silent & unasked),
        released=Count("bookings", filter=released),
    )
    return [DayAnswers(**row) for row in counted.values(*(field.name for field in fields(DayAnswers)))]


def position(booking: Booking) -> int:
    """How many wait up to and including this one: 1 is next."""
    ahead = Booking.objects.filter(quota=booking.quota_id, state=Booking.State.WAITING, place__lte=booking.place)
    return ahead.count()


def waiting_for_opening(edition: Edition) -> tuple[int, int]:
    """How many want to be told when registration opens, and how many have not confirmed that yet. Never who."""
    counted = Interest.objects.filter(edition__slug=edition.slug).aggregate(
        all=Count("pk"), confirmed=Count("pk", filter=Q(confirmed_at__isnull=False))
    )
    return counted["confirmed"], counted["all"] - counted["confirmed"]

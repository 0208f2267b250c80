"""What organisers count before the forum: numbers, never names."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields

from django.db.models import Count, Q

from programme.models import Day
from programme.read_model import Edition
from registration.models import Booking, Interest


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
    released = Q(bookings__released_at__isnull=False)
    days = Day.objects.filter(edition__slug=edition.slug).order_by("number")
    counted = days.annotate(
        coming=Count("bookings", filter=seated & ~silent),
        no_answer=Count("bookings", filter=seated & silent & ~unasked),
        not_asked=Count("bookings", filter=seated & silent & unasked),
        released=Count("bookings", filter=released),
    )
    return [DayAnswers(**row) for row in counted.values(*(field.name for field in fields(DayAnswers)))]


def waiting_for_opening(edition: Edition) -> tuple[int, int]:
    """How many want to be told when registration opens, and how many have not confirmed that yet. Never who."""
    counted = Interest.objects.filter(edition__slug=edition.slug).aggregate(
        all=Count("pk"), confirmed=Count("pk", filter=Q(confirmed_at__isnull=False))
    )
    return counted["confirmed"], counted["all"] - counted["confirmed"]

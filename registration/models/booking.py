"""Seats: how many a day has, and who has claimed one."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programme.models import Day
from registration.errors import MoreAreTaken
from registration.models.registration import Registration

HOPEFUL = 0.25  # of all seats: nobody is asked to wait where hope is small


class Quota(models.Model):
    """The seats of one day for one share of people. Everyone who wants a seat passes through this row.

    A row of its own: locking the day would block everything that refers to it.
    """

    class Share(models.TextChoices):
        PUBLIC = "public", _("citizens")
        RESERVED = "reserved", _("reserved for guests")

    day = models.ForeignKey(Day, models.PROTECT, related_name="quotas", verbose_name=_("day"))
    share = models.CharField(_("for"), max_length=8, choices=Share, default=Share.PUBLIC)
    capacity = models.PositiveIntegerField(_("seats"))
    taken = models.PositiveIntegerField(_("taken"), default=0, editable=False)
    waiting = models.PositiveIntegerField(_("waiting"), default=0, editable=False)
    last_place = models.PositiveIntegerField(default=0, editable=False)
    longest_line = models.PositiveIntegerField(
        _("how many may wait"), null=True, blank=True, help_text=_("Empty: as many as a quarter of the seats.")
    )

    class Meta:
        verbose_name = _("seats of a day")
        verbose_name_plural = _("seats of the days")
        ordering = ["day", "share"]
        constraints = [
            models.UniqueConstraint(fields=["day", "share"], name="quota_once_per_share"),
            models.CheckConstraint(
                condition=Q(taken__lte=F("capacity")),
                name="quota_never_one_seat_too_many",
                violation_error_message=MoreAreTaken.message,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} · {self.get_share_display()}"

    @classmethod
    def share_of(cls, category: str) -> Quota.Share:
        """Guests never touch the seats of citizens, nor citizens those of guests."""
        return cls.Share.PUBLIC if category == Registration.Category.ATTENDEE else cls.Share.RESERVED

    def clean(self) -> None:
        """Forms leave `taken` out, and Django then does not ask the constraint."""
        if self.capacity is not None and self.capacity < self.taken:
            raise ValidationError({"capacity": MoreAreTaken.message})

    @property
    def left(self) -> int:
        """Seats that a newcomer can take: none while somebody waits."""
        return 0 if self.waiting else self.capacity - self.taken

    @property
    def line_is_full(self) -> bool:
        """Whether the form asks nobody else to wait. Two who join at the same moment may both have been asked."""
        longest = self.capacity * HOPEFUL if self.longest_line is None else self.longest_line
        return self.waiting >= longest


class BookingQuerySet(models.QuerySet["Booking"]):
    def living(self) -> BookingQuerySet:
        return self.filter(state__in=Booking.LIVING)

    def confirmed(self) -> BookingQuerySet:
        return self.filter(state=Booking.State.CONFIRMED)


class Booking(models.Model):
    """A registration's claim on a seat on one day.

    CONFIRMED → CANCELLED; WAITING → OFFERED → CONFIRMED | LAPSED; CONFIRMED and OFFERED hold a seat of the quota.
    STANDBY is who came to the desk on a full day: no seat and no place in the line, but perhaps one in the hall.
    """

    class State(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        WAITING = "waiting", _("waiting")
        OFFERED = "offered", _("offered")
        CANCELLED = "cancelled", _("cancelled")
        LAPSED = "lapsed", _("lapsed")
        STANDBY = "standby", _("stand-by")

    LIVING = (State.CONFIRMED, State.WAITING, State.OFFERED, State.STANDBY)
    HOLDING = (State.CONFIRMED, State.OFFERED)  # a seat of the quota

    registration = models.ForeignKey(Registration, models.CASCADE, related_name="bookings")
    day = models.ForeignKey(Day, models.PROTECT, related_name="bookings", verbose_name=_("day"))
    quota = models.ForeignKey(Quota, models.PROTECT, related_name="bookings")
    state = models.CharField(_("state"), max_length=9, choices=State)
    place = models.PositiveIntegerField(_("place in the line"), null=True, blank=True)
    offered_until = models.DateTimeField(_("offered until"), null=True, blank=True)
    booked_at = models.DateTimeField(_("booked"), default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, editable=False)
    released_at = models.DateTimeField(_("released, asked whether coming"), null=True, editable=False)
    reminded_at = models.DateTimeField(_("reminded"), null=True, editable=False)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        ordering = ["day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "day"],
                condition=Q(state__in=["confirmed", "waiting", "offered", "standby"]),
                name="booking_one_living_per_day",
            ),
            models.UniqueConstraint(fields=["quota", "place"], name="booking_place_once"),
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(place__isnull=False), name="booking_waiting_has_a_place"
            ),
            models.CheckConstraint(
                condition=~Q(state="offered") | Q(offered_until__isnull=False), name="booking_offer_ends"
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False), name="booking_confirmed_has_a_moment"
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_at__isnull=False)
                | (~Q(state="cancelled") & Q(cancelled_at__isnull=True)),
                name="booking_cancelled_has_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | Q(state="cancelled"), name="booking_released_is_cancelled"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.registration.public_id} · {self.day}"

    @classmethod
    def of_seat(cls, registration: Registration, quota: Quota) -> Booking:
        """A seat of the quota for this person, not saved yet."""
        return cls(
            registration=registration,
            day=quota.day,
            quota=quota,
            state=cls.State.CONFIRMED,
            confirmed_at=timezone.now(),
        )

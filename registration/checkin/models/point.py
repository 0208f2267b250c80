"""What is counted once, and when."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from programme.models import Day, Edition


class Point(models.Model):
    """What is counted once: the hall on a day, a session's room. Several gates scan for one point."""

    class Mode(models.TextChoices):
        ONCE_A_DAY = "once_a_day", _("once a day; going out and coming back is fine")
        ONCE = "once", _("once in all")
        UNLIMITED = "unlimited", _("as often as they like")

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="points", verbose_name=_("edition"))
    day = models.ForeignKey(
        Day,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="points",
        verbose_name=_("day"),
        help_text=_("Empty: every day of the edition, each for itself."),
    )
    name = models.CharField(_("name"), max_length=80)
    mode = models.CharField(_("lets a ticket in"), max_length=10, choices=Mode, default=Mode.ONCE_A_DAY)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    counts_people = models.BooleanField(
        _("counts who is in the hall"), default=True, help_text=_("Untick it for a session room inside the hall.")
    )
    places = models.PositiveIntegerField(
        _("places"),
        null=True,
        blank=True,
        help_text=_("How many people may be inside. Nobody without a seat is let in beyond it. Empty: no limit."),
    )
    standby_from = models.DateTimeField(
        _("stand-by from"),
        null=True,
        blank=True,
        help_text=_("From then on, seats that nobody has claimed go to people who wait or walk in."),
    )

    class Meta:
        verbose_name = _("point")
        verbose_name_plural = _("points")
        ordering = ["day", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(mode__in=["once_a_day", "once", "unlimited"]), name="point_mode_known"),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True) | Q(closes_at__isnull=True) | Q(opens_at__lt=F("closes_at")),
                name="point_opens_before_it_closes",
                violation_error_message=_("A point must open before it closes."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} · {self.name}" if self.day else self.name

    def clean(self) -> None:
        if self.day and self.day.edition_id != self.edition_id:
            raise ValidationError({"day": _("This day belongs to another edition.")})

    def counted_on(self, moment: dt.datetime, timezone: dt.tzinfo) -> dt.date | None:
        """The date for which a scan at that moment counts, or None where a ticket counts once in all."""
        return None if self.mode == self.Mode.ONCE else moment.astimezone(timezone).date()

"""What scans come to: projections, which `manage.py rebuild_attendance` makes anew from the scans."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registration.checkin.models.point import Point
from registration.checkin.models.scan import Scan, Verdict
from registration.models import Registration


class Attendance(models.Model):
    """That a person came to a point on a date. The unique row decides which of two doors admitted them.

    `date` is empty where a ticket counts once in all. Every change raises `version`, and whoever writes says which one
    they started from, so that no scan at another door is overlooked.
    """

    registration = models.ForeignKey(Registration, models.CASCADE, related_name="attendances")
    point = models.ForeignKey(Point, models.PROTECT, related_name="attendances", verbose_name=_("point"))
    date = models.DateField(_("date"), null=True)
    first_in_at = models.DateTimeField(_("came in"), null=True)
    first_scan = models.ForeignKey(Scan, models.PROTECT, null=True, related_name="+")
    last_in_at = models.DateTimeField(_("last came in"), null=True)
    last_event_at = models.DateTimeField(_("last seen at a door"), null=True)
    inside = models.BooleanField(_("inside"), default=False)
    is_standby = models.BooleanField(_("without a seat of their own"), default=False)
    entries = models.PositiveIntegerField(_("times they came in"), default=0)
    doubles = models.PositiveIntegerField(_("double admissions"), default=0)
    version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "point", "date"],
                condition=Q(date__isnull=False),
                name="attendance_once_per_point_and_date",
            ),
            models.UniqueConstraint(
                fields=["registration", "point"], condition=Q(date__isnull=True), name="attendance_once_in_all"
            ),
            models.CheckConstraint(
                condition=Q(
                    first_in_at__isnull=True,
                    first_scan__isnull=True,
                    last_in_at__isnull=True,
                    entries=0,
                    doubles=0,
                    inside=False,
                )
                | Q(
                    first_in_at__isnull=False,
                    first_scan__isnull=False,
                    last_in_at__gte=F("first_in_at"),
                    last_event_at__gte=F("last_in_at"),
                    entries__gte=1,
                ),
                name="attendance_came_in_or_did_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id} · {self.point}"


class Outcome(models.Model):
    """What a scan comes to now, where that is not what was answered. No row: the answer stands."""

    scan = models.OneToOneField(Scan, models.CASCADE, primary_key=True, related_name="outcome")
    verdict = models.CharField(_("verdict now"), max_length=14, choices=Verdict)
    flags = models.JSONField(_("flags"), default=list)

    class Meta:
        verbose_name = _("outcome of a scan")
        verbose_name_plural = _("outcomes of scans")

    def __str__(self) -> str:
        return f"{self.scan_id} {self.verdict}"


class Decision(models.Model):
    """What a supervisor decided about a scan that was kept for review. A fact: one for each scan, never changed."""

    scan = models.OneToOneField(Scan, models.PROTECT, primary_key=True, related_name="decision")
    accepted = models.BooleanField(_("counts"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("by"))
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("decision about a scan")
        verbose_name_plural = _("decisions about scans")

    def __str__(self) -> str:
        return f"{self.scan_id} {self.accepted}"

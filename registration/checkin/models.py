"""The door: what is counted, who scans, what was scanned and what it came to."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programme.models import Day, Edition
from registration.models import Registration, Ticket


class Point(models.Model):
    """What is counted once: the hall on a day. Several gates scan for one point."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="points", verbose_name=_("edition"))
    day = models.ForeignKey(Day, models.CASCADE, related_name="points", verbose_name=_("day"))
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("point")
        verbose_name_plural = _("points")
        ordering = ["day", "pk"]

    def __str__(self) -> str:
        return f"{self.day} · {self.name}"


class Device(models.Model):
    """A phone that may scan. A steward who signs in gets one; its cookie opens the check-in API and nothing else."""

    uuid = models.UUIDField(unique=True, default=uuid4, editable=False)
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="devices", verbose_name=_("edition"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="devices",
        verbose_name=_("steward"),
    )
    label = models.CharField(_("label"), max_length=80)
    gate = models.CharField(_("gate"), max_length=40, blank=True)
    token_hash = models.BinaryField(max_length=32, unique=True, editable=False)
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    valid_until = models.DateTimeField(_("valid until"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_seen_at = models.DateTimeField(_("last seen"), null=True, editable=False)
    acked_seq = models.PositiveBigIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.label


class Verdict(models.TextChoices):
    """What a scan comes to. Only the first two let somebody in."""

    ADMITTED = "admitted", _("Admitted")
    ADMITTED_AGAIN = "admitted_again", _("Welcome back")
    ALREADY_IN = "already_in", _("Already checked in")
    WRONG_DAY = "wrong_day", _("Not valid today")
    CANCELLED = "cancelled", _("Cancelled registration")
    REVOKED = "revoked", _("Replaced ticket")
    WAITLISTED = "waitlisted", _("On the waiting list")
    UNKNOWN_CODE = "unknown_code", _("Code not recognised")


class Scan(models.Model):
    """One reading of a ticket, kept once and never changed: the facts, and what was answered."""

    class Method(models.TextChoices):
        QR = "qr", _("QR code")
        TYPED = "typed", _("typed ticket code")
        DESK = "desk", _("typed desk code")

    scan_id = models.UUIDField(primary_key=True)
    device = models.ForeignKey(Device, models.PROTECT, related_name="scans", verbose_name=_("device"))
    seq = models.PositiveBigIntegerField(null=True)
    point = models.ForeignKey(Point, models.PROTECT, related_name="scans", verbose_name=_("point"))
    gate = models.CharField(_("gate"), max_length=40, blank=True)
    lookup = models.BinaryField(max_length=16, null=True, editable=False)
    ticket = models.ForeignKey(Ticket, models.SET_NULL, null=True, related_name="scans")
    registration = models.ForeignKey(Registration, models.SET_NULL, null=True, related_name="scans")
    method = models.CharField(_("method"), max_length=5, choices=Method)
    scanned_at = models.DateTimeField(_("scanned, by the device’s clock"))
    offset_ms = models.BigIntegerField(default=0)
    effective_at = models.DateTimeField(_("scanned"))
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    is_offline = models.BooleanField(_("offline"), default=False)
    verdict = models.CharField(_("verdict"), max_length=14, choices=Verdict)
    flags = models.JSONField(_("flags"), default=list)
    body_sha256 = models.BinaryField(max_length=32, editable=False)

    class Meta:
        verbose_name = _("scan")
        verbose_name_plural = _("scans")
        ordering = ["-received_at"]
        constraints = [
            models.UniqueConstraint(fields=["device", "seq"], name="scan_sequence_once"),
        ]

    def __str__(self) -> str:
        return f"{self.effective_at:%H:%M:%S} {self.verdict}"


class Attendance(models.Model):
    """That a person came to a point: a projection of scans. The unique row decides who was admitted first."""

    registration = models.ForeignKey(Registration, models.CASCADE, related_name="attendances")
    point = models.ForeignKey(Point, models.PROTECT, related_name="attendances", verbose_name=_("point"))
    first_in_at = models.DateTimeField(_("came in"))
    first_scan = models.ForeignKey(Scan, models.PROTECT, related_name="+")
    last_in_at = models.DateTimeField(_("last came in"))

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        constraints = [
            models.UniqueConstraint(fields=["registration", "point"], name="attendance_once_per_point"),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id} · {self.point}"

"""What was read at a door, and what was answered: append-only."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registration.checkin.models.device import Device
from registration.checkin.models.point import Point
from registration.models import Registration, Ticket


class Verdict(models.TextChoices):
    """What a scan comes to. Only the first two let somebody in."""

    ADMITTED = "admitted", _("Admitted")
    ADMITTED_AGAIN = "admitted_again", _("Welcome back")
    ALREADY_IN = "already_in", _("Already checked in")
    EXITED = "exited", _("Went out")
    WRONG_DAY = "wrong_day", _("Not valid today")
    NOT_OPEN = "not_open", _("Not open yet")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled registration")
    REVOKED = "revoked", _("Replaced ticket")
    WAITLISTED = "waitlisted", _("On the waiting list")
    HALL_FULL = "hall_full", _("The hall is full")
    UNKNOWN_CODE = "unknown_code", _("Code not recognised")
    VOIDED = "voided", _("Taken back")
    VOID_UNKNOWN = "void_unknown", _("There is no scan to take back")
    VOID_REFUSED = "void_refused", _("May not take this scan back")
    UNDER_REVIEW = "under_review", _("Kept for a supervisor to look at")


LETS_IN = (Verdict.ADMITTED, Verdict.ADMITTED_AGAIN)


class NeverChanged(TypeError):
    """Scans are facts: whoever wants another outcome adds a scan, a decision, or mends the projection."""


class ScanQuerySet(models.QuerySet["Scan"]):
    def update(self, **fields: Any) -> int:
        raise NeverChanged

    def delete(self) -> tuple[int, dict[str, int]]:
        raise NeverChanged

    def forget_people(self, registrations: Collection[int]) -> None:
        """The one exception, for erasure: what leads to a ticket or was written by hand goes, the numbers stay."""
        theirs = models.Q(registration__in=registrations)
        ids = list(self.filter(theirs).values_list("pk", flat=True))
        rows = self.filter(theirs | models.Q(voids__in=ids))
        super(ScanQuerySet, rows).update(lookup=None, operator="", override_reason="")


class Scan(models.Model):
    """One reading of a ticket, kept once and never changed: the facts, and what was answered.

    What it comes to in the light of all others is an `Outcome`.
    """

    class Method(models.TextChoices):
        QR = "qr", _("QR code")
        TYPED = "typed", _("typed ticket code")
        DESK = "desk", _("typed desk code")
        SEARCH = "search", _("found by name")

    class Direction(models.TextChoices):
        IN = "in", _("in")
        OUT = "out", _("out")

    scan_id = models.UUIDField(primary_key=True)
    device = models.ForeignKey(Device, models.PROTECT, related_name="scans", verbose_name=_("device"))
    seq = models.PositiveBigIntegerField(null=True)
    point = models.ForeignKey(Point, models.PROTECT, related_name="scans", verbose_name=_("point"))
    gate = models.CharField(_("gate"), max_length=40, blank=True)
    operator = models.CharField(_("operator"), max_length=40, blank=True)
    lookup = models.BinaryField(max_length=16, null=True, editable=False)
    ticket = models.ForeignKey(Ticket, models.SET_NULL, null=True, related_name="scans")
    registration = models.ForeignKey(Registration, models.SET_NULL, null=True, related_name="scans")
    direction = models.CharField(_("direction"), max_length=3, choices=Direction, default=Direction.IN)
    method = models.CharField(_("method"), max_length=6, choices=Method)
    voids = models.UUIDField(_("takes back"), null=True, db_index=True)
    override_reason = models.CharField(_("reason of the supervisor"), max_length=200, blank=True)
    by_supervisor = models.BooleanField(_("by a supervisor"), default=False)

    scanned_at = models.DateTimeField(_("scanned, by the device’s clock"))
    offset_ms = models.BigIntegerField(default=0)
    effective_at = models.DateTimeField(_("scanned"))
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    is_offline = models.BooleanField(_("offline"), default=False)
    device_verdict = models.CharField(_("verdict of the device"), max_length=14, blank=True)
    snapshot = models.CharField(_("list of the device"), max_length=40, blank=True)
    app_version = models.CharField(_("version"), max_length=20, blank=True)

    # What the ticket was worth by itself, as known when the scan came: a fact too, since tickets change and are erased.
    validity = models.CharField(_("ticket by itself"), max_length=14, choices=Verdict, default=Verdict.ADMITTED)
    verdict = models.CharField(_("verdict"), max_length=14, choices=Verdict)
    flags = models.JSONField(_("flags"), default=list)
    body_sha256 = models.BinaryField(max_length=32, editable=False)

    objects = ScanQuerySet.as_manager()

    class Meta:
        verbose_name = _("scan")
        verbose_name_plural = _("scans")
        ordering = ["-received_at"]
        indexes = [models.Index(fields=["registration", "point"], name="scan_of_a_person")]
        constraints = [
            models.UniqueConstraint(fields=["device", "seq"], name="scan_sequence_once"),
            models.CheckConstraint(condition=Q(direction__in=["in", "out"]), name="scan_direction_known"),
            models.CheckConstraint(
                condition=Q(override_reason="") | Q(by_supervisor=True), name="scan_override_by_a_supervisor"
            ),
            models.CheckConstraint(
                condition=Q(voids__isnull=True) | Q(lookup__isnull=True), name="scan_void_reads_no_ticket"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.effective_at:%H:%M:%S} {self.verdict}"

    def save(self, **kwargs: Any) -> None:
        if not self._state.adding:
            raise NeverChanged
        super().save(force_insert=True, **kwargs)

"""A phone that may scan."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programme.models import Edition


class Device(models.Model):
    """A phone that may scan. An organiser pairs it, or a steward signs in on it; its cookie opens the check-in API of
    its edition and its points, and nothing else. What a steward does at the desk has a device too (`is_desk`), whose
    cookie nobody holds."""

    class Rights(models.TextChoices):
        SCAN = "scan", _("scan")
        SEARCH = "search", _("scan and search")
        SUPERVISOR = "supervisor", _("supervisor: scan, search, decide")

    class Command(models.TextChoices):
        """What the phone is told at its next contact."""

        REFRESH = "refresh", _("load the list anew")
        WIPE = "wipe", _("forget everything")

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
    is_desk = models.BooleanField(_("desk"), default=False, editable=False)
    gate = models.CharField(_("gate"), max_length=40, blank=True)
    points = models.JSONField(_("points"), default=list, blank=True, help_text=_("Empty: every point of the edition."))
    rights = models.CharField(_("may"), max_length=10, choices=Rights, default=Rights.SCAN)
    valid_from = models.DateTimeField(_("valid from"), default=timezone.now)
    valid_until = models.DateTimeField(_("valid until"))

    pairing_hash = models.BinaryField(max_length=32, null=True, unique=True, editable=False)
    pairing_until = models.DateTimeField(_("can be paired until"), null=True, editable=False)
    token_hash = models.BinaryField(max_length=32, null=True, unique=True, editable=False)
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    paired_at = models.DateTimeField(_("paired"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    # What the phone last said about itself.
    last_seen_at = models.DateTimeField(_("last seen"), null=True, editable=False)
    unsent = models.PositiveIntegerField(_("unsent scans"), default=0, editable=False)
    app_version = models.CharField(_("version"), max_length=20, blank=True, editable=False)
    clock_offset_ms = models.BigIntegerField(_("clock is off by (ms)"), default=0, editable=False)
    command = models.CharField(max_length=7, choices=Command, blank=True, editable=False)
    # Every scan up to `acked_seq` is here; `last_seq` is the highest number that ever came. Between them is a gap.
    acked_seq = models.PositiveBigIntegerField(default=0, editable=False)
    last_seq = models.PositiveBigIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rights__in=["scan", "search", "supervisor"]), name="device_rights_known"
            ),
            models.CheckConstraint(
                condition=Q(valid_from__lt=F("valid_until")),
                name="device_valid_from_before_until",
                violation_error_message=_("A device must become valid before it expires."),
            ),
            models.CheckConstraint(
                condition=Q(token_hash__isnull=True, paired_at__isnull=True)
                | Q(token_hash__isnull=False, paired_at__isnull=False),
                name="device_paired_has_a_cookie",
            ),
            models.CheckConstraint(
                condition=Q(pairing_hash__isnull=True, pairing_until__isnull=True)
                | Q(pairing_hash__isnull=False, pairing_until__isnull=False, paired_at__isnull=True),
                name="device_pairs_once",
            ),
            models.CheckConstraint(condition=Q(acked_seq__lte=F("last_seq")), name="device_acked_what_came"),
            models.UniqueConstraint(
                fields=["edition", "user"], condition=Q(is_desk=True), name="device_one_desk_of_a_steward"
            ),
            models.CheckConstraint(
                condition=Q(is_desk=False) | Q(user__isnull=False), name="device_of_a_desk_is_a_stewards"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def signed_in(self) -> bool:
        """Whether a steward signed in on it; else an organiser paired it."""
        return self.user_id is not None

    @property
    def may_search(self) -> bool:
        return self.rights in (self.Rights.SEARCH, self.Rights.SUPERVISOR)

    @property
    def is_supervisor(self) -> bool:
        return self.rights == self.Rights.SUPERVISOR

    @property
    def gap(self) -> int:
        """Up to how many scans were numbered and have not come."""
        return self.last_seq - self.acked_seq

    def may_scan_for(self, point_id: int) -> bool:
        return not self.points or point_id in self.points

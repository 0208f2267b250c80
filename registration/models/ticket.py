"""The QR credential of a registration."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from registration.models.registration import Registration


class Ticket(models.Model):
    """One version of a registration's QR code. Its code is derived when needed; only `lookup` is stored."""

    registration = models.ForeignKey(Registration, models.CASCADE, related_name="tickets")
    version = models.PositiveIntegerField(default=1)
    key_id = models.PositiveSmallIntegerField()
    lookup = models.BinaryField(max_length=16, unique=True, editable=False)
    issued_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["registration", "version"], name="ticket_version_once"),
            models.UniqueConstraint(
                fields=["registration"], condition=Q(revoked_at__isnull=True), name="ticket_one_is_valid"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id} v{self.version}"

"""The nightly question whether everything holds, and its last answer."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Inspection(models.Model):
    """One row: when it was asked last, and by how many rows each promise was broken. Never by whose."""

    ONLY = 1

    at = models.DateTimeField(_("at"), default=timezone.now)
    broken = models.JSONField(_("broken promises"), default=dict, blank=True)

    class Meta:
        verbose_name = _("nightly check")
        verbose_name_plural = _("nightly checks")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="inspection_only_one")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} · {len(self.broken)}"

"""The register of destruction (Standard guideline on personal information, article 55). Append-only."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programme.models import Edition


class Erasure(models.Model):
    """That personal data of an edition was destroyed: what, how many, why, how and by whom. Never whose."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="erasures", verbose_name=_("edition"))
    at = models.DateTimeField(_("at"), default=timezone.now)
    what = models.CharField(_("what"), max_length=200)
    number = models.PositiveIntegerField(_("of how many people"))
    reason = models.CharField(_("why"), max_length=200)
    method = models.CharField(_("how"), max_length=200)
    by = models.CharField(_("by whom"), max_length=120)

    class Meta:
        verbose_name = _("destruction of personal data")
        verbose_name_plural = _("destructions of personal data")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.edition.slug} · {self.at:%Y-%m-%d} · {self.number}"

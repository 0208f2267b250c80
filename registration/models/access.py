"""Who looked at whose data. Safety standard for personal information, article 8: kept, and never changed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AccessLog(models.Model):
    """One look at personal data, or one act on it, by staff. `whose` is a registration's uuid, or empty for many.

    A paired phone at the door has no account: it stands here by the uuid of its device."""

    BROADCAST = "broadcast"
    BADGE = "badge"  # one for each person whose badge was made: it says who has none yet
    PAPER_LIST = "paper list"
    AFFECTED = "affected"  # the list of those whom a change concerns
    WITHOUT_NAMES = (BROADCAST, BADGE, PAPER_LIST, AFFECTED)  # acts whose detail holds numbers only, and is kept

    at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)
    who = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name=_("who"))
    device = models.UUIDField(_("device at the door"), null=True)
    whence = models.GenericIPAddressField(_("from"), null=True)
    whose = models.UUIDField(_("whose"), null=True, db_index=True)
    act = models.CharField(_("act"), max_length=40)
    detail = models.CharField(_("detail"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("look at personal data")
        verbose_name_plural = _("looks at personal data")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(who__isnull=False) | Q(device__isnull=False), name="access_log_names_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.act}"

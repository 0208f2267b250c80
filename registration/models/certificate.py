"""The certificate of attendance: its number, and the code by which anybody can look whether it is true."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programme.models import Edition
from registration import crockford
from registration.models.registration import Registration

CODE_DIGITS = 20  # 100 bits: nobody finds one by trying


def random_code() -> str:
    return crockford.random(CODE_DIGITS)


class Certificate(models.Model):
    """That somebody asked for their certificate. Numbers count from 1 in each edition, without a gap.

    It holds no name and no days: whose it is, and when they came, is asked anew each time. So a corrected attendance
    corrects it, and an erased name is gone from it.
    """

    registration = models.OneToOneField(Registration, models.PROTECT, related_name="certificate")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="certificates", verbose_name=_("edition"))
    number = models.PositiveIntegerField(_("number"))
    code = models.CharField(_("code"), max_length=CODE_DIGITS, unique=True, default=random_code, editable=False)
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)

    class Meta:
        verbose_name = _("certificate of attendance")
        verbose_name_plural = _("certificates of attendance")
        ordering = ["edition", "number"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="certificate_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="certificate_numbers_begin_with_one"),
        ]

    def __str__(self) -> str:
        return self.serial

    @property
    def serial(self) -> str:
        """SBDF-2022-000123"""
        return f"SBDF-{self.edition.slug.upper()}-{self.number:06d}"

    @property
    def code_for_people(self) -> str:
        """In groups of five."""
        return "-".join(self.code[start : start + 5] for start in range(0, CODE_DIGITS, 5))

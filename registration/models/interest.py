"""Who wants to be told when registration opens: an address, until it has been told."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programme.models import Edition
from registration import crockford
from registration.models.consent import ConsentNotice
from registration.models.registration import LANGUAGES


class InterestQuerySet(models.QuerySet["Interest"]):
    def confirmed(self) -> InterestQuerySet:
        """Addresses whose owners pressed the button in our mail."""
        return self.filter(confirmed_at__isnull=False)


class Interest(models.Model):
    """One address that waits for one edition to open. Nothing is sent to it before its owner confirmed it, except the
    question. The row ends with the mail that it was kept for."""

    uuid = models.UUIDField(unique=True, default=uuid4, editable=False)
    public_id = models.CharField(max_length=10, unique=True, default=crockford.random_public_id, editable=False)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="interests", verbose_name=_("edition"))
    email = models.EmailField(_("e-mail"))
    email_key = models.CharField(max_length=254, editable=False)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES)
    notice = models.ForeignKey(ConsentNotice, models.PROTECT, related_name="interests", verbose_name=_("notice"))
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)

    objects = InterestQuerySet.as_manager()

    class Meta:
        verbose_name = _("wish to be told of the opening")
        verbose_name_plural = _("wishes to be told of the opening")
        constraints = [
            models.UniqueConstraint(fields=["edition", "email_key"], name="interest_once_per_address"),
            models.CheckConstraint(condition=~Q(email_key=""), name="interest_has_an_address"),
        ]

    def __str__(self) -> str:
        return f"{self.edition.slug} · {self.uuid}"

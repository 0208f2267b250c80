"""What people were told about their data, and what they answered. Append-only: a change is a new version or answer."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programme.models import Edition
from registration.models.registration import LANGUAGES, Channel, Registration


class ConsentNoticeQuerySet(models.QuerySet["ConsentNotice"]):
    def latest_of(self, edition_slug: str, language: str) -> dict[str, ConsentNotice]:
        """The newest notice of each kind, as {kind: notice}."""
        rows = self.filter(edition__slug=edition_slug, language=language).order_by("version")
        return {row.kind: row for row in rows}


class ConsentNotice(models.Model):
    """One version of a notice in one language: what the Personal Information Protection Act, article 15 (2), asks."""

    class Kind(models.TextChoices):
        PRIVACY = "privacy", _("registration (required)")
        OPTIONAL = "optional", _("optional details (optional)")
        NEWS = "news", _("news (optional)")
        INTEREST = "interest", _("when registration opens (asked for)")

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="consent_notices", verbose_name=_("edition"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    version = models.PositiveSmallIntegerField(_("version"))
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES)
    title = models.CharField(_("title"), max_length=120)
    items = models.TextField(_("data collected"))
    purpose = models.TextField(_("purpose"))
    retention = models.TextField(_("kept until"))
    refusal = models.TextField(_("right to refuse"))
    legal_basis = models.CharField(_("legal basis"), max_length=200)
    created_at = models.DateTimeField(_("in force since"), default=timezone.now, editable=False)

    objects = ConsentNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent notice")
        verbose_name_plural = _("consent notices")
        ordering = ["edition", "kind", "version", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "kind", "version", "language"], name="consent_notice_version_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition.slug} · {self.kind} {self.version} · {self.language}"


class Consent(models.Model):
    """A person's answer to a notice. The latest answer of a kind counts."""

    registration = models.ForeignKey(Registration, models.CASCADE, related_name="consents")
    notice = models.ForeignKey(ConsentNotice, models.PROTECT, related_name="consents", verbose_name=_("notice"))
    agreed = models.BooleanField(_("agreed"))
    channel = models.CharField(_("channel"), max_length=5, choices=Channel)
    answered_at = models.DateTimeField(_("answered"), default=timezone.now)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["answered_at", "pk"]

    def __str__(self) -> str:
        return f"{self.registration_id} · {self.notice}"

"""Mails of the organisers to many: whom, what, and how far they are."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.outbox.models import Batch
from programme.models import Edition
from registration.models.booking import Booking
from registration.models.registration import LANGUAGES, Registration

BOTH = ""  # languages
KEYS = {"days", "states", "attended", "opened"}


def validate_audience(audience: Any) -> None:
    """`days` are numbers, none of them for all; `states` those of a booking; the others True, False or None for all."""
    is_whole = isinstance(audience, dict) and set(audience) == KEYS
    if not is_whole or not all(isinstance(audience[key], list) for key in ("days", "states")):
        raise ValidationError(_("Choose the audience again."))
    knows_days = all(isinstance(day, int) and day > 0 for day in audience["days"])
    knows_states = bool(audience["states"]) and set(audience["states"]) <= set(Booking.State.values)
    if not (knows_days and knows_states and {audience["attended"], audience["opened"]} <= {True, False, None}):
        raise ValidationError(_("Choose the audience again."))


class Broadcast(models.Model):
    """One text in both languages for everybody of an audience.

    DRAFT → CONFIRMED → WRITTEN; CONFIRMED and WRITTEN ⇄ PAUSED; any → CANCELLED. Written is what stands in the outbox;
    what was sent, the outbox knows. After a draft neither the words nor the audience change.
    """

    class Purpose(models.TextChoices):
        """What the person is written to for. News need their consent."""

        SERVICE = "service", _("about the registration")
        NEWS = "news", _("news")
        CHANGE = "change", _("change of the programme")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        CONFIRMED = "confirmed", _("on its way")
        WRITTEN = "written", _("sent off")
        PAUSED = "paused", _("paused")
        CANCELLED = "cancelled", _("cancelled")

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="broadcasts", verbose_name=_("edition"))
    purpose = models.CharField(_("purpose"), max_length=7, choices=Purpose)
    audience = models.JSONField(_("audience"), validators=[validate_audience])
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, blank=True)
    subject_ko = models.CharField(max_length=150, blank=True)
    subject_en = models.CharField(max_length=150, blank=True)
    body_ko = models.TextField(blank=True)
    body_en = models.TextField(blank=True)
    changes = models.JSONField(_("changes of the programme"), default=dict, blank=True, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.DRAFT)
    created_at = models.DateTimeField(_("drafted"), default=timezone.now, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, verbose_name=_("confirmed by"),
        related_name="+",
    )  # fmt: skip
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, editable=False)
    count = models.PositiveIntegerField(_("people"), null=True, editable=False)
    batch = models.OneToOneField(Batch, models.PROTECT, null=True, editable=False, related_name="broadcast")

    class Meta:
        verbose_name = _("broadcast")
        verbose_name_plural = _("broadcasts")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "cancelled"])
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False, count__gt=0, batch__isnull=False),
                name="broadcast_confirmed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "cancelled"])
                | (
                    (Q(language="en") | (~Q(subject_ko="") & ~Q(body_ko="")))
                    & (Q(language="ko") | (~Q(subject_en="") & ~Q(body_en="")))
                ),
                name="broadcast_speaks_to_everybody",
            ),
            models.CheckConstraint(
                condition=~Q(state="draft") | Q(confirmed_at__isnull=True), name="broadcast_draft_is_not_confirmed"
            ),
            models.UniqueConstraint(
                fields=["edition"],
                condition=Q(purpose="change", state="draft"),
                name="broadcast_changes_join_one_draft",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition.slug} · {self.pk} · {self.get_purpose_display()}"

    @property
    def languages(self) -> list[str]:
        """Those that the audience reads."""
        return [self.language] if self.language else [code for code, _name in LANGUAGES]

    def subject_in(self, language: str) -> str:
        return getattr(self, f"subject_{language}")

    def body_in(self, language: str) -> str:
        return getattr(self, f"body_{language}")

    @property
    def missing_languages(self) -> list[str]:
        """Languages that the audience reads and that nothing is written in."""
        return [each for each in self.languages if not (self.subject_in(each) and self.body_in(each))]


class BroadcastRecipient(models.Model):
    """Somebody who was in the audience when it was confirmed. CHOSEN → WRITTEN | LEFT_OUT."""

    class State(models.TextChoices):
        CHOSEN = "chosen", _("chosen")
        WRITTEN = "written", _("written to")
        LEFT_OUT = "left_out", _("left out")  # cancelled, erased, or agreed no more, since it was confirmed

    broadcast = models.ForeignKey(Broadcast, models.CASCADE, related_name="recipients")
    registration = models.ForeignKey(Registration, models.CASCADE, related_name="broadcasts")
    state = models.CharField(max_length=8, choices=State, default=State.CHOSEN)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["broadcast", "registration"], name="broadcast_recipient_once"),
        ]
        indexes = [
            models.Index("broadcast", "id", condition=Q(state="chosen"), name="broadcast_recipient_chosen"),
        ]

    def __str__(self) -> str:
        return f"{self.broadcast_id} · {self.registration_id}"

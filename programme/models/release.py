"""What was published, and when: append-only, so that an earlier programme can be published again."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programme.models.edition import Edition


class NeverChanged(TypeError):
    """Releases are facts: whoever wants another programme publishes the next one."""


class ReleaseQuerySet(models.QuerySet["Release"]):
    def update(self, **fields: Any) -> int:
        raise NeverChanged

    def delete(self) -> tuple[int, dict[str, int]]:
        raise NeverChanged

    def current(self, edition: Edition) -> Release | None:
        """The one that the public sees: the latest. None while the public sees the live rows."""
        return self.filter(edition=edition).first()


class Release(models.Model):
    """The whole programme of an edition as it was published: sessions, talks and speakers, with all their words.

    `programme` is made and read by `frozen.py`. A trigger of the database keeps it as it is.
    """

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="releases", verbose_name=_("edition"))
    number = models.PositiveSmallIntegerField(_("number"))
    made_at = models.DateTimeField(_("published"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("published by")
    )
    note = models.CharField(_("note"), max_length=300, blank=True, help_text=_("Public: what changed, in a sentence."))
    repeats = models.PositiveSmallIntegerField(_("repeats release"), null=True)
    programme = models.JSONField(_("programme"))

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ["edition", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="release_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="release_numbers_begin_at_one"),
            models.CheckConstraint(
                condition=Q(repeats__isnull=True) | Q(repeats__lt=models.F("number")), name="release_repeats_an_earlier"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition.slug} · {self.number}"

    def save(self, **kwargs: Any) -> None:
        if not self._state.adding:
            raise NeverChanged
        super().save(**{**kwargs, "force_insert": True})

    def delete(self, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise NeverChanged

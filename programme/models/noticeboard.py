"""What organisers tell everybody: notices, and answers to what people ask."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from programme.models.edition import Edition

MARKUP = _("Paragraphs with an empty line between. **Bold**, lists, links and tables as in Markdown; no HTML.")


class NoticeQuerySet(models.QuerySet["Notice"]):
    def public(self, now: datetime) -> NoticeQuerySet:
        """What citizens may see at that moment, what is pinned first, then the latest."""
        shown = self.filter(published_at__lte=now)
        return shown.order_by("-is_pinned", "-published_at", "-pk")


class Notice(models.Model):
    """A piece of news of ours, or a press release of somebody with its source and date."""

    class Kind(models.TextChoices):
        NEWS = "news", _("notice of ours")
        PRESS = "press", _("press release")

    edition = models.ForeignKey(
        Edition,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="notices",
        verbose_name=_("edition"),
        help_text=_("Empty: it belongs to no edition and stands with the current one’s notices."),
    )
    slug = models.SlugField(
        _("slug"), max_length=80, help_text=_("Part of the address. It stays when the title changes.")
    )
    kind = models.CharField(_("kind"), max_length=5, choices=Kind, default=Kind.NEWS)
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"), blank=True, help_text=MARKUP)
    source_name = models.CharField(_("source"), max_length=120, blank=True, help_text=_("Who published it."))
    source_url = models.URLField(_("address of the source"), blank=True)
    source_date = models.DateField(_("date of the source"), null=True, blank=True)
    published_at = models.DateTimeField(
        _("published"), null=True, blank=True, help_text=_("Empty: a draft. In the future: it appears by itself then.")
    )
    is_pinned = models.BooleanField(_("stands first"), default=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice on the board")
        verbose_name_plural = _("notices on the board")
        ordering = [F("published_at").desc(nulls_first=True), "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "slug"],
                name="notice_slug_once",
                violation_error_message=_("Another notice of this edition has this slug."),
            ),
            models.UniqueConstraint(
                fields=["slug"],
                condition=Q(edition__isnull=True),
                name="notice_of_none_slug_once",
                violation_error_message=_("Another notice of no edition has this slug."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="press")
                | Q(source_date__isnull=False) & (Q(source_name_ko__gt="") | Q(source_name_en__gt="")),
                name="press_release_has_its_source",
                violation_error_message=_("A press release needs its source and its date."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """Something that many people ask of an edition, with its answer. Public as soon as it is there."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="questions", verbose_name=_("edition"))
    question = models.CharField(_("question"), max_length=200)
    answer = models.TextField(_("answer"), help_text=MARKUP)
    order = models.PositiveSmallIntegerField(_("order"), default=0, db_index=True)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["edition", "order", "pk"]

    def __str__(self) -> str:
        return self.question

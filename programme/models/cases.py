"""The public register of data and AI projects that the forum talks about, and the addresses they have had."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programme.models.edition import Edition
from programme.models.noticeboard import Notice
from programme.models.timetable import Talk

# Words that stand where a case's slug stands in a URL (see urls.py).
RESERVED = frozenset(["data"])


def validate_case_slug(slug: str) -> None:
    if slug in RESERVED:
        raise ValidationError(
            _("“%(slug)s” is a word of the site’s addresses. Choose another one."), params={"slug": slug}
        )


class CaseField(models.Model):
    """A field of public life that cases are sorted by."""

    key = models.SlugField(_("key"), unique=True, help_text=_("Stands in addresses and downloads. It stays."))
    name = models.CharField(_("name"), max_length=60)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("field of cases")
        verbose_name_plural = _("fields of cases")
        ordering = ["order", "key"]

    def __str__(self) -> str:
        return self.name


class Case(models.Model):
    """A project of data or AI. What is not known of it stays empty, and pages say so."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("planned")
        RUNNING = "running", _("running")
        ENDED = "ended", _("ended")

    slug = models.SlugField(
        _("slug"),
        max_length=80,
        unique=True,
        validators=[validate_case_slug],
        help_text=_("Part of the address. When it changes, the old address leads to the new one for ever."),
    )
    title = models.CharField(_("title"), max_length=200)
    owner = models.CharField(_("owner"), max_length=120, help_text=_("The public body that answers for it."))
    summary = models.TextField(_("summary"), blank=True)
    data_used = models.TextField(_("data used"), blank=True)
    fields = models.ManyToManyField(CaseField, blank=True, related_name="cases", verbose_name=_("fields"))
    status = models.CharField(
        _("status"), max_length=8, choices=Status, blank=True, help_text=_("Empty: it is not known.")
    )
    link = models.URLField(_("link"), blank=True)
    edition = models.ForeignKey(
        Edition,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("edition"),
        help_text=_("Where it was presented. Empty: at none."),
    )
    talk = models.ForeignKey(Talk, models.SET_NULL, null=True, blank=True, related_name="cases", verbose_name=_("talk"))
    source = models.ForeignKey(
        Notice,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("press release"),
        help_text=_("The press release that tells of it."),
    )
    is_published = models.BooleanField(_("published"), default=False)
    updated_at = models.DateTimeField(_("last change"), auto_now=True)

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-updated_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["", "planned", "running", "ended"]), name="case_status_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, **kwargs: object) -> None:
        """A talk says in which edition. What is public keeps its address for ever, whatever it is called later."""
        if self.talk_id:
            self.edition_id = self.talk.edition_id
        with transaction.atomic():
            super().save(**kwargs)
            if self.is_published:
                CaseAddress.objects.get_or_create(slug=self.slug, defaults={"case": self})

    def clean(self) -> None:
        if self.talk_id and self.edition_id and self.talk.edition_id != self.edition_id:
            raise ValidationError({"talk": _("This talk belongs to another edition.")})
        taken = CaseAddress.objects.filter(slug=self.slug).exclude(case=self.pk or 0)
        if taken.exists():
            raise ValidationError({"slug": _("This was the address of another case. Addresses are never given twice.")})


class CaseAddress(models.Model):
    """A slug that a public case has or had. It outlives the case, so that nothing else ever stands there."""

    slug = models.SlugField(max_length=80, unique=True)
    case = models.ForeignKey(Case, models.SET_NULL, null=True, related_name="addresses")

    class Meta:
        verbose_name = _("address of a case")
        verbose_name_plural = _("addresses of cases")

    def __str__(self) -> str:
        return self.slug

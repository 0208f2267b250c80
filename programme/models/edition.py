"""The edition, and where and by whom it is held."""

from __future__ import annotations

import datetime as dt
import secrets
import zoneinfo
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from programme.phase import moment_in, phase

# Words that stand where an edition's slug stands in a URL (see forum/urls.py).
RESERVED_SLUGS = frozenset(
    [
        "accessibility", "accounts", "admin", "api", "c", "cases", "checkin", "dev", "editions", "healthz", "language",
        "media", "metrics", "my", "privacy", "readyz", "staff", "static", "t", "terms", "ticket", "u",
    ]
)  # fmt: skip


def validate_edition_slug(slug: str) -> None:
    if slug in RESERVED_SLUGS:
        raise ValidationError(
            _("“%(slug)s” is a word of the site’s addresses. Choose another one."), params={"slug": slug}
        )


def is_timezone(name: str) -> bool:
    return name in zoneinfo.available_timezones()


def validate_timezone(name: str) -> None:
    if not is_timezone(name):
        raise ValidationError(_("“%(name)s” is no time zone. Write one like Asia/Seoul."), params={"name": name})


def make_salt() -> bytes:
    return secrets.token_bytes(16)


class Venue(models.Model):
    """A building or hall that editions take place in."""

    slug = models.SlugField(_("slug"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    address = models.CharField(_("address"), max_length=200, blank=True)
    directions = models.TextField(_("how to get there"), blank=True)
    accessibility = models.TextField(
        _("access"), blank=True, help_text=_("Lifts, accessible toilets, a nursing room, wheelchair places.")
    )
    parking = models.TextField(_("parking"), blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True, help_text=_("A sentence for the venue page."))
    latitude = models.FloatField(
        _("latitude"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        _("longitude"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )

    class Meta:
        verbose_name = _("venue")
        verbose_name_plural = _("venues")

    def __str__(self) -> str:
        return self.name


class Room(models.Model):
    """A stage within a venue. An edition on one stage needs none."""

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="rooms", verbose_name=_("venue"))
    name = models.CharField(_("name"), max_length=120)
    capacity = models.PositiveIntegerField(_("places"), null=True, blank=True)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """A body that holds editions or leads sessions."""

    key = models.SlugField(_("key"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    url = models.URLField(_("web site"), blank=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def __str__(self) -> str:
        return self.name


class Edition(models.Model):
    """One year's forum. Everything in the programme belongs to one; one of them is the current one."""

    class Format(models.TextChoices):
        ONSITE = "onsite", _("at the venue")
        ONLINE = "online", _("online")
        HYBRID = "hybrid", _("at the venue and online")

    slug = models.SlugField(_("slug"), unique=True, validators=[validate_edition_slug])
    ordinal = models.PositiveSmallIntegerField(_("ordinal"), help_text=_("4 for the fourth forum."))
    year = models.PositiveSmallIntegerField(_("year"))
    name = models.CharField(_("name"), max_length=120)
    theme = models.CharField(_("theme"), max_length=200, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    note = models.TextField(_("note"), blank=True, help_text=_("A sentence that pages show with the summary."))
    open_to = models.CharField(_("open to"), max_length=200, blank=True)
    entry_instructions = models.TextField(
        _("entry instructions"),
        blank=True,
        help_text=_("How to get in on the day. Stands on the ticket, in the confirmation and on the venue page."),
    )
    timezone = models.CharField(_("time zone"), max_length=40, default="Asia/Seoul", validators=[validate_timezone])
    is_free = models.BooleanField(_("free of charge"), default=True)
    format = models.CharField(_("format"), max_length=8, choices=Format, default=Format.HYBRID)
    venue = models.ForeignKey(
        Venue, models.PROTECT, null=True, blank=True, related_name="editions", verbose_name=_("venue")
    )
    hosts = models.ManyToManyField(
        Organisation, through="EditionHost", related_name="editions", verbose_name=_("hosts")
    )

    registration_opens_at = models.DateTimeField(_("registration opens"), null=True, blank=True)
    registration_closes_at = models.DateTimeField(_("registration closes"), null=True, blank=True)
    changes_until = models.DateTimeField(_("changes until"), null=True, blank=True)

    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    contact_phone = models.CharField(_("contact phone"), max_length=40, blank=True)
    privacy_officer = models.CharField(_("privacy officer"), max_length=120, blank=True)
    processors = models.TextField(
        _("who handles personal data for us"),
        blank=True,
        help_text=_("One on each line: who, and what for. For example who hosts the site, and who sends the mail."),
    )
    retention_days = models.PositiveSmallIntegerField(
        _("days until personal data is erased"), default=90, help_text=_("Counted from the last day of the forum.")
    )

    survey_url = models.URLField(
        _("survey"),
        blank=True,
        validators=[URLValidator(schemes=["https"])],
        help_text=_("An https address. Whoever came finds it in the thank-you mail and on the ticket’s page."),
    )

    experts = models.PositiveIntegerField(_("experts, about"), null=True, blank=True)
    countries = models.PositiveIntegerField(_("countries"), null=True, blank=True)
    sessions_announced = models.PositiveIntegerField(_("sessions announced"), null=True, blank=True)
    talks_announced = models.PositiveIntegerField(_("talks announced"), null=True, blank=True)
    visitors = models.PositiveIntegerField(_("visitors, about"), null=True, blank=True)
    viewers = models.PositiveIntegerField(_("viewers, about"), null=True, blank=True)

    # Mixed into what a door derives from tickets, so that lists of two editions have nothing in common.
    checkin_salt = models.BinaryField(max_length=16, default=make_salt, editable=False)
    is_published = models.BooleanField(_("published"), default=False)
    is_current = models.BooleanField(_("current edition"), default=False)
    dates_moved = models.BooleanField(_("dates moved for a rehearsal"), default=False)
    organiser_note = models.TextField(
        _("note for organisers"), blank=True, help_text=_("Never public. What is provisional, whom to ask.")
    )

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(fields=["is_current"], condition=Q(is_current=True), name="edition_one_is_current"),
            models.CheckConstraint(
                condition=Q(registration_opens_at__isnull=True)
                | Q(registration_closes_at__isnull=True)
                | Q(registration_opens_at__lt=F("registration_closes_at")),
                name="edition_registration_opens_before_it_closes",
                violation_error_message=_("Registration must open before it closes."),
            ),
            models.CheckConstraint(
                condition=Q(survey_url="") | Q(survey_url__startswith="https://"),
                name="edition_survey_is_https",
                violation_error_message=_("The address of the survey must begin with https://."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.slug

    def clean(self) -> None:
        known = Edition.objects.filter(pk=self.pk, is_published=True).values_list("slug", flat=True).first()
        if known and known != self.slug:
            raise ValidationError({"slug": _("A published edition keeps its address: links and tickets lead to it.")})
        if self.is_current and Edition.objects.filter(is_current=True).exclude(pk=self.pk).exists():
            raise ValidationError({"is_current": _("Another edition is the current one. Untick it there first.")})

    @property
    def tzinfo(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.timezone)

    def phase_at(self, now: dt.datetime) -> str:
        """Where the edition stands at that moment (see `phase.py`)."""
        return phase(now, **self._dates())

    def moment_in(self, name: str) -> dt.datetime | None:
        """A moment at which the edition is in that phase, or None where its dates leave the phase out."""
        return moment_in(name, **self._dates())

    def _dates(self) -> dict[str, Any]:
        return {
            "opens": self.registration_opens_at,
            "closes": self.registration_closes_at,
            "days": [day.span for day in self.days.all()],
        }


class EditionHost(models.Model):
    """Who holds an edition, and in which order they are named."""

    class Role(models.TextChoices):
        LEAD_HOST = "lead_host", _("lead host")
        HOST = "host", _("host")
        PARTNER = "partner", _("partner")

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="edition_hosts")
    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("organisation"))
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.HOST)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("host")
        verbose_name_plural = _("hosts")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "organisation"], name="host_named_once"),
        ]

    def __str__(self) -> str:
        return str(self.organisation)

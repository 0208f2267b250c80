"""What happens when: days, the sessions of a day, the talks of a session.

Times of day are local to the edition's time zone; a moment is made of the day's date and such a time.
"""

from __future__ import annotations

from datetime import datetime, time

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from programme.models.edition import Edition, Organisation, Room
from programme.models.languages import Gated, Languages, published_in_its_languages

LANGUAGES = [("ko", _("Korean")), ("en", _("English"))]


class State(models.TextChoices):
    """A draft is invisible to the public; what is cancelled stays visible and says so."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    CANCELLED = "cancelled", _("cancelled")


class PublicQuerySet(models.QuerySet):
    def public(self) -> PublicQuerySet:
        """What citizens may see."""
        return self.filter(state__in=[State.PUBLISHED, State.CANCELLED])


class Day(models.Model):
    """One day of an edition."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="days", verbose_name=_("edition"))
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1)])
    date = models.DateField(_("date"))
    doors = models.TimeField(_("doors open"), null=True, blank=True)
    starts = models.TimeField(_("starts"), null=True, blank=True)
    ends = models.TimeField(_("ends"), null=True, blank=True)
    times_confirmed = models.BooleanField(_("times are confirmed"), default=False)

    class Meta:
        verbose_name = _("day")
        verbose_name_plural = _("days")
        ordering = ["edition", "number"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="day_number_once"),
            models.UniqueConstraint(fields=["edition", "date"], name="day_date_once"),
            models.CheckConstraint(
                condition=Q(starts__isnull=True) | Q(ends__isnull=True) | Q(starts__lt=F("ends")),
                name="day_starts_before_it_ends",
                violation_error_message=_("A day must start before it ends."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition.slug} · {self.number} · {self.date}"

    @property
    def span(self) -> tuple[datetime, datetime]:
        """Start and end as moments; an unknown time is the start or the end of the date."""
        return self.at(self.starts or time.min), self.at(self.ends or time.max)

    def at(self, moment: time | None) -> datetime | None:
        """This time of day as an aware moment of this day, or None for an unknown time."""
        return datetime.combine(self.date, moment, tzinfo=self.edition.tzinfo) if moment else None


class Session(Gated):
    """A slot of the programme on one day. (The web session is always spelled `request.session`.)"""

    class Kind(models.TextChoices):
        CEREMONY = "ceremony", _("ceremony")
        SESSION = "session", _("session")
        BREAK = "break", _("break")

    State = State
    Languages = Languages

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="sessions", editable=False)
    day = models.ForeignKey(Day, models.CASCADE, related_name="sessions", verbose_name=_("day"))
    room = models.ForeignKey(
        Room, models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name=_("room")
    )
    slug = models.SlugField(_("slug"), help_text=_("Part of the address. It stays when the title changes."))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.SESSION)
    number = models.PositiveSmallIntegerField(_("number"), null=True, blank=True)
    title = models.CharField(_("title"), max_length=200)
    abstract = models.TextField(_("abstract"), blank=True)
    starts = models.TimeField(_("starts"), null=True, blank=True)
    ends = models.TimeField(_("ends"), null=True, blank=True)
    times_confirmed = models.BooleanField(_("times are confirmed"), default=False)
    hosts = models.ManyToManyField(Organisation, blank=True, related_name="sessions", verbose_name=_("hosts"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["day", "starts", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "slug"], name="session_slug_once"),
            models.UniqueConstraint(fields=["edition", "number"], name="session_number_once"),
            models.CheckConstraint(
                condition=Q(starts__isnull=True) | Q(ends__isnull=True) | Q(starts__lt=F("ends")),
                name="session_starts_before_it_ends",
                violation_error_message=_("A session must start before it ends."),
            ),
            published_in_its_languages("session_published_in_its_languages"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}" if self.number else self.title

    def save(self, **kwargs: object) -> None:
        self.edition_id = self.day.edition_id
        super().save(**kwargs)

    def clean(self) -> None:
        """Slug and number name one session of the whole edition, not of the day."""
        if self.day_id:
            others = Session.objects.filter(edition=self.day.edition_id).exclude(pk=self.pk)
            if others.filter(slug=self.slug).exists():
                raise ValidationError({"slug": _("Another session of this edition has this slug.")})
            if self.number is not None and others.filter(number=self.number).exists():
                raise ValidationError({"number": _("Another session of this edition has this number.")})


class Talk(Gated):
    """A contribution within a session."""

    class Kind(models.TextChoices):
        KEYNOTE = "keynote", _("keynote")
        TALK = "talk", _("talk")
        PANEL = "panel", _("panel")
        ADDRESS = "address", _("address")

    State = State
    Languages = Languages

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="talks", editable=False)
    session = models.ForeignKey(Session, models.CASCADE, related_name="talks", verbose_name=_("session"))
    slug = models.SlugField(
        _("slug"), max_length=80, help_text=_("Part of the address. It stays when the title changes.")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.TALK)
    title = models.CharField(_("title"), max_length=250)
    abstract = models.TextField(_("abstract"), blank=True)
    starts = models.TimeField(_("starts"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True, validators=[MinValueValidator(1)])
    language = models.CharField(_("spoken language"), max_length=2, choices=LANGUAGES, blank=True)
    interpreted_into = models.CharField(_("interpreted into"), max_length=2, choices=LANGUAGES, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    note = models.CharField(_("note"), max_length=200, blank=True, help_text=_("Public, for example why it was moved."))
    order = models.PositiveSmallIntegerField(_("order"), default=0, db_index=True)

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = _("talk")
        verbose_name_plural = _("talks")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "slug"], name="talk_slug_once"),
            models.CheckConstraint(condition=Q(minutes__isnull=True) | Q(minutes__gt=0), name="talk_lasts"),
            models.CheckConstraint(
                condition=Q(title_ko__gt="") | Q(title_en__gt=""),
                name="talk_has_a_title",
                violation_error_message=_("Give the talk a title in Korean or in English."),
            ),
            published_in_its_languages("talk_published_in_its_languages"),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, **kwargs: object) -> None:
        self.edition_id = self.session.edition_id
        super().save(**kwargs)

    def clean(self) -> None:
        if self.session_id:
            twin = Talk.objects.filter(edition=self.session.edition_id, slug=self.slug).exclude(pk=self.pk)
            if twin.exists():
                raise ValidationError({"slug": _("Another talk of this edition has this slug.")})

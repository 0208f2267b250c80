"""Who speaks, and in which talk."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from programme.models.edition import Edition
from programme.models.timetable import Talk


class Speaker(models.Model):
    """A person on the stage of one edition. Public as soon as a public talk names them."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="speakers", verbose_name=_("edition"))
    slug = models.SlugField(_("slug"), help_text=_("Part of the address. It stays when the name changes."))
    name = models.CharField(_("name"), max_length=120)
    position = models.CharField(_("position"), max_length=120, blank=True)
    affiliation = models.CharField(_("affiliation"), max_length=160, blank=True)
    country = CountryField(_("country"), blank=True)
    bio = models.TextField(_("about the person"), blank=True)
    photo = models.ImageField(_("photo"), upload_to="speakers/", blank=True)

    class Meta:
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["edition", "slug"], name="speaker_slug_once")]

    def __str__(self) -> str:
        return self.name


class Appearance(models.Model):
    """A speaker in a talk."""

    class Role(models.TextChoices):
        SPEAKER = "speaker", _("speaker")
        MODERATOR = "moderator", _("moderator")
        PANELLIST = "panellist", _("panellist")

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="appearances", verbose_name=_("talk"))
    speaker = models.ForeignKey(Speaker, models.PROTECT, related_name="appearances", verbose_name=_("speaker"))
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.SPEAKER)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("appearance")
        verbose_name_plural = _("appearances")
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["talk", "speaker"], name="appearance_once")]

    def __str__(self) -> str:
        return str(self.speaker)

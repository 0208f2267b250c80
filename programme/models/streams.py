"""The streams of a day and what became of them, and what was noted while it ran: no part of what is published."""

from __future__ import annotations

from datetime import datetime

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programme.models.timetable import LANGUAGES, Day

is_youtube_id = RegexValidator(r"^[\w-]{11}\Z", _("The id has 11 characters, as in youtu.be/XXXXXXXXXXX."))


class Stream(models.Model):
    """The live stream of a day in one language, and what became of it: its recording.

    What an organiser says of it (`state`) goes before the clock. None of it waits for the programme to be published.
    """

    class State(models.TextChoices):
        BY_THE_CLOCK = "", _("by the clock")
        LIVE = "live", _("on air")
        PAUSE = "pause", _("pause")
        TROUBLE = "trouble", _("trouble")
        ENDED = "ended", _("ended")
        RECORDING = "recording", _("recording is up")

    day = models.ForeignKey(Day, models.CASCADE, related_name="streams", verbose_name=_("day"))
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES)
    youtube_id = models.CharField(_("YouTube id"), max_length=11, validators=[is_youtube_id])
    backup_url = models.URLField(_("backup address"), blank=True)
    is_stand_in = models.BooleanField(
        _("stand-in"), default=False, help_text=_("Not the forum’s stream: it only shows how the page will look.")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.BY_THE_CLOCK, blank=True)
    state_since = models.DateTimeField(_("state since"), null=True, editable=False)
    message = models.CharField(_("what viewers are told"), max_length=200, blank=True)
    recording_id = models.CharField(
        _("YouTube id of the recording"),
        max_length=11,
        validators=[is_youtube_id],
        blank=True,
        help_text=_("Only where it is another film than the live stream."),
    )
    recording_starts_at = models.DateTimeField(
        _("recording starts"), null=True, blank=True, help_text=_("The moment that its first second shows.")
    )
    # Second in the recording at which a talk starts, by its slug: what somebody measured there.
    measured = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("stream")
        verbose_name_plural = _("streams")
        ordering = ["day", "-language"]
        constraints = [
            models.UniqueConstraint(fields=["day", "language"], name="stream_once_per_language"),
            models.CheckConstraint(
                condition=Q(state__in=["", "live", "pause", "trouble", "ended", "recording"]),
                name="stream_state_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} · {self.get_language_display()}"


class Running(models.Model):
    """How a day really runs: noted while it runs, and never part of a published programme.

    Talks are named by their slug, which stays when the programme is published anew.
    """

    day = models.OneToOneField(Day, models.CASCADE, related_name="running", verbose_name=_("day"))
    # The moment at which a talk started, by its slug: {"a-talk": "2022-11-28T10:21:37+09:00"}.
    begun = models.JSONField(default=dict)
    # From when on by how many minutes everything is late, each until the next: [["10:20", 10], ["13:30", 0]].
    delays = models.JSONField(default=list)

    class Meta:
        verbose_name = _("running of a day")
        verbose_name_plural = _("running of the days")

    def __str__(self) -> str:
        return str(self.day)

    @property
    def moments(self) -> dict[str, datetime]:
        """The noted starts, as aware moments by the slug of the talk."""
        return {slug: datetime.fromisoformat(moment) for slug, moment in self.begun.items()}

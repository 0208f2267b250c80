"""What organisers tell the live pages, and what they know of a recording."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from programme import recording, streaming
from programme.models import Day, Stream, Talk
from programme.models.streams import is_youtube_id
from registration.forms.fields import TidyField

FORMAT = "%Y-%m-%dT%H:%M:%S"
IN_AN_ADDRESS = re.compile(r"(?:youtu\.be/|[?&]v=|/embed/|/live/)([\w-]{11})(?![\w-])")
AT = "at-"  # before the slug of a talk, whose second the field holds
TOO_LONG = _("This can be up to %(limit_value)d characters. It is %(show_value)d now.")


class WordsForm(forms.Form):
    """How streams stand, by the button that was pressed, and in which words viewers are told."""

    streams = forms.ModelMultipleChoiceField(
        Stream.objects.none(),
        label=_("Streams"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one stream.")},
    )
    message_ko = TidyField(label=_("Words in Korean"), max_length=200, required=False, too_long=TOO_LONG)
    message_en = TidyField(label=_("Words in English"), max_length=200, required=False, too_long=TOO_LONG)
    state = forms.ChoiceField(
        choices=Stream.State.choices, required=False, error_messages={"invalid_choice": _("Press one of the buttons.")}
    )

    def __init__(self, *args: Any, day: Day, **kwargs: Any) -> None:
        streams = day.streams.all()
        told = next((stream for stream in streams if stream.message_ko or stream.message_en), None)
        known = {"streams": streams, "message_ko": told and told.message_ko, "message_en": told and told.message_en}
        super().__init__(*args, initial=known, **kwargs)
        self.fields["streams"].queryset = streams
        self.fields["streams"].label_from_instance = lambda stream: stream.get_language_display()

    def save(self) -> None:
        data = self.cleaned_data
        is_taken_back = data["state"] == Stream.State.BY_THE_CLOCK
        words = ("", "") if is_taken_back else (data["message_ko"], data["message_en"])
        streaming.say(data["streams"], data["state"], *words)


class SecondField(forms.CharField):
    """A place in a film, written as 1:02:03 or 2:03; answers whole seconds, or None."""

    def clean(self, value: Any) -> int | None:
        text = super().clean(value).strip()
        if not text:
            return None
        found = re.fullmatch(r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)", text)
        if found is None or (found[1] and int(found[2]) > 59):
            raise ValidationError(_("Write it as hours:minutes:seconds, such as 1:02:03."))
        return int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3])


class RecordingForm(forms.Form):
    """The film of a stream after the day. For each talk there is a field for its second."""

    film = forms.CharField(
        label=_("YouTube address or id of the recording"),
        required=False,
        help_text=_("Only where it is another film than the live stream."),
    )
    starts_at = forms.DateTimeField(
        label=_("Its first second shows this moment"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}, format=FORMAT),
        help_text=_("At the place of the forum, to the second. Seconds are worked out of it and of the noted starts."),
        error_messages={"invalid": _("Enter a date and a time to the second.")},
    )

    def __init__(self, *args: Any, stream: Stream, talks: list[Talk], **kwargs: Any) -> None:
        self.stream, self.talks, self.here = stream, talks, stream.day.edition.tzinfo
        starts = stream.recording_starts_at
        measured = {AT + slug: recording.hours(second) for slug, second in stream.measured.items()}
        initial = {"film": stream.recording_id, "starts_at": starts and starts.astimezone(self.here), **measured}
        super().__init__(*args, initial=initial, **kwargs)
        for talk in talks:
            self.fields[AT + talk.slug] = SecondField(label=talk.title, required=False)

    def clean_film(self) -> str:
        typed = self.cleaned_data["film"].strip()
        found = IN_AN_ADDRESS.search(typed)
        film = found[1] if found else typed
        if film:
            is_youtube_id(film)
        return film

    def clean_starts_at(self) -> dt.datetime | None:
        moment = self.cleaned_data["starts_at"]
        return moment and moment.replace(tzinfo=self.here)

    @property
    def measured(self) -> list[forms.BoundField]:
        return [self[AT + talk.slug] for talk in self.talks]

    def save(self) -> None:
        data = self.cleaned_data
        seconds = {talk.slug: data[AT + talk.slug] for talk in self.talks}
        measured = {slug: second for slug, second in seconds.items() if second is not None}
        streaming.describe_recording(self.stream, film=data["film"], starts_at=data["starts_at"], measured=measured)

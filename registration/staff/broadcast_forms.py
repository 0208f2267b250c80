"""What an organiser fills in to write to many: the words, the audience, and the number that confirms it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from forum.outbox import placeholders
from programme.models import Edition
from registration.forms.days import DayHeading
from registration.forms.fields import TidyField
from registration.models import Booking, Broadcast
from registration.models.registration import LANGUAGES

Purpose = Broadcast.Purpose
YES, NO = "yes", "no"
ANSWERS = {"": None, YES: True, NO: False}
TOO_LONG = _("Up to %(limit_value)d characters, please. There are %(show_value)d now.")


class WordsField(TidyField):
    """A text of the organisers, in which {name} is the only placeholder."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, too_long=TOO_LONG, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value).replace("\r\n", "\n")
        if is_wide := placeholders.full_width_complaint(text):
            raise ValidationError(is_wide)
        wrong = placeholders.first_wrong(text, ["name"])
        if wrong:
            raise ValidationError(
                _("“%(found)s” is no placeholder. Only {name} can stand in braces."), params={"found": wrong}
            )
        return text


class WordsForm(forms.Form):
    """Subject and text in both languages. A draft may be incomplete."""

    subject_ko = WordsField(label=_("Subject in Korean"), max_length=150)
    body_ko = WordsField(label=_("Text in Korean"), max_length=10_000, lines=True, widget=forms.Textarea)
    subject_en = WordsField(label=_("Subject in English"), max_length=150)
    body_en = WordsField(label=_("Text in English"), max_length=10_000, lines=True, widget=forms.Textarea)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("subject_ko", "body_ko", "subject_en", "body_en"):
            self.fields[name].widget.attrs["lang"] = name[-2:]
        for name in ("body_ko", "body_en"):
            self.fields[name].widget.attrs["rows"] = 10

    @property
    def words(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("subject_ko", "body_ko", "subject_en", "body_en")}

    @property
    def fields_of_broadcast(self) -> dict[str, Any]:
        """What `broadcasting.revise` takes."""
        return self.words


class BroadcastForm(WordsForm):
    """A mail and its audience."""

    purpose = forms.ChoiceField(
        label=_("What for"),
        widget=forms.RadioSelect,
        choices=[(Purpose.SERVICE, _("About the registration")), (Purpose.NEWS, _("News"))],
        help_text=_("News goes only to people who agreed to it, and never between 21:00 and 08:00."),
        error_messages={"required": _("Choose what the mail is for.")},
    )
    days = forms.TypedMultipleChoiceField(
        label=_("Days"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all of them."),
    )
    states = forms.MultipleChoiceField(
        label=_("State on at least one of these days"),
        choices=Booking.State.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one state.")},
    )
    language = forms.ChoiceField(label=_("Language"), choices=[("", _("Both")), *LANGUAGES], required=False)
    attended = forms.ChoiceField(
        label=_("At the door on at least one of these days"),
        choices=[("", _("Does not matter")), (YES, _("Attended")), (NO, _("Did not attend"))],
        required=False,
    )
    opened = forms.ChoiceField(
        label=_("The ticket page"),
        choices=[("", _("Does not matter")), (YES, _("Opened")), (NO, _("Never opened"))],
        required=False,
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].choices = [(day.number, DayHeading(day)) for day in edition.days.all()]

    @property
    def audience(self) -> dict[str, Any]:
        answers = self.cleaned_data
        return {
            "days": sorted(answers["days"]),
            "states": answers["states"],
            "attended": ANSWERS[answers["attended"]],
            "opened": ANSWERS[answers["opened"]],
        }

    @property
    def fields_of_broadcast(self) -> dict[str, Any]:
        chosen = {name: self.cleaned_data[name] for name in ("purpose", "language")}
        return {**self.words, **chosen, "audience": self.audience}


class ConfirmForm(forms.Form):
    """The number of people, typed: nobody presses that by mistake."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    count = forms.IntegerField(
        label=_("How many people get this mail?"),
        min_value=0,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("Type the number that stands above."),
        error_messages={"required": _("Type the number of people."), "invalid": _("Type the number of people.")},
    )


def initial_of(broadcast: Broadcast) -> Mapping[str, Any]:
    """A draft as its form shows it."""
    answers = {value: name for name, value in ANSWERS.items()}
    audience = broadcast.audience
    words = {name: getattr(broadcast, name) for name in ("subject_ko", "body_ko", "subject_en", "body_en")}
    return {
        **words,
        "purpose": broadcast.purpose,
        "language": broadcast.language,
        "days": audience["days"],
        "states": audience["states"],
        "attended": answers[audience["attended"]],
        "opened": answers[audience["opened"]],
    }

"""Guests as an organiser types or pastes them: each line is looked at for itself, and none is lost."""

from __future__ import annotations

import csv
import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programme.models import Edition
from registration.forms.days import DayHeading
from registration.forms.details import DetailsForm
from registration.forms.fields import AddressField, TidyField
from registration.models import ConsentNotice, Registration
from registration.normalising import likely_language
from registration.sign_up import Answers
from registration.staff.desk_forms import NOT_KEPT, StaffForm

GUESTS = [(value, label) for value, label in Registration.Category.choices if value != Registration.Category.ATTENDEE]
MOST_LINES, LONGEST_LIST = 200, 40_000


class DaysOfGuests(forms.TypedMultipleChoiceField):
    """Days of the edition, whatever seats they have: those of guests are told beside the form."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Days"),
            coerce=int,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": gettext_lazy("Choose at least one day.")},
        )


class GuestsForm(StaffForm):
    """What one guest and many have in common: as whom they come, and that they agreed."""

    category = forms.ChoiceField(label=gettext_lazy("They come as"), choices=GUESTS, widget=forms.RadioSelect)
    agree = forms.BooleanField(
        label=gettext_lazy("They have read the notice about personal data, and agree. (required)"),
        error_messages={"required": gettext_lazy("Send them the notice first, and tick this when they agree.")},
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.edition = edition
        self.fields["category"].initial = Registration.Category.GUEST
        if "days" in self.fields:
            days = list(edition.days.all())
            self.fields["days"].choices = [(day.number, DayHeading(day)) for day in days]
            self.fields["days"].initial = [day.number for day in days]


class GuestForm(GuestsForm):
    """One guest."""

    field_order = ["category", "name", "organisation", "email", "days", "agree"]
    name = TidyField(
        label=gettext_lazy("Name"),
        max_length=60,
        too_long=gettext_lazy("The name can be up to %(limit_value)d characters. It is %(show_value)d now."),
        widget=forms.TextInput(attrs=NOT_KEPT),
        error_messages={"required": gettext_lazy("Enter the person’s name.")},
    )
    organisation = TidyField(
        label=gettext_lazy("Organisation"),
        max_length=60,
        required=False,
        too_long=gettext_lazy("Organisation can be up to %(limit_value)d characters. It is %(show_value)d now."),
        widget=forms.TextInput(attrs=NOT_KEPT),
    )
    email = AddressField(
        required=False,
        help_text=gettext_lazy("The ticket goes there, in the language of the name."),
        widget=forms.EmailInput(attrs=NOT_KEPT | {"inputmode": "email"}),
    )
    days = DaysOfGuests()

    def clean_name(self) -> str:
        return DetailsForm.clean_name(self)

    def answers(self) -> Answers:
        data = self.cleaned_data
        return answers_of(
            self.edition, data["category"], data["name"], data["organisation"], data["email"], data["days"]
        )


@dataclass(frozen=True)
class Line:
    """One line of a pasted list that makes sense. `key` is the same for the same line of the same page."""

    number: int
    text: str
    answers: Answers

    def key(self, form_key: uuid.UUID) -> uuid.UUID:
        return uuid.uuid5(form_key, self.text)


class GuestListForm(GuestsForm):
    """A pasted list. `lines` are those that make sense, `problems` (number, text, sentences) the others."""

    field_order = ["category", "guests", "agree"]
    guests = forms.CharField(
        label=gettext_lazy("List"),
        help_text=gettext_lazy(
            "One person on each line: name, organisation, e-mail, days. Separated by commas, or copied from a "
            "spreadsheet. Only the name must be there; without days they come on every day."
        ),
        max_length=LONGEST_LIST,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"} | NOT_KEPT),
        error_messages={"required": gettext_lazy("Paste the list.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines: list[Line] = []
        self.problems: list[tuple[int, str, list[str]]] = []

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "guests" in cleaned and "category" in cleaned:
            self._read(cleaned["guests"], cleaned["category"])
            if self.problems:
                self.add_error("guests", _("Nobody was registered yet. Mend these lines, and press the button again."))
        return cleaned

    def keep(self, refused: Iterable[tuple[Line, str]]) -> None:
        """Leave in the box what was refused, and say why. The others are registered."""
        refused = list(refused)
        self.problems = [(line.number, line.text, [why]) for line, why in refused]
        self.data = self.data.copy()
        self.data[self.add_prefix("guests")] = "\n".join(line.text for line, _why in refused)
        self.add_error("guests", _("These lines could not be registered. They are still in the box."))

    def _read(self, text: str, category: str) -> None:
        filled = [(number, line.rstrip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
        if len(filled) > MOST_LINES:
            raise ValidationError(_("Paste at most %(most)d lines at once.") % {"most": MOST_LINES})
        for number, line in filled:
            form = GuestForm(self._fields_of(line, category), edition=self.edition)
            if form.is_valid():
                self.lines.append(Line(number, line, form.answers()))
            else:
                self.problems.append((number, line, list(_sentences(form))))

    def _fields_of(self, line: str, category: str) -> dict[str, Any]:
        """A line as what the form for one guest would have been sent."""
        cells = csv.reader([line], delimiter="\t" if "\t" in line else ",", skipinitialspace=True)
        parts = [cell.strip() for cell in next(cells)]
        name, organisation, email, days, *more = [*parts, "", "", "", ""][: max(4, len(parts))]
        numbers = re.findall(r"[^\s+/;·&]+", " ".join([days, *more]))
        return {
            "submission_key": self.data.get(self.add_prefix("submission_key"), ""),
            "category": category,
            "name": name,
            "organisation": organisation,
            "email": email,
            "days": numbers or [str(day.number) for day in self.edition.days.all()],
            "agree": "on",
        }


def answers_of(
    edition: Edition, category: str, name: str, organisation: str, email: str, days: Iterable[int], **more: Any
) -> Answers:
    """A guest as registering wants to know them. They agreed to the newest notices, as the organiser says."""
    language = likely_language(name)
    notices = ConsentNotice.objects.latest_of(edition.slug, language)
    agreed = {ConsentNotice.Kind.PRIVACY: True, ConsentNotice.Kind.OPTIONAL: bool(organisation)}
    return Answers(
        days=sorted(days),
        name=name,
        email=email,
        organisation=organisation,
        field="",
        support=[],
        support_note="",
        language=language,
        consents={notices[kind]: answer for kind, answer in agreed.items() if kind in notices},
        is_of_age=True,
        channel=Registration.Channel.STAFF,
        category=category,
        **more,
    )


def _sentences(form: forms.Form) -> Iterator[str]:
    for errors in form.errors.values():
        yield from errors

"""Do the answers make sense? Every refusal says how to mend it, and nothing typed is lost."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from programme.models import Day
from programme.templatetags.forum_dates import day_long
from registration import queries
from registration.errors import NoticeOutdated
from registration.models import Booking, ConsentNotice, Registration
from registration.normalising import has_unwanted_characters, tidy
from registration.sign_up import Answers

_KEY_SALT = "registration.submission"
ANSWER_TO = {ConsentNotice.Kind.PRIVACY: "agree", ConsentNotice.Kind.NEWS: "news"}


class TidyField(forms.CharField):
    """A text from a person: normalised, and without line breaks or control characters (`lines` allows breaks)."""

    def __init__(self, *, too_long: str | Promise, lines: bool = False, **kwargs: Any) -> None:
        self.lines = lines
        kwargs["error_messages"] = {"max_length": too_long, **kwargs.get("error_messages", {})}
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        return tidy(super().to_python(value))

    def validate(self, value: str) -> None:
        super().validate(value)
        if has_unwanted_characters(value, lines=self.lines):
            raise ValidationError(_("Remove line breaks and control characters here."), code="unwanted")


CHOOSE_ANOTHER = _("Day %(day)s is full. Choose another day.")
JOIN_INSTEAD = _("Day %(day)s filled up in the meantime. Press the button again to join the waiting list instead.")


class DayHeading:
    """A day as a choice: “Day 1 · Mon 28 Nov 2022”."""

    def __init__(self, day: queries.DaySeats | Day) -> None:
        self.heading = _("Day %(number)s · %(date)s") % {"number": day.number, "date": day_long(day.date)}

    def __str__(self) -> str:
        return self.heading


class DayChoice(DayHeading):
    """A day with its seats. A number shown is no promise."""

    def __init__(self, day: queries.DaySeats) -> None:
        super().__init__(day)
        left = ngettext("%(left)s seat left", "%(left)s seats left", day.left) % {"left": day.left}
        self.details, self.warning = {
            queries.AVAILABLE: (left, ""),
            queries.FEW: ("", f"{day.label} · {left}"),
            queries.WAITING: (_ahead(day.waiting), _("Join the waiting list")),
        }.get(day.state, (_("Full. Everyone can watch the live stream."), ""))


def _ahead(waiting: int) -> str:
    return ngettext("%(number)s person is ahead of you", "%(number)s people are ahead of you", waiting) % {
        "number": waiting
    }


class RegistrationForm(forms.Form):
    """Who wants to come on which days. `edition` is the read model's; notices are the newest in the page's language."""

    submission_key = forms.CharField(widget=forms.HiddenInput, required=False)
    privacy_notice = forms.CharField(widget=forms.HiddenInput, required=False)
    news_notice = forms.CharField(widget=forms.HiddenInput, required=False)

    may_wait = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)

    days = forms.TypedMultipleChoiceField(
        label=_("Days"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one day."),
            "invalid_choice": _("Choose the days from the list again."),
        },
    )
    name = TidyField(
        label=_("Name"),
        max_length=60,
        too_long=_("Your name can be up to %(limit_value)d characters. It is %(show_value)d now."),
        help_text=_("It stands on your ticket as you write it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Enter your name.")},
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("We send the QR ticket to this address."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}),
        error_messages={
            "required": _("Enter your e-mail address."),
            "invalid": _("Check the e-mail address. It looks like hong@example.kr."),
            "max_length": _("The e-mail address can be up to %(limit_value)d characters. It is %(show_value)d now."),
        },
    )
    organisation = TidyField(
        label=_("Organisation"),
        max_length=60,
        required=False,
        too_long=_("Organisation can be up to %(limit_value)d characters. It is %(show_value)d now."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    field = forms.ChoiceField(
        label=_("Field of interest"),
        choices=[("", _("Not chosen")), *Registration.Field.choices],
        required=False,
        error_messages={"invalid_choice": _("Choose the field from the list again.")},
    )
    support = forms.MultipleChoiceField(
        label=_("Support"),
        choices=Registration.Support,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose the support from the list again.")},
    )
    support_note = TidyField(
        label=_("Other support"),
        max_length=300,
        required=False,
        lines=True,
        too_long=_("This can be up to %(limit_value)d characters. It is %(show_value)d now."),
        help_text=_("Write which service you need. The reason is not asked."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    takes_any_seat = forms.BooleanField(
        label=_("If a seat comes free, take me in without asking."),
        help_text=_("For the waiting list. Otherwise we ask you first when the forum is less than two days away."),
        required=False,
    )
    agree = forms.BooleanField(
        label=_("I have read this and agree. (required)"),
        error_messages={"required": _("To register, agree to the use of your personal data.")},
    )
    news = forms.BooleanField(label=_("I have read this and agree. (optional)"), required=False)

    def __init__(self, *args: Any, edition: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.edition = edition
        self.notices = ConsentNotice.objects.latest_of(edition.slug, _page_language())
        self._look_at_seats()
        self.fields["submission_key"].initial = new_submission_key()
        for kind in ConsentNotice.Kind.values:
            self.fields[f"{kind}_notice"].initial = self.notices[kind].pk if kind in self.notices else None

    def clean_email(self) -> str:
        email = tidy(self.cleaned_data["email"])
        local, _at, domain = email.rpartition("@")
        return f"{local}@{domain.lower()}"

    def clean_may_wait(self) -> set[int]:
        """The days that the form itself showed as a waiting list: choosing one of them accepts it."""
        return {int(number) for number in self.cleaned_data["may_wait"].split(",") if number.isdigit()}

    def clean_days(self) -> list[int]:
        days, may_wait = sorted(set(self.cleaned_data["days"])), self.cleaned_data.get("may_wait", set())
        states = {day.number: day.state for day in self.panel.days}
        lines = {number for number in may_wait if states.get(number) == queries.WAITING}
        self.refuse_full(
            number
            for number in days
            if states[number] == queries.FULL or (states[number] == queries.WAITING and number not in lines)
        )
        return days

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("support_note") and Registration.Support.OTHER not in cleaned.get("support", []):
            cleaned["support"] = [*cleaned.get("support", []), Registration.Support.OTHER.value]
        for kind, notice in self.notices.items():
            answer = ANSWER_TO[kind]
            if cleaned.get(answer) and cleaned.get(f"{kind}_notice") != str(notice.pk):
                self._ask_again(kind, answer)
        return cleaned

    def _ask_again(self, kind: str, answer: str) -> None:
        """The person agreed to another version of the notice than the newest: show that one, and the box empty."""
        self.data = self.data.copy()
        self.data[self.add_prefix(f"{kind}_notice")] = self.notices[kind].pk
        self.data.pop(self.add_prefix(answer), None)
        self.add_error(answer, ValidationError(NoticeOutdated.message))

    def refuse_full(self, days: Iterable[int]) -> None:
        """Say at the days that these are full, and offer the line where there is one. What was typed stays."""
        refused = set(days)
        if not refused:
            return
        self._look_at_seats()
        self.data = self.data.copy()
        self.data[self.add_prefix("may_wait")] = self.fields["may_wait"].initial
        for day in self.panel.days:
            if day.number in refused:
                message = JOIN_INSTEAD if day.state == queries.WAITING else CHOOSE_ANOTHER
                self.add_error("days", ValidationError(message, params={"day": day.number}))

    def _look_at_seats(self) -> None:
        self.panel = queries.seat_panel(self.edition)
        self.fields["days"].choices = [(day.number, DayChoice(day)) for day in self.panel.days]
        lines = [str(day.number) for day in self.panel.days if day.state == queries.WAITING]
        self.fields["may_wait"].initial = ",".join(lines)

    def key(self) -> uuid.UUID | None:
        """The form's own key, or None when it was not made here for this edition."""
        try:
            return uuid.UUID(signing.loads(self.cleaned_data.get("submission_key") or "", salt=_KEY_SALT))
        except (signing.BadSignature, ValueError, TypeError):
            return None

    def answers(self) -> Answers:
        """The answers of a valid form."""
        data = self.cleaned_data
        return Answers(
            days=data["days"],
            name=data["name"],
            email=data["email"],
            organisation=data["organisation"],
            field=data["field"],
            support=data["support"],
            support_note=data["support_note"],
            language=_page_language(),
            may_wait=data["may_wait"],
            takes_any_seat=data["takes_any_seat"],
            consents={notice: data[ANSWER_TO[kind]] for kind, notice in self.notices.items()},
        )


class ResendForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}),
        error_messages={
            "required": _("Enter your e-mail address."),
            "invalid": _("Check the e-mail address. It looks like hong@example.kr."),
        },
    )


def new_submission_key() -> str:
    return signing.dumps(str(uuid.uuid4()), salt=_KEY_SALT)


def _page_language() -> str:
    return "en" if (get_language() or "ko").startswith("en") else "ko"


class CancelForm(forms.Form):
    """Which days to give back. With one day booked there is nothing to choose."""

    days = forms.TypedMultipleChoiceField(
        label=_("Days"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose the day that you want to cancel."),
            "invalid_choice": _("This day is not booked any more. Look at your ticket again."),
        },
    )

    def __init__(self, *args: Any, bookings: Iterable[Booking], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bookings = list(bookings)
        self.fields["days"].choices = [(each.day.number, DayHeading(each.day)) for each in self.bookings]

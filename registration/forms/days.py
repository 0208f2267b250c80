"""Choosing days, with their seats."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from programme import phase
from programme.models import Day, Edition
from programme.templatetags.forum_dates import day_long
from registration import queries

CHOOSE_ANOTHER = _("Day %(day)s is full. Choose another day.")
JOIN_INSTEAD = _("Day %(day)s filled up in the meantime. Press the button again to join the waiting list instead.")
FREE_AGAIN = _("Day %(day)s was full a moment ago, and a seat has come free again. Press the button again.")


class DayHeading:
    """A day as a choice: “Day 1 · Mon 28 Nov 2022”."""

    is_full = False

    def __init__(self, day: queries.DaySeats | Day) -> None:
        self.heading = _("Day %(number)s · %(date)s") % {"number": day.number, "date": day_long(day.date)}

    def __str__(self) -> str:
        return self.heading


class DayChoice(DayHeading):
    """A day with its seats. A number shown is no promise."""

    def __init__(self, day: queries.DaySeats) -> None:
        super().__init__(day)
        self.is_full = day.state == phase.FULL
        left = ngettext("%(left)s seat left", "%(left)s seats left", day.left) % {"left": day.left}
        self.details, self.warning = {
            phase.AVAILABLE: (left, ""),
            phase.FEW: ("", f"{day.label} · {left}"),
            phase.WAITING: (_ahead(day.waiting), _("Join the waiting list")),
        }.get(day.state, (_("Full. Everyone can watch the live stream."), ""))


def _ahead(waiting: int) -> str:
    return (
        str(_("You are next"))
        if not waiting
        else ngettext("%(number)s person is ahead of you", "%(number)s people are ahead of you", waiting)
        % {"number": waiting}
    )


class DaysWidget(forms.CheckboxSelectMultiple):
    """A full day cannot be ticked, and says why; what was ticked before it filled up can be taken back."""

    def create_option(
        self, name: str, value: Any, label: Any, selected: Any, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        option = super().create_option(name, value, label, selected, *args, **kwargs)
        if getattr(label, "is_full", False) and not selected:
            option["attrs"]["aria-disabled"] = "true"
        return option


def _next_step(refused: queries.DaySeats) -> Promise:
    """What there is to do about a refused day. In a rush it may have changed since."""
    steps = {phase.WAITING: JOIN_INSTEAD, phase.AVAILABLE: FREE_AGAIN, phase.FEW: FREE_AGAIN}
    return steps.get(refused.state, CHOOSE_ANOTHER)


class DaysField(forms.TypedMultipleChoiceField):
    """Numbers of days. Which of them there are is seen with their seats, and only when somebody looks."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, **kwargs)

    def valid_value(self, value: str) -> bool:
        return value.isascii() and value.isdigit()


class DaysForm(forms.Form):
    """Days of an edition, each with its seats as they are now. Days that the person `holds` are never full for them."""

    may_wait = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)
    days = DaysField(
        label=_("Days"),
        widget=DaysWidget,
        error_messages={
            "required": _("Choose at least one day."),
            "invalid_choice": _("Choose the days from the list again."),
        },
    )
    takes_any_seat = forms.BooleanField(
        label=_("If a seat comes free, take me in without asking."),
        help_text=_("For the waiting list. Otherwise we ask you first when the forum is less than two days away."),
        required=False,
    )

    def __init__(self, *args: Any, edition: Edition, holds: Iterable[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.edition, self.holds = edition, set(holds)
        self.fields["days"].choices = self._day_choices
        self.fields["may_wait"].initial = self._lines

    @cached_property
    def panel(self) -> queries.SeatPanel:
        """The seats as they were when the form first looked."""
        edition = self.edition
        return queries.seat_panel(
            edition.slug, opens=edition.registration_opens_at, closes=edition.registration_closes_at
        )

    @property
    def has_full_day(self) -> bool:
        return any(day.state == phase.FULL and day.number not in self.holds for day in self.panel.days)

    def clean_may_wait(self) -> set[int]:
        """The days that the form itself showed as a waiting list: choosing one of them accepts it."""
        return {int(number) for number in self.cleaned_data["may_wait"].split(",") if number.isdecimal()}

    def clean_days(self) -> list[int]:
        days, may_wait = self.known_days(), self.cleaned_data.get("may_wait", set())
        self.refuse_full(
            day.number
            for day in self.panel.days
            if day.number in set(days) - self.holds
            and (day.state == phase.FULL or (day.state == phase.WAITING and day.number not in may_wait))
        )
        return days

    def known_days(self) -> list[int]:
        """The chosen days, each once, if the edition has them."""
        days = sorted(set(self.cleaned_data["days"]))
        if set(days) - {day.number for day in self.edition.days.all()}:
            raise ValidationError(self.fields["days"].error_messages["invalid_choice"])
        return days

    def refuse_full(self, days: Iterable[int]) -> None:
        """Say at the days that these are full, and offer the line where there is one. What was typed stays."""
        refused = set(days)
        if not refused:
            return
        self.__dict__.pop("panel", None)  # look again
        self.data = self.data.copy()
        self.data[self.add_prefix("may_wait")] = self._lines()
        for day in self.panel.days:
            if day.number in refused:
                self.add_error("days", ValidationError(_next_step(day), params={"day": day.number}))

    def _day_choices(self) -> list[tuple[int, DayChoice]]:
        return [(day.number, self._choice_of(day)) for day in self.panel.days]

    def _choice_of(self, day: queries.DaySeats) -> DayHeading:
        return DayChoice(day)

    def _lines(self) -> str:
        """The days that the form shows as a waiting list."""
        lines = [day.number for day in self.panel.days if day.state == phase.WAITING and day.number not in self.holds]
        return ",".join(map(str, lines))

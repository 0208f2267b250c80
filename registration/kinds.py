"""Every kind of mail that registration writes: what organisers call it, how urgent it is, and which placeholders its
words may hold. A placeholder is allowed where it always has a value."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TICKET, LINK, OFFER, REMINDER, BULK = 0, 1, 5, 7, 9  # what leaves first

PLACEHOLDERS: dict[str, Promise] = {
    "name": _("the person’s name"),
    "forum": _("the name of the forum"),
    "venue": _("the name of the venue"),
    "days": _("the days that the message is about"),
    "day": _("number and date of the day"),
    "date": _("date of the day"),
    "doors": _("when doors open"),
    "starts": _("when the day starts"),
    "desk_code": _("the desk code"),
    "place": _("the place in the line"),
    "until": _("until when the seat is kept"),
    "closes": _("when registration closes"),
    "hours": _("hours to confirm the address"),
}

_PERSON = ("name", "forum", "venue")


@dataclass(frozen=True)
class Kind:
    """One kind of mail. `title` says what it is, `occasion` when it is written."""

    title: Promise
    occasion: Promise
    priority: int
    placeholders: tuple[str, ...]


KINDS: dict[str, Kind] = {
    "confirmation": Kind(
        _("Confirmation"), _("at once, to whoever gets a seat"), TICKET, (*_PERSON, "days", "desk_code")
    ),
    "waiting": Kind(
        _("Joined the waiting list"),
        _("at once, to whoever joins the line"),
        TICKET,
        (*_PERSON, "day", "date", "place"),
    ),
    "standby": Kind(
        _("On stand-by"), _("at once, to whoever comes to the desk of a full day"), TICKET, (*_PERSON, "day", "date")
    ),
    "promoted": Kind(
        _("Seat came free"), _("when a seat is passed on at once"), TICKET, (*_PERSON, "day", "date", "desk_code")
    ),
    "offered": Kind(
        _("Seat offered"), _("when a seat is offered for some hours"), OFFER, (*_PERSON, "day", "date", "until")
    ),
    "offer_lapsed": Kind(_("Offer over"), _("when nobody took it in time"), OFFER, (*_PERSON, "day", "date")),
    "line_closed": Kind(
        _("Waiting list closed"), _("at noon on the eve, without a seat"), OFFER, (*_PERSON, "day", "date")
    ),
    "changed": Kind(_("Registration changed"), _("when the person changed it"), LINK, _PERSON),
    "cancelled": Kind(_("Cancelled"), _("when the person gave days back"), LINK, (*_PERSON, "days")),
    "already_registered": Kind(
        _("Already registered"), _("when somebody registers again with the address"), LINK, _PERSON
    ),
    "link_again": Kind(_("Link again"), _("when the person asks for the link"), LINK, _PERSON),
    "new_link": Kind(_("New link"), _("when the person replaced the link"), LINK, _PERSON),
    "new_address": Kind(_("Address changed: to the new one"), _("when the address was corrected"), TICKET, _PERSON),
    "confirm_address": Kind(
        _("Change of address: question to the new one"), _("when another address was entered"), TICKET, ("forum",)
    ),
    "address_change_asked": Kind(
        _("Change of address: to the present one"), _("when another address was entered"), LINK, _PERSON
    ),
    "address_changed": Kind(_("Address changed: to the old one"), _("when the address was corrected"), LINK, _PERSON),
    "are_you_coming": Kind(_("Are you coming?"), _("three days before"), REMINDER, (*_PERSON, "days")),
    "reminder": Kind(
        _("Reminder"),
        _("at 10:00 on the day before"),
        REMINDER,
        (*_PERSON, "day", "date", "doors", "starts", "desk_code"),
    ),
    "thank_you": Kind(_("Thank you"), _("the morning after, to those who came"), BULK, (*_PERSON, "days")),
    "missed_you": Kind(_("We missed you"), _("the morning after, to those who did not come"), BULK, (*_PERSON, "days")),
    "recordings_up": Kind(
        _("Recordings are online"), _("when an organiser says so, to those who agreed to news"), BULK, ("forum",)
    ),
    "news_kept": Kind(
        _("Only the address is kept"), _("when the link is asked for after the data was erased"), LINK, ("forum",)
    ),
    "interest_asked": Kind(
        _("Tell me when it opens: question"), _("when somebody enters the address"), LINK, ("forum", "hours")
    ),
    "registration_opened": Kind(
        _("Opening of registration"), _("to those who wanted to be told"), BULK, ("forum", "closes")
    ),
}


def choices() -> list[tuple[str, Promise]]:
    return [(name, kind.title) for name, kind in KINDS.items()]

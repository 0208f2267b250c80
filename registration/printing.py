"""The ticket as a page to print."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from forum import pdf
from programme import queries as programme
from programme.language import page_language
from programme.models import Day
from programme.read_model import Edition, Text
from programme.templatetags.forum_dates import day_short, moment
from registration import ticketing
from registration.models import Booking, Registration
from registration.queries import days_of

LONGEST = 600  # letters of one text: what fits the page beside everything else


def ticket(registration: Registration) -> bytes:
    """A PDF of one page in the page's language, which says how each day stands at this moment."""
    return pdf.typeset("ticket.typ", _facts(registration))


def file_name(registration: Registration) -> str:
    return f"{_('Ticket')} {registration.edition.name}.pdf"


def _facts(registration: Registration) -> dict[str, Any]:
    edition = programme.edition(registration.edition.slug)
    days = days_of(registration)
    now = moment(timezone.now().astimezone(registration.edition.tzinfo))
    return {
        "language": page_language(),
        "title": f"{_('Ticket')} · {edition.name}",
        "ticket": _("Ticket"),
        "edition": _said(edition.name),
        "theme": _said(edition.theme),
        "qr": _qr(registration),
        "desk_code_label": _("Desk code"),
        "desk_code": registration.desk_code_for_people,
        "name_label": _("Name"),
        "name": registration.name,
        "days": [_day(day, booking) for day, booking in days],
        "facts": _labelled(edition, registration),
        "on_the_day": _("On the day"),
        "hints": _hints(edition, days),
        "as_of": _("As of %(moment)s. What has changed since is on your ticket page.") % {"moment": now},
        "site": settings.PUBLIC_URL + reverse("programme:edition", args=[edition.slug]),
    }


def _qr(registration: Registration) -> dict[str, Any]:
    side, path = ticketing.qr_path(ticketing.text_of(ticketing.issue(registration)))
    text = _("QR code for the door. At the desk the code %(code)s does the same.")
    return {"view": f"0 0 {side} {side}", "path": path, "text": text % {"code": registration.desk_code_for_people}}


def _day(day: Day, booking: Booking | None) -> dict[str, Any]:
    state = booking.get_state_display() if booking else _("not booked")
    return {
        "date": day_short(day.date),
        "state": f"{_('Day %(number)s') % {'number': day.number}} · {state}",
        "has_seat": bool(booking and booking.state == Booking.State.CONFIRMED),
        "times": _times(day),
    }


def _times(day: Day) -> str:
    """Doors and start as far as they are known, and whether they may still change."""
    known = []
    if day.doors:
        known.append(f"{_('Doors')} {day.doors:%H:%M}")
    if day.starts:
        known.append(_("starts at %(time)s") % {"time": f"{day.starts:%H:%M}"})
    if known and not day.times_confirmed:
        known.append(_("Provisional"))
    return " · ".join(known)


def _labelled(edition: Edition, registration: Registration) -> list[dict[str, Any]]:
    contact = " · ".join(filter(None, [edition.contact_phone, edition.contact_email]))
    facts = [
        (_("Where"), edition.venue.name if edition.venue else ""),
        (_("Support"), ", ".join(registration.support_labels)),
        (_("Contact"), contact),
    ]
    return [{"label": label, "said": _said(words)} for label, words in facts if words]


def _hints(edition: Edition, days: list[tuple[Day, Booking | None]]) -> list[dict[str, Any]]:
    hopes = {Booking.State.WAITING, Booking.State.OFFERED}
    hints = [
        ("pin", edition.venue.address if edition.venue else ""),
        ("", edition.venue.directions if edition.venue else ""),
        ("info", edition.entry_instructions),
        ("phone", _("The QR works from a screen and on paper.")),
        ("again", _("When you go out and come back, show the same QR.")),
        ("info", _("The forum is streamed live on YouTube and recorded. The audience can be in the picture.")),
    ]
    if any(booking and booking.state in hopes for _day, booking in days):
        hints.append(("clock", _("If a seat comes free we tell you by e-mail.")))
    if edition.dates_moved:
        hints.append(("alert", _("The dates were moved for a rehearsal.")))
    return [{"icon": icon, "said": _said(words)} for icon, words in hints if words]


def _said(words: Text | str) -> dict[str, str]:
    """Words and their language, cut where they would not fit the page."""
    language = words.language if isinstance(words, Text) else page_language()
    return {"words": Truncator(str(words)).chars(LONGEST), "language": language}

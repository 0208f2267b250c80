"""The days that a person registered for, as calendar files."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable
from email.utils import parseaddr
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from programme import history
from programme.calendars import CANCEL, PUBLISH, Entry, calendar
from programme.models import Day, Venue
from registration.models import Booking, Registration

LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)  # when a day was last changed that never was


def registration_calendar(registration: Registration) -> bytes:
    """One event for each day with a seat, in the registrant's language. A day given back says that it is cancelled."""
    return _file(registration, _latest(registration), PUBLISH)


def seats(registration: Registration) -> bytes | None:
    """The days with a seat, to enter into a calendar. None where there is no seat."""
    held = entries(registration)
    return calendar(held, method=PUBLISH) if held else None


def given_back(registration: Registration) -> bytes | None:
    """The days whose seats were given back, for a calendar to take out. None where there are none.

    All of them each time: a calendar that missed the first mail takes them out with the second.
    """
    bookings = [each for each in _latest(registration) if each.state == Booking.State.CANCELLED]
    return _file(registration, bookings, CANCEL) if bookings else None


def google_link(day: Day) -> str:
    """The address that opens the day as a new entry of Google Calendar. It holds nothing about the person."""
    span = "/".join(f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}" for moment in _span(day))
    facts = {"action": "TEMPLATE", "text": _summary(day), "dates": span, "location": _location(day)}
    return f"https://calendar.google.com/calendar/render?{urlencode(facts)}"


def _latest(registration: Registration) -> list[Booking]:
    """The last booking of each day that was confirmed once: a place in the line is no event."""
    ends = [Booking.State.CONFIRMED, Booking.State.CANCELLED]
    bookings = registration.bookings.filter(state__in=ends, confirmed_at__isnull=False)
    rows = bookings.select_related("day__edition__venue").order_by("pk")
    return list({booking.day_id: booking for booking in rows}.values())


def sample(day: Day, language: str) -> Entry:
    """The day as it would stand in the calendar of somebody with a seat, of nobody's."""
    with override(language):
        return _entry_of(day, "sample")


def entries(registration: Registration) -> list[Entry]:
    """The days with a seat, in the registrant's language."""
    with override(registration.language):
        return [_entry(booking) for booking in _latest(registration) if booking.state == Booking.State.CONFIRMED]


def _file(registration: Registration, bookings: Iterable[Booking], method: str) -> bytes:
    with override(registration.language):
        return calendar([_entry(booking) for booking in bookings], method=method)


def _entry(booking: Booking) -> Entry:
    day = _entry_of(booking.day, str(booking.registration.uuid))
    return dataclasses.replace(
        day,
        changed_at=max(day.changed_at, booking.cancelled_at or booking.confirmed_at),
        sequence=day.sequence + _steps(booking),
        is_cancelled=booking.state == Booking.State.CANCELLED,
    )


def _entry_of(day: Day, whose: str) -> Entry:
    venue = day.edition.venue
    starts, ends = _span(day)
    changes, changed_at = history.changes_of(day, day.edition, Venue)
    return Entry(
        uid=f"{whose}-day-{day.number}@{settings.PUBLIC_HOST}",
        summary=_summary(day),
        starts=starts,
        ends=ends,
        changed_at=changed_at or LONG_AGO,
        sequence=changes,
        location=_location(day),
        description=day.edition.entry_instructions or "",
        url=settings.PUBLIC_URL + reverse("programme:day", args=[day.edition.slug, day.number]),
        latitude=venue.latitude if venue else None,
        longitude=venue.longitude if venue else None,
        organiser=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        organiser_name=day.edition.name,
    )


def _span(day: Day) -> tuple[dt.datetime, dt.datetime]:
    """Start and end; where a time is unknown, the whole day."""
    return day.at(day.starts or dt.time.min), day.at(day.ends or dt.time(23, 59))


def _summary(day: Day) -> str:
    return _("%(name)s, day %(number)s") % {"name": day.edition.name, "number": day.number}


def _location(day: Day) -> str:
    venue = day.edition.venue
    return ", ".join(filter(None, [venue.name, venue.address])) if venue else ""


def _steps(booking: Booking) -> int:
    """Grows with each step of the day's story: booked 0, cancelled 1, booked again 2 …"""
    earlier = Booking.objects.filter(registration=booking.registration, day=booking.day, pk__lt=booking.pk).count()
    return 2 * earlier + (booking.state == Booking.State.CANCELLED)

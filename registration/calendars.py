"""The days that a person registered for, as a calendar file."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from programme.calendars import Entry, calendar
from programme.models import Day
from registration.models import Booking, Registration


def registration_calendar(registration: Registration) -> bytes:
    """One event for each day with a seat, in the registrant's language. A day given back says that it is cancelled."""
    latest: dict[int, Booking] = {}
    bookings = registration.bookings.filter(state__in=[Booking.State.CONFIRMED, Booking.State.CANCELLED])
    for booking in bookings.select_related("day__edition__venue").order_by("pk"):
        latest[booking.day_id] = booking
    with override(registration.language):
        return calendar([_entry(booking) for booking in latest.values()])


def google_link(day: Day) -> str:
    """The address that opens the day as a new entry of Google Calendar. It holds nothing about the person."""
    span = "/".join(f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}" for moment in _span(day))
    facts = {"action": "TEMPLATE", "text": _summary(day), "dates": span, "location": _location(day)}
    return f"https://calendar.google.com/calendar/render?{urlencode(facts)}"


def _entry(booking: Booking) -> Entry:
    registration, day = booking.registration, booking.day
    venue = day.edition.venue
    starts, ends = _span(day)
    return Entry(
        uid=f"{registration.uuid}-day-{day.number}@{settings.PUBLIC_HOST}",
        summary=_summary(day),
        starts=starts,
        ends=ends,
        changed_at=booking.cancelled_at or booking.booked_at,
        sequence=_sequence(booking),
        location=_location(day),
        description=day.edition.entry_instructions or "",
        url=settings.PUBLIC_URL + reverse("programme:day", args=[day.edition.slug, day.number]),
        latitude=venue.latitude if venue else None,
        longitude=venue.longitude if venue else None,
        is_cancelled=booking.state == Booking.State.CANCELLED,
    )


def _span(day: Day) -> tuple[dt.datetime, dt.datetime]:
    """Start and end; where a time is unknown, the whole day."""
    return day.at(day.starts or dt.time.min), day.at(day.ends or dt.time(23, 59))


def _summary(day: Day) -> str:
    return _("%(name)s, day %(number)s") % {"name": day.edition.name, "number": day.number}


def _location(day: Day) -> str:
    venue = day.edition.venue
    return ", ".join(filter(None, [venue.name, venue.address])) if venue else ""


def _sequence(booking: Booking) -> int:
    """Grows with each step of the day's story: booked 0, cancelled 1, booked again 2 …"""
    earlier = Booking.objects.filter(registration=booking.registration, day=booking.day, pk__lt=booking.pk).count()
    return 2 * earlier + (booking.state == Booking.State.CANCELLED)

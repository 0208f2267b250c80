"""The days that a person registered for, as a calendar file."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from programme.calendars import Entry, calendar
from registration import links
from registration.models import Booking, Registration


def registration_calendar(registration: Registration) -> bytes:
    """One event for each day with a seat, in the registrant's language. A day given back says that it is cancelled."""
    latest: dict[int, Booking] = {}
    bookings = registration.bookings.filter(state__in=[Booking.State.CONFIRMED, Booking.State.CANCELLED])
    for booking in bookings.select_related("day__edition__venue").order_by("pk"):
        latest[booking.day_id] = booking
    with override(registration.language):
        return calendar([_entry(booking) for booking in latest.values()])


def google_link(booking: Booking) -> str:
    """The address that opens the day as a new entry of Google Calendar. It holds nothing about the person."""
    entry = _entry(booking)
    span = "/".join(f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}" for moment in (entry.starts, entry.ends))
    facts = {"action": "TEMPLATE", "text": entry.summary, "dates": span, "location": entry.location}
    return f"https://calendar.google.com/calendar/render?{urlencode(facts)}"


def _entry(booking: Booking) -> Entry:
    registration, day = booking.registration, booking.day
    edition, venue = day.edition, day.edition.venue
    is_cancelled = booking.state == Booking.State.CANCELLED
    return Entry(
        uid=f"{registration.uuid}-day-{day.number}@{settings.PUBLIC_HOST}",
        summary=_("%(name)s, day %(number)s") % {"name": edition.name, "number": day.number},
        starts=day.at(day.starts or dt.time.min),
        ends=day.at(day.ends or dt.time(23, 59)),
        changed_at=booking.cancelled_at or booking.booked_at,
        sequence=_sequence(booking),
        location=", ".join(filter(None, [venue.name, venue.address])) if venue else "",
        description=edition.entry_instructions or "",
        url=links.url_of(registration),
        latitude=venue.latitude if venue else None,
        longitude=venue.longitude if venue else None,
        is_cancelled=is_cancelled,
    )


def _sequence(booking: Booking) -> int:
    """Grows with each step of the day's story: booked 0, cancelled 1, booked again 2 …"""
    earlier = Booking.objects.filter(registration=booking.registration, day=booking.day, pk__lt=booking.pk).count()
    return 2 * earlier + (booking.state == Booking.State.CANCELLED)

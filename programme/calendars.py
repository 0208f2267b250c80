"""iCalendar (RFC 5545): a day or a session of the forum as an event that calendars can follow when it changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from icalendar import Calendar, Event, vCalAddress

PUBLISH, CANCEL = "PUBLISH", "CANCEL"
PRODUCT = "-//Seoul Big Data Forum//forum//EN"


@dataclass(frozen=True)
class Entry:
    """One event. `uid` never changes; `sequence` grows with every change. `starts` and `ends` are aware moments; None
    where nobody knows yet when it ends."""

    uid: str
    summary: str
    starts: dt.datetime
    ends: dt.datetime | None
    changed_at: dt.datetime
    sequence: int = 0
    location: str = ""
    description: str = ""
    url: str = ""
    latitude: float | None = None
    longitude: float | None = None
    is_cancelled: bool = False
    organiser: str = ""  # the e-mail address that calendars believe
    organiser_name: str = ""


def calendar(entries: Iterable[Entry], *, method: str = PUBLISH) -> bytes:
    """The file, with the rules of every time zone that it uses. `method` is PUBLISH, or CANCEL to take events back."""
    file = Calendar()
    file.add("prodid", PRODUCT)
    file.add("version", "2.0")
    file.add("method", method)
    for entry in entries:
        file.add_component(_event(entry))
    file.add_missing_timezones()
    return file.to_ical()


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("summary", entry.summary)
    event.add("dtstart", entry.starts)
    if entry.ends:
        event.add("dtend", entry.ends)
    event.add("dtstamp", entry.changed_at.astimezone(dt.UTC))
    event.add("last-modified", entry.changed_at.astimezone(dt.UTC))
    event.add("sequence", entry.sequence)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    for name, value in (("location", entry.location), ("description", entry.description), ("url", entry.url)):
        if value:
            event.add(name, value)
    if entry.organiser:
        organiser = vCalAddress(f"mailto:{entry.organiser}")
        organiser.params["CN"] = entry.organiser_name
        event.add("organizer", organiser)
    if entry.latitude is not None and entry.longitude is not None:
        event.add("geo", (entry.latitude, entry.longitude))
    return event

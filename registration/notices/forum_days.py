"""Mails around the days of the forum: shortly before, the day before, and the morning after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from programme.models import Day, Edition, Stream
from registration.models import Booking, Registration
from registration.notices.letters import write


def are_you_coming(registration: Registration, not_before: dt.datetime) -> bool:
    """Shortly before: come, or release the seat. Once."""
    return write("are_you_coming", registration, f"are_you_coming:{registration.uuid}", not_before=not_before)


def reminder(booking: Booking, not_before: dt.datetime, expires_at: dt.datetime) -> bool:
    """The day before: where, when, and the ticket. Once for each person and date."""
    registration, day = booking.registration, booking.day
    return write(
        "reminder",
        registration,
        reminder_key(registration, day),
        bookings=[booking],
        not_before=not_before,
        expires_at=expires_at,
        day=day,
        is_today=not_before.astimezone(day.edition.tzinfo).date() == day.date,
    )


def reminder_key(registration: Registration, day: Day) -> str:
    """A day that is moved to another date is worth another reminder."""
    return f"reminder:{registration.uuid}:{day.date.isoformat()}"


def thank_you(
    registration: Registration, attended: Sequence[Day], not_before: dt.datetime, kept_until: dt.date
) -> bool:
    """The morning after, to somebody who came: with the certificate, and the survey where there is one."""
    return _afterwards(
        "thank_you", registration, attended, not_before, **for_those_who_came(registration.edition, kept_until)
    )


def missed_you(registration: Registration, missed: Sequence[Day], not_before: dt.datetime) -> bool:
    """The morning after, to somebody who had a seat and did not come."""
    return _afterwards("missed_you", registration, missed, not_before)


def for_those_who_came(edition: Edition, kept_until: dt.date) -> dict[str, object]:
    """Until when the certificate can be had, and the address of the survey, which may be empty."""
    return {"kept_until": kept_until, "survey_url": edition.survey_url}


def _afterwards(
    kind: str, registration: Registration, days: Sequence[Day], not_before: dt.datetime, **more: object
) -> bool:
    # One of the two, once: whoever was missed by mistake is not thanked on top.
    key, links = f"afterwards:{registration.uuid}", where_to_watch(registration.edition, registration.language)
    return write(kind, registration, key, bookings=(), not_before=not_before, about_days=days, **links, **more)


def where_to_watch(edition: Edition, language: str) -> dict[str, object]:
    """The page of the recordings, or the programme where none will be."""
    has_recordings = Stream.objects.filter(day__edition=edition, is_stand_in=False).exists()
    page = "programme:live" if has_recordings else "programme:edition"
    with override(language):
        url = settings.PUBLIC_URL + reverse(page, args=[edition.slug])
    return {"has_recordings": has_recordings, "afterwards_url": url}

"""Places in the hall for people without a seat of their own. They count as people inside, never as seats taken."""

from __future__ import annotations

import datetime as dt

from registration.checkin.models import Attendance, Point
from registration.models import Booking
from registration.models.booking import BookingQuerySet


def has_place(point: Point, date: dt.date | None, at: dt.datetime) -> bool:
    """Whether one more may come in without a seat. Inside a transaction: two who ask at once get one place once.

    People with a seat never ask here. Whoever of them comes late is let in, full or not.
    """
    point = Point.objects.select_for_update(no_key=True).get(pk=point.pk)
    free = free_places(point, date, at)
    return free is None or free > 0


def free_places(point: Point, date: dt.date | None, at: dt.datetime) -> int | None:
    """Places for people without a seat, or None where nobody counts them.

    Before the stand-by time every confirmed seat is kept for its owner; from then on, whoever is not inside has not
    claimed it. It may be less than nothing.
    """
    if point.places is None:
        return None
    inside = Attendance.objects.filter(point=point, inside=True)
    inside = inside.filter(date=date) if date else inside
    if has_begun(point, at):
        return point.places - inside.count()
    return point.places - promised(point, date) - inside.filter(is_standby=True).count()


def has_begun(point: Point, at: dt.datetime) -> bool:
    """Whether unclaimed seats go to who is there: from the hour that the organiser has set, if any."""
    return point.standby_from is not None and at >= point.standby_from


def promised(point: Point, date: dt.date | None) -> int:
    """How many people hold a confirmed seat for this point's day, or that date's."""
    return seats_at(point, date).values("registration").distinct().count()


def seats_at(point: Point, date: dt.date | None) -> BookingQuerySet:
    """The confirmed seats for this point's day, or that date's; of every day where there is neither."""
    seats = Booking.objects.confirmed().filter(day__edition=point.edition_id)
    if point.day_id:
        seats = seats.filter(day=point.day_id)
    elif date:
        seats = seats.filter(day__date=date)
    return seats

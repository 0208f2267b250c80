"""What must hold at every moment, as questions that must find nothing. Asked nightly, and after every drill."""

from __future__ import annotations

import logging

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from forum.outbox.models import Message
from registration.models import Booking, Inspection, Quota, Registration

logger = logging.getLogger(__name__)

HOLDING = Q(bookings__state__in=Booking.HOLDING)
IN_LINE = Q(bookings__state=Booking.State.WAITING)


def broken() -> dict[str, list[object]]:
    """Each promise that is broken, and by which rows. Empty is what everybody hopes for."""
    found = {
        _("seats that are counted wrong"): _counted_wrong(),
        _("guests on seats of citizens, or citizens on seats of guests"): _on_a_wrong_seat(),
        _("registrations that ended with a living booking, or did not end without one"): _ended_wrong(),
        _("registrations without a valid ticket"): _without_ticket(),
        _("registrations that nobody was written about"): _without_mail(),
    }
    return {promise: rows for promise, rows in found.items() if rows}


def inspect() -> Inspection:
    """Ask, keep the answer for organisers, and log as critical what is broken."""
    numbers = {promise: len(rows) for promise, rows in broken().items()}
    for promise, number in numbers.items():
        logger.critical("A promise is broken: %s (%s). `manage.py invariants` says which.", promise, number)
    answer = {"at": timezone.now(), "broken": numbers}
    return Inspection.objects.update_or_create(pk=Inspection.ONLY, defaults=answer)[0]


def _counted_wrong() -> list[object]:
    counted = Quota.objects.annotate(
        held=Count("bookings", filter=HOLDING, distinct=True), in_line=Count("bookings", filter=IN_LINE, distinct=True)
    )
    rows = counted.values_list("pk", "taken", "held", "waiting", "in_line")
    return [row for row in rows if row[1] != row[2] or row[3] != row[4]]


def _on_a_wrong_seat() -> list[object]:
    attendee = Q(registration__category=Registration.Category.ATTENDEE)
    public = Q(quota__share=Quota.Share.PUBLIC)
    wrong = Booking.objects.filter(attendee & ~public | public & ~attendee, state__in=Booking.LIVING)
    return list(wrong.values_list("pk", flat=True))


def _ended_wrong() -> list[object]:
    living = Count("bookings", filter=Q(bookings__state__in=Booking.LIVING))
    rows = Registration.objects.annotate(living=living)
    wrong = rows.filter(Q(cancelled_at__isnull=True, living=0) | Q(cancelled_at__isnull=False, living__gt=0))
    return list(wrong.values_list("public_id", flat=True))


def _without_ticket() -> list[object]:
    known = Registration.objects.living().exclude(name="")
    return list(
        known.exclude(tickets__revoked_at__isnull=True, tickets__isnull=False).values_list("public_id", flat=True)
    )


def _without_mail() -> list[object]:
    written = Message.objects.filter(about__isnull=False).values("about")
    known = Registration.objects.living().exclude(email="").exclude(name="")
    return list(known.exclude(uuid__in=written).values_list("public_id", flat=True))

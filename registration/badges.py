"""Badges: sheets of labels for the evening before, and one label for whoever stands at the desk.

| format       | paper                                                                                  |
|--------------|----------------------------------------------------------------------------------------|
| `SHEET`      | A4 with 8 labels of 99.1 × 67.7 mm, two beside each other (Avery L7165 and its like)      |
| `LABEL`      | one label of 62 × 100 mm on each page, for a label printer                                |
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import override

from forum import pdf
from programme.language import page_language
from programme.models import Edition
from registration import categories, name_order, ticketing
from registration.models import AccessLog, Booking, Registration, Ticket

SHEET, LABEL = "sheet", "label"
AT_ONCE = 1_000  # badges of one file: some seconds of one core, and nobody can stop it


def people(edition: Edition, *, day: int | None = None, category: str = "") -> list[Registration]:
    """Whoever has a seat on that day, or on any day; in the order in which badges are handed out."""
    seats = Booking.objects.confirmed().filter(registration=OuterRef("pk"))
    seats = seats.filter(day__number=day) if day else seats
    rows = edition.registrations.living().exclude(name="").filter(Exists(seats))
    return in_order(rows.filter(category=category) if category else rows)


def in_order(registrations: Iterable[Registration]) -> list[Registration]:
    """By name, as they are laid out on a table."""
    return sorted(registrations, key=lambda person: name_order.key(person.name))


def unprinted(registrations: Sequence[Registration]) -> list[Registration]:
    """Those of whom no badge was made yet: the log of looks says so."""
    looks = AccessLog.objects.filter(act=AccessLog.BADGE, whose__in=[each.uuid for each in registrations])
    printed = set(looks.values_list("whose", flat=True))
    return [each for each in registrations if each.uuid not in printed]


def typeset(registrations: Sequence[Registration], layout: str) -> bytes:
    """The PDF with a badge of each, in this order. Whoever has no ticket yet gets one."""
    people = _with_tickets(registrations)
    badges = [_badge(person, ticketing.issue_known(person, person.valid_tickets)) for person in people]
    return pdf.typeset(
        "badges.typ",
        {
            "language": page_language(),
            "title": f"{_('Badges')} · {people[0].edition.name}" if people else _("Badges"),
            "layout": layout,
            "badges": badges,
        },
    )


def answer(content: bytes) -> HttpResponse:
    """The file as a browser shows and prints it."""
    name = content_disposition_header(as_attachment=False, filename="badges.pdf")
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": name})


def _with_tickets(registrations: Sequence[Registration]) -> list[Registration]:
    valid = Prefetch("tickets", Ticket.objects.filter(revoked_at__isnull=True), to_attr="valid_tickets")
    rows: QuerySet[Registration] = Registration.objects.select_related("edition").prefetch_related(valid)
    found = rows.in_bulk([each.pk for each in registrations])
    return [found[each.pk] for each in registrations]


def _badge(registration: Registration, ticket: Ticket) -> dict[str, Any]:
    """In the person's language; what they come as, in both."""
    side, path = ticketing.qr_path(ticketing.text_of(ticket))
    label = categories.LABELS[registration.category]
    with override("en"):
        english = str(label)
    with override("ko"):
        korean = str(label)
    with override(registration.language):
        return {
            "language": registration.language,
            "name": registration.name,
            "organisation": registration.organisation,
            "edition": registration.edition.name,
            "category": registration.category,
            "korean": korean,
            "english": english,
            "qr": {"view": f"0 0 {side} {side}", "path": path, "text": _("QR ticket")},
        }

"""The certificate of attendance as a page, in either language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from forum import pdf
from programme import queries as programme
from programme.language import page_language
from programme.models import Day
from programme.read_model import Text
from programme.templatetags.forum_dates import day_dotted, day_long
from registration import links, ticketing
from registration.models import Certificate


def typeset(certificate: Certificate, days: Sequence[Day]) -> bytes:
    """A PDF of one page in the page's language. `days` are those to certify."""
    return pdf.typeset("certificate.typ", _facts(certificate, days))


def file_name(certificate: Certificate) -> str:
    return f"{_('Certificate of attendance')} {certificate.serial}.pdf"


def hours_of(day: Day) -> str:
    """09:30–18:00 as the programme has it, once that is certain. Nobody is asked to scan when they leave."""
    known = day.times_confirmed and day.starts and day.ends
    return f"{day.starts:%H:%M}–{day.ends:%H:%M}" if known else ""


def _facts(certificate: Certificate, days: Sequence[Day]) -> dict[str, Any]:
    edition = programme.edition(certificate.edition.slug)
    zone = certificate.edition.tzinfo
    url = links.certificate_url(certificate)
    side, path = ticketing.qr_path(url)
    return {
        "language": page_language(),
        "title": f"{_('Certificate of attendance')} · {certificate.serial}",
        "heading": _("Certificate of attendance"),
        "serial": _("No. %(serial)s") % {"serial": certificate.serial},
        "name_label": _("Name"),
        "name": certificate.registration.name,
        "sentence": _("We certify that the person named above attended the forum on these days."),
        "forum_label": _("Forum"),
        "forum": _said(edition.name),
        "theme": _said(edition.theme),
        "days_label": _("Days"),
        "days": [_day(day) for day in days],
        "where_label": _("Where"),
        "where": _said(edition.venue.name if edition.venue else ""),
        "date": day_dotted(certificate.issued_at.astimezone(zone)),
        "hosts": [_said(host.name) for host in edition.hosts],
        "rehearsal": _("Made in a rehearsal: the dates were moved.") if edition.dates_moved else "",
        "qr": {"view": f"0 0 {side} {side}", "path": path, "text": _("QR code of the page that verifies it")},
        "verify": _("Anybody can verify this certificate:"),
        "url": url,
        "code": certificate.code_for_people,
    }


def _day(day: Day) -> dict[str, str]:
    number = _("Day %(number)s") % {"number": day.number}
    return {"date": day_long(day.date), "said": " · ".join(filter(None, [number, hours_of(day)]))}


def _said(words: Text | str) -> dict[str, str]:
    language = words.language if isinstance(words, Text) else page_language()
    return {"words": str(words), "language": language}

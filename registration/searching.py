"""Finding somebody at the door or the desk by what they can say: their name or its first consonants, the e-mail
address, the desk code or its last four characters.
"""

from __future__ import annotations

from django.db.models import F, Prefetch, Q
from django.utils.translation import gettext_lazy as _

from forum import hangul
from forum.errors import Refused
from programme.models import Edition
from registration import crockford
from registration.models import Registration, Ticket
from registration.normalising import email_key, tidy

AT_MOST = 10
HANGUL_LEAST, LATIN_LEAST = 2, 3
DESK_CODE, LAST = 8, 4


class AskForMore(Refused):
    code, message = "bad_request", _("Type at least two Hangul letters, or three of other letters.")


def find(edition: Edition, text: str) -> tuple[list[Registration], bool]:
    """At most ten people, and whether there are more. Each with its bookings and `valid_tickets`, nobody erased.

    Raises AskForMore for a text that half the forum has.
    """
    words = tidy(hangul.as_typed(text))
    if len(words) < (HANGUL_LEAST if any(map(hangul.is_hangul, words)) else LATIN_LEAST):
        raise AskForMore
    rows = edition.registrations.exclude(name="").filter(_wanted(words))
    valid = Ticket.objects.filter(revoked_at__isnull=True)
    rows = rows.prefetch_related("bookings__day", Prefetch("tickets", valid, to_attr="valid_tickets"))
    # Whoever comes stands before whoever cancelled.
    found = list(rows.order_by(F("cancelled_at").asc(nulls_first=True), "name", "pk")[: AT_MOST + 1])
    return found[:AT_MOST], len(found) > AT_MOST


def _wanted(words: str) -> Q:
    if hangul.has_consonants(words):
        return Q(name__iregex=hangul.pattern(words))
    wanted = Q(name__icontains=words) | Q(name__icontains=words.replace(" ", ""))
    if "@" in words:
        return wanted | Q(email_key__startswith=email_key(words))
    code = crockford.tidy(words)
    if len(code) == DESK_CODE:
        wanted |= Q(desk_code=code)
    if len(code) == LAST:
        wanted |= Q(desk_code__endswith=code)
    return wanted | Q(email_key__startswith=words.lower())

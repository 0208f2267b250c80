"""Addresses that get no mail: there is nobody behind them, or whoever is wants none.

Kept as a digest under our key, and for a while only: it can be asked whether an address is among them, not which they
are. Writing on to dead addresses makes mail servers take us for spammers, and then nobody gets their ticket.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import unicodedata
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from forum.outbox.models import Message, Suppression
from forum.outbox.signals import address_lifted, address_suppressed

LASTS = dt.timedelta(days=365)


class Suppressed(Exception):
    """The mail must not leave: its address gets none of this sort."""


def key_of(email: str) -> str:
    """What is kept of an address. The same for every way of writing it."""
    plain = unicodedata.normalize("NFC", email.strip()).lower()
    return hmac.new(settings.LINK_KEY, b"forum-suppression|1|" + plain.encode(), hashlib.sha256).hexdigest()


def suppress(email: str, reason: Suppression.Reason, scope: Suppression.Scope) -> None:
    """Write no more to this address. Said again, it lasts a year from now."""
    now = timezone.now()
    with transaction.atomic():
        Suppression.objects.update_or_create(
            address_key=key_of(email),
            scope=scope,
            defaults={"reason": reason, "ends": now + LASTS},
            create_defaults={"reason": reason, "since": now, "ends": now + LASTS},
        )
        if scope == Suppression.Scope.ALL:
            address_suppressed.send(sender=None, email=email)


def lift(email: str) -> bool:
    """Write to this address again. Twice is harmless; the answer is whether anything was held back."""
    with transaction.atomic():
        number, _rows = Suppression.objects.filter(address_key=key_of(email)).delete()
        address_lifted.send(sender=None, email=email)
    return number > 0


def of(email: str) -> QuerySet[Suppression]:
    """What is held back from this address now."""
    return Suppression.objects.filter(address_key=key_of(email), ends__gt=timezone.now())


def number_among(emails: Iterable[str], *, is_news: bool) -> int:
    """How many of these addresses get no mail of this sort now."""
    scopes = [Suppression.Scope.ALL, *([Suppression.Scope.NEWS] if is_news else [])]
    living = Suppression.objects.filter(ends__gt=timezone.now(), scope__in=scopes)
    keys = set(living.values_list("address_key", flat=True))
    return sum(key_of(email) in keys for email in emails) if keys else 0


def look(message: Message) -> None:
    """Raises Suppressed for a mail that must not leave."""
    held_back = Q(scope=Suppression.Scope.ALL)
    if message.is_news:
        held_back |= Q(scope=Suppression.Scope.NEWS)
    scopes = set(of(message.to_email).filter(held_back).values_list("scope", flat=True))
    if Suppression.Scope.ALL in scopes:
        address_suppressed.send(sender=None, email=message.to_email)
    if scopes:
        raise Suppressed


def forget(emails: Iterable[str]) -> None:
    """Keep nothing of these addresses, also no digest. Should one be written to again, it comes back again."""
    Suppression.objects.filter(address_key__in=[key_of(email) for email in emails if email]).delete()


def forget_ended() -> int:
    """Destroy what has ended. Answers how many."""
    number, _rows = Suppression.objects.filter(ends__lte=timezone.now()).delete()
    return number

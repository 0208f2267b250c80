"""The list a phone holds to decide without a network: for each ticket a lookup, its days, and a sealed name.

Nothing in it says who comes. The name is encrypted with a key that only the ticket itself yields, so it can be read
while its owner holds the ticket in front of the phone, and padded to a few sizes, so that its length tells nothing.
The same person's entry is the same in every list: the iv is derived from what is encrypted, with the same key.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import zlib
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.cache import cache
from django.db.models import Q
from django.utils import timezone

from forum.remembering import remembered
from programme.models import Day
from registration import ticketing
from registration.checkin.devices import Pass
from registration.checkin.figures import today_of
from registration.checkin.models import Attendance
from registration.checkin.schemas import to_base64url
from registration.models import Booking, Ticket

SIZES = (64, 128, 256, 512)
IV_BYTES = 12
STATES = {
    Booking.State.CONFIRMED: 1,
    Booking.State.WAITING: 2,
    Booking.State.OFFERED: 2,
    Booking.State.STANDBY: 2,
    Booking.State.CANCELLED: 3,
    Booking.State.LAPSED: 0,
}
LIVES = (1, 2)
OVERLAP = dt.timedelta(seconds=15)  # a stay that was written before the last answer may have been committed after it
KEPT_FOR = 3600  # seconds


@dataclass(frozen=True)
class Entry:
    """One ticket, before it is sealed."""

    lookup: bytes
    days: int
    is_replaced: bool
    ticket: tuple[int, Any, int]  # key, registration, version: what its code is derived from
    name: str
    category: str
    support: tuple[str, ...]

    @property
    def is_shown(self) -> bool:
        """Whether its owner may be greeted by name: nobody is, whose ticket opens nothing."""
        return not self.is_replaced and any(self.days >> 2 * day & 3 in LIVES for day in range(16))

    @cached_property
    def digest(self) -> str:
        facts = [
            self.lookup.hex(),
            self.days,
            self.is_replaced,
            *((self.name, self.category, self.support) if self.is_shown else ()),
        ]
        return hmac.new(settings.SECRET_KEY.encode(), json.dumps(facts).encode(), "sha256").hexdigest()[:12]


@dataclass(frozen=True)
class List:
    """All entries of an edition. Two lists of one version say the same."""

    entries: list[Entry]

    @cached_property
    def version(self) -> str:
        return hashlib.sha256("".join(entry.digest for entry in self.entries).encode()).hexdigest()[:16]

    @cached_property
    def digests(self) -> dict[str, str]:
        return {to_base64url(entry.lookup): entry.digest for entry in self.entries}


def since(known: str, paired: Pass) -> dict[str, Any] | None:
    """What changed after `known` (a cursor of an earlier answer, or empty), or None where nothing did.

    An unknown cursor gets everything.
    """
    edition, began = paired.device.edition, timezone.now()
    version, _dot, moment = known.partition(".")
    entries = _read(edition.pk)
    now = entries.version
    before = _digests(edition.pk, version) if version != now else {}
    is_full = before is None or not moment.isdigit()
    there = _there(paired, None if is_full else dt.datetime.fromtimestamp(int(moment[:13]) / 1000, dt.UTC) - OVERLAP)
    if not is_full and version == now and not there:
        return None
    answer = {"cursor": f"{now}.{int(began.timestamp() * 1000)}", "full": is_full, "days": _days(edition.pk)}
    if is_full:
        changed = {"items": _sealed(edition.pk, entries, edition.checkin_salt), "gone": []}
    elif version == now:
        changed = {"items": [], "gone": []}
    else:
        news = [entry for entry in entries.entries if before.get(to_base64url(entry.lookup)) != entry.digest]
        salt = bytes(edition.checkin_salt)
        changed = {"items": [seal(entry, salt) for entry in news], "gone": sorted(before.keys() - entries.digests)}
    cache.set(_digests_key(edition.pk, now), entries.digests, KEPT_FOR)
    return answer | changed | {"there": there}


@remembered(seconds=5)
def version_of(edition: int) -> str:
    return _read(edition).version


def forget(edition: int) -> None:
    """Keep no list of people: somebody's data was erased."""
    cache.delete(_list_key(edition))


def seal(entry: Entry, salt: bytes) -> dict[str, Any]:
    """An entry as it lies on a phone."""
    item = {"l": to_base64url(entry.lookup), "d": entry.days} | ({"r": 1} if entry.is_replaced else {})
    if not entry.is_shown:
        return item
    key_id, registration, version = entry.ticket
    code = ticketing.derive_code(settings.TICKET_KEYS[key_id], registration, version)
    key = ticketing.derive_blob_key(code, salt)
    words = {"n": entry.name, "c": entry.category} | ({"s": entry.support} if entry.support else {})
    text = _padded(json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode())
    iv = hmac.digest(key, b"forum-ticket/iv" + text, "sha256")[:IV_BYTES]
    return item | {"b": to_base64url(iv + AESGCM(key).encrypt(iv, text, entry.lookup))}


def _padded(text: bytes) -> bytes:
    """With spaces, which JSON does not mind."""
    return text.ljust(next(size for size in SIZES if len(text) <= size))


def _sealed(edition: int, entries: List, salt: bytes) -> list[dict[str, Any]]:
    """All entries sealed. That takes a while, so the last list is kept until it changes."""
    kept = cache.get(_list_key(edition))
    if kept and kept[0] == entries.version:
        return json.loads(zlib.decompress(kept[1]))
    items = [seal(entry, bytes(salt)) for entry in entries.entries]
    cache.set(_list_key(edition), (entries.version, zlib.compress(json.dumps(items).encode(), 1)), KEPT_FOR)
    return items


def _read(edition: int) -> List:
    """Every ticket of the edition, also those that open nothing: a phone can then say why."""
    order = {pk: place for place, pk in enumerate(Day.objects.filter(edition=edition).values_list("pk", flat=True))}
    days: dict[int, int] = defaultdict(int)
    claims = Booking.objects.filter(registration__edition=edition).order_by("pk")
    states: dict[tuple[int, int], int] = {}
    for registration, day, state in claims.values_list("registration_id", "day_id", "state"):
        if states.get((registration, day)) not in LIVES:
            states[registration, day] = STATES[state]
    for (registration, day), state in states.items():
        days[registration] |= state << 2 * order[day]
    tickets = Ticket.objects.filter(registration__edition=edition).order_by("pk")
    rows = tickets.values_list(
        "lookup", "revoked_at", "key_id", "version", "registration_id",
        "registration__uuid", "registration__name", "registration__category", "registration__support",
    )  # fmt: skip
    return List(
        [
            Entry(
                bytes(lookup), days[pk], revoked_at is not None, (key_id, uuid, version), name, category, tuple(support)
            )
            for lookup, revoked_at, key_id, version, pk, uuid, name, category, support in rows
        ]
    )


def _there(paired: Pass, after: dt.datetime | None) -> list[dict[str, Any]]:
    """Who came in today at the points of this phone; of what changed, also whose coming in was taken back."""
    rows = Attendance.objects.filter(point__in=paired.own_points)
    rows = rows.filter(Q(date=today_of(paired.device.edition)) | Q(date=None))
    rows = rows.filter(registration__tickets__revoked_at__isnull=True, registration__tickets__isnull=False)
    rows = rows.filter(changed_at__gte=after) if after else rows.filter(first_in_at__isnull=False)
    return [
        {
            "l": to_base64url(bytes(lookup)),
            "p": point,
            "first": first and int(first.timestamp()),
            "last": last and int(last.timestamp()),
            "inside": inside,
        }
        for lookup, point, first, last, inside in rows.values_list(
            "registration__tickets__lookup", "point_id", "first_in_at", "last_in_at", "inside"
        )
    ]


def _days(edition: int) -> list[dict[str, Any]]:
    return [
        {"number": number, "date": date.isoformat()}
        for number, date in Day.objects.filter(edition=edition).values_list("number", "date")
    ]


def _digests(edition: int, version: str) -> dict[str, str] | None:
    return cache.get(_digests_key(edition, version)) if version.isalnum() else None


def _list_key(edition: int) -> str:
    return f"checkin:list:{edition}"


def _digests_key(edition: int, version: str) -> str:
    return f"checkin:digests:{edition}:{version[:16]}"

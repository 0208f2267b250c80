"""Who belongs to the audience of a broadcast. Numbers go to pages; names go nowhere."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from forum.outbox import suppression
from programme.models import Edition
from registration import consent
from registration.models import Booking, Broadcast, Registration

WhoAttended = Callable[[Edition, Collection[int]], QuerySet]

ENDED = (Booking.State.CANCELLED, Booking.State.LAPSED)
_who_attended: list[WhoAttended] = []


def ask_for_attendance(who: WhoAttended) -> None:
    """Check-in says here how to find who came: (edition, numbers of days) → ids of registrations."""
    _who_attended[:] = [who]


def people(broadcast: Broadcast) -> QuerySet[Registration]:
    """Everybody of the audience as it is now, each address once."""
    return _chosen(broadcast, _reachable(broadcast)).order_by("pk")


def _chosen(broadcast: Broadcast, among: QuerySet[Registration]) -> QuerySet[Registration]:
    """Those of them whom the audience means."""
    audience = broadcast.audience
    found = among.filter(Exists(_bookings(broadcast).filter(state__in=audience["states"])))
    if broadcast.language:
        found = found.filter(language=broadcast.language)
    if audience["opened"] is not None:
        found = found.filter(ticket_opened_at__isnull=not audience["opened"])
    if audience["attended"] is not None:
        came = Q(pk__in=_who_attended[0](broadcast.edition, audience["days"]))
        found = found.filter(came if audience["attended"] else ~came)
    return found


def count(broadcast: Broadcast) -> dict[str, int]:
    """How many people, by the language that each is written to in."""
    rows = people(broadcast).order_by().values_list("language").annotate(number=Count("pk"))
    return dict(rows)


@dataclass(frozen=True)
class Unreached:
    """Of an audience: `suppressed` are counted as people and get nothing; `without_address` are not even counted."""

    suppressed: int
    without_address: int


def unreached(broadcast: Broadcast) -> Unreached:
    """Whom the mail will not reach, as far as that is known before it leaves."""
    addresses = people(broadcast).order_by().values_list("email", flat=True)
    is_news = broadcast.purpose == Broadcast.Purpose.NEWS
    suppressed = suppression.number_among(addresses.iterator(), is_news=is_news)
    return Unreached(suppressed, without_address(broadcast).count())


def without_address(broadcast: Broadcast) -> QuerySet[Registration]:
    """Those whom the audience means and no mail can be sent to."""
    rows = Registration.objects.filter(edition=broadcast.edition_id, email="")
    return _chosen(broadcast, _for_this_purpose(broadcast, rows))


def still_concerned(broadcast: Broadcast) -> QuerySet[Registration]:
    """Who can be written to still, of people who were chosen before: not erased, not cancelled, not tired of news.

    Whoever was written to because they had cancelled, or let a seat go, still has.
    """
    found = _reachable(broadcast)
    if set(broadcast.audience["states"]) & set(ENDED):
        return found
    return found.filter(Exists(_on_days(broadcast, Booking.objects.living())))


def _reachable(broadcast: Broadcast) -> QuerySet[Registration]:
    """People of the edition with an address that may be used for this purpose; of each address the latest entry."""
    everybody = Registration.objects.filter(edition=broadcast.edition_id).exclude(email="")
    later = Registration.objects.filter(
        edition=OuterRef("edition"), email_key=OuterRef("email_key"), pk__gt=OuterRef("pk")
    )
    return _for_this_purpose(broadcast, everybody.exclude(Exists(later)))


def _for_this_purpose(broadcast: Broadcast, among: QuerySet[Registration]) -> QuerySet[Registration]:
    if broadcast.purpose == Broadcast.Purpose.NEWS:
        return among.filter(pk__in=consent.wants_news())
    return among.exclude(name="")  # of them only the address is kept, and for news alone


def _bookings(broadcast: Broadcast) -> QuerySet[Booking]:
    """The booking that counts on each day: a living one, or else the latest."""
    later = Booking.objects.filter(registration=OuterRef("registration"), day=OuterRef("day"), pk__gt=OuterRef("pk"))
    return _on_days(broadcast, Booking.objects.exclude(Exists(later)))


def _on_days(broadcast: Broadcast, bookings: QuerySet[Booking]) -> QuerySet[Booking]:
    mine = bookings.filter(registration=OuterRef("pk"))
    days = broadcast.audience["days"]
    return mine.filter(day__number__in=days) if days else mine

"""What a registration's mails carry only when they leave: the secret link, the QR code, the calendar. And whether mails
to many may leave at all."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import override

from forum.outbox.enclosures import Attachment, Enclosures, Postponed, Withdrawn
from forum.outbox.enclosures import register as register_maker
from forum.outbox.models import Message
from registration import audiences, calendars, links, promotion, ticketing
from registration.models import Broadcast, Interest, Registration

PICTURE = "ticket-qr.png"
WITH_TICKET = ("confirmation", "already_registered", "link_again", "new_link", "new_address", "promoted", "changed")
WITH_CALENDAR = ("cancelled",)
TO_INTERESTED = ("interest_asked",)
ABOUT_NEWS = ("news_kept",)
TO_MANY = ("broadcast", "change_notice", "news")
WITH_LINK = ("waiting", "offered", "offer_lapsed", "line_closed", "are_you_coming")


def register() -> None:
    for kind in WITH_TICKET:
        register_maker(kind, with_ticket)
    for kind in WITH_CALENDAR:
        register_maker(kind, with_calendar)
    for kind in WITH_LINK:
        register_maker(kind, with_link)
    for kind in ABOUT_NEWS:
        register_maker(kind, with_end_of_news)
    for kind, maker in zip(TO_MANY, (to_audience, of_change, with_news), strict=True):
        register_maker(kind, maker)
    for kind in TO_INTERESTED:
        register_maker(kind, with_answers)


def with_ticket(message: Message) -> Enclosures:
    """The QR where the mail shows it: whoever only waits gets the same kinds of mail without one."""
    registration = _registration(message)
    attachments = _calendar(registration)
    if f"cid:{PICTURE}" in message.html:
        text = ticketing.text_of(ticketing.issue(registration))
        attachments.insert(0, Attachment(PICTURE, ticketing.qr_png(text), "image/png", disposition="inline"))
    return Enclosures(_slots(registration), attachments)


def with_calendar(message: Message) -> Enclosures:
    registration = _registration(message)
    return Enclosures(_slots(registration), _calendar(registration))


def with_link(message: Message) -> Enclosures:
    return Enclosures(_slots(_registration(message)))


def with_end_of_news(message: Message) -> Enclosures:
    return Enclosures({"end_news_url": links.news_url_of(_registration(message))})


def to_audience(message: Message) -> Enclosures:
    return Enclosures(_slots(_recipient(message)))


def of_change(message: Message) -> Enclosures:
    registration = _recipient(message)
    return Enclosures(_slots(registration), _calendar(registration))


def with_news(message: Message) -> Enclosures:
    """News rest at night, also those that should have left before it."""
    registration = _recipient(message)
    now = timezone.now()
    morning = promotion.awake_in(registration.edition.tzinfo, now)
    if morning > now:
        raise Postponed(morning)
    return Enclosures({"end_news_url": links.news_url_of(registration)}, headers=news_headers(registration))


def news_headers(registration: Registration) -> dict[str, str]:
    """One press in the mail program ends the news (RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{links.news_url_of(registration)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def with_answers(message: Message) -> Enclosures:
    """The pages to confirm an address and to take it out, while it is kept."""
    interest = Interest.objects.select_related("edition").filter(uuid=message.about).first()
    if interest is None:
        raise Withdrawn
    with override(interest.language):
        pages = ("confirm_interest", "withdraw_interest")
        confirm_url, withdraw_url = (links.interest_url_of(interest, page) for page in pages)
    return Enclosures({"confirm_url": confirm_url, "withdraw_url": withdraw_url})


def _registration(message: Message) -> Registration:
    """Whom it is about. A mail still waiting when the address was corrected must not take the new link there."""
    registration = Registration.objects.select_related("edition").get(uuid=message.about)
    if registration.email != message.to_email:
        raise Withdrawn
    return registration


def _recipient(message: Message) -> Registration:
    """To whom a broadcast goes. It must not reach who has cancelled, or wants no more news, since it was written."""
    registration = _registration(message)
    broadcast = Broadcast.objects.get(batch=message.batch_id)
    if not audiences.still_concerned(broadcast).filter(pk=registration.pk).exists():
        raise Withdrawn
    return registration


def _slots(registration: Registration) -> dict[str, str]:
    pages = {f"{page}_url": links.url_of(registration, page) for page in links.PAGES}
    return {"ticket_url": links.url_of(registration), **pages}


def _calendar(registration: Registration) -> list[Attachment]:
    """The calendar of whoever has, or had, a seat. Who never had one has nothing to enter or to take out."""
    if not registration.bookings.filter(confirmed_at__isnull=False).exists():
        return []
    return [
        Attachment(
            "forum.ics",
            calendars.registration_calendar(registration),
            "text/calendar",
            {"charset": "utf-8", "method": "PUBLISH"},
        )
    ]

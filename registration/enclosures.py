"""What a registration's mails carry only when they leave: the secret link, the QR code, the calendar."""

from __future__ import annotations

from django.utils.translation import override

from forum.outbox import suppression
from forum.outbox.enclosures import Attachment, Enclosures, Withdrawn
from forum.outbox.enclosures import register as register_maker
from forum.outbox.models import Message
from forum.outbox.suppression import Suppressed
from registration import calendars, links, ticketing
from registration.models import Interest, Registration

PICTURE = "ticket-qr.png"
WITH_TICKET = ("confirmation", "already_registered", "link_again", "new_link", "new_address", "promoted", "changed")
WITH_CALENDAR = ("cancelled",)
TO_INTERESTED = ("interest_asked",)
ABOUT_NEWS = ("news_kept",)
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


def news_headers(registration: Registration) -> dict[str, str]:
    """What every news mail carries, and no other mail: mail programs end the news with one press (RFC 8058).

    Raises Suppressed where the address gets no news any more, so that a mail whose kind asks too late stays here.
    """
    if suppression.of(registration.email).exists():
        raise Suppressed
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

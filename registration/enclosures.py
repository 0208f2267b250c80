"""What a registration's mails carry only when they leave: the secret link, the QR code, the calendar. And whether mails
to many may leave at all."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import override

from forum.outbox import suppression
from forum.outbox.enclosures import Attachment, Enclosures, Postponed, Withdrawn
from forum.outbox.enclosures import register as register_maker
from forum.outbox.models import Message
from forum.outbox.suppression import Suppressed
from programme.calendars import CANCEL, PUBLISH
from registration import (
    audiences,
    broadcasting,
    calendars,
    change_calendars,
    consent,
    links,
    notices,
    promotion,
    ticketing,
)
from registration.models import Booking, Broadcast, Interest, Registration

PICTURE = "ticket-qr.png"
WITH_TICKET = ("confirmation", "already_registered", "link_again", "new_link", "new_address", "changed")
WITH_TICKET_OF_A_DAY = ("reminder",)
WITH_CANCELLATION = ("cancelled",)
TO_INTERESTED = ("interest_asked",)
ABOUT_NEWS = ("news_kept",)
TO_MANY = ("broadcast",)
OF_CHANGES = ("change_notice",)
TO_AN_ORGANISER = ("broadcast_test",)
NEWS = ("news", "recordings_up")  # whoever does not want them any more says so in one press
TO_A_NEW_ADDRESS = ("confirm_address",)
WITH_LINK = ("address_change_asked", "waiting")
# What such a mail says of a claim may not be true any more when it leaves: many wait for the morning.
ABOUT_THE_LINE = {
    "promoted": Booking.State.CONFIRMED,
    "offered": Booking.State.OFFERED,
    "offer_lapsed": Booking.State.LAPSED,
    "line_closed": Booking.State.LAPSED,
}
ASKING = ("are_you_coming",)
TO_THE_PERSON = ("thank_you", "missed_you")


def register() -> None:
    for kinds, maker in (
        (WITH_TICKET, with_ticket),
        (WITH_TICKET_OF_A_DAY, with_ticket_of_a_day),
        (WITH_CANCELLATION, with_cancellation),
        (WITH_LINK, with_link),
        (ABOUT_THE_LINE, about_the_line),
        (ASKING, asking),
        (TO_THE_PERSON, to_the_person),
        (TO_MANY, to_many),
        (OF_CHANGES, of_change),
        (TO_AN_ORGANISER, of_test),
        (NEWS, with_news),
        (ABOUT_NEWS, with_end_of_news),
        (TO_INTERESTED, with_answers),
        (TO_A_NEW_ADDRESS, with_question),
    ):
        for kind in kinds:
            register_maker(kind, maker)


def with_ticket(message: Message) -> Enclosures:
    """The QR where the mail shows it: whoever only waits gets the same kinds of mail without one."""
    registration = _registration(message)
    attachments = [*_seats(registration), *(_given_back(registration) if message.kind == "changed" else [])]
    if f"cid:{PICTURE}" in message.html:
        text = ticketing.text_of(ticketing.issue(registration))
        attachments.insert(0, Attachment(PICTURE, ticketing.qr_png(text), "image/png", disposition="inline"))
    return Enclosures(_slots(registration), attachments)


def with_ticket_of_a_day(message: Message) -> Enclosures:
    """As `with_ticket`, while the person has the seat that the mail is about."""
    bookings = _registration(message).bookings.confirmed().select_related("registration", "day")
    if message.dedupe_key not in {notices.reminder_key(each.registration, each.day) for each in bookings}:
        raise Withdrawn
    return with_ticket(message)


def with_cancellation(message: Message) -> Enclosures:
    registration = _registration(message)
    return Enclosures(_slots(registration), _given_back(registration))


def with_link(message: Message) -> Enclosures:
    return Enclosures(_slots(_registration(message)))


def about_the_line(message: Message) -> Enclosures:
    """As long as it is true: not to somebody who has cancelled, answered or come back since."""
    bookings = _registration(message).bookings
    claim = bookings.filter(pk=notices.claim_told_of(message.dedupe_key), state=ABOUT_THE_LINE[message.kind]).first()
    if claim is None or bookings.living().filter(day=claim.day_id).exclude(pk=claim.pk).exists():
        raise Withdrawn
    return with_ticket(message) if message.kind == "promoted" else with_link(message)


def asking(message: Message) -> Enclosures:
    """“Are you coming?”, to somebody who has a seat and has not said so."""
    registration = _registration(message)
    if registration.coming_since or not registration.bookings.confirmed().exists():
        raise Withdrawn
    return Enclosures(_slots(registration))


def to_the_person(message: Message) -> Enclosures:
    """Nothing secret, and nothing at all to an address that is not theirs any more."""
    _registration(message)
    return Enclosures()


def with_end_of_news(message: Message) -> Enclosures:
    return Enclosures({"end_news_url": links.news_url_of(_registration(message))})


def to_many(message: Message) -> Enclosures:
    return Enclosures(_slots(_recipient(message, _broadcast(message))))


def of_change(message: Message) -> Enclosures:
    broadcast = _broadcast(message)
    registration = _recipient(message, broadcast)
    return Enclosures(_slots(registration), _changes(change_calendars.files(broadcast, registration)))


def of_test(message: Message) -> Enclosures:
    """The same files as those of the mail that is tried out."""
    rows = Broadcast.objects.select_related("edition__venue")
    broadcast = rows.filter(pk=broadcasting.tested(message.dedupe_key), purpose=Broadcast.Purpose.CHANGE).first()
    return Enclosures(attachments=_changes(change_calendars.sample(broadcast, message.language)) if broadcast else [])


def with_news(message: Message) -> Enclosures:
    """News, while the person still wants them. They rest at night, also those that should have left before it."""
    registration = _registration(message)
    if not consent.wants_news().filter(registration=registration).exists():
        raise Withdrawn
    now = timezone.now()
    morning = promotion.awake_in(registration.edition.tzinfo, now)
    if morning > now:
        raise Postponed(morning)
    return Enclosures({"end_news_url": links.news_url_of(registration)}, headers=news_headers(registration))


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


def with_question(message: Message) -> Enclosures:
    """The page on which the new address says yes, while it is the one that was entered last."""
    registration = Registration.objects.select_related("edition").get(uuid=message.about)
    if registration.new_email != message.to_email:
        raise Withdrawn
    with override(registration.language):
        return Enclosures({"confirm_url": links.address_url_of(registration)})


def _registration(message: Message) -> Registration:
    """Whom it is about. A mail still waiting when the address was corrected must not take the new link there."""
    registration = Registration.objects.select_related("edition").get(uuid=message.about)
    if registration.email != message.to_email:
        raise Withdrawn
    return registration


def _broadcast(message: Message) -> Broadcast:
    return Broadcast.objects.select_related("edition__venue").get(batch=message.batch_id)


def _recipient(message: Message, broadcast: Broadcast) -> Registration:
    """To whom a broadcast goes. It must not reach who has cancelled, or wants no more news, since it was written."""
    registration = _registration(message)
    if not audiences.still_concerned(broadcast).filter(pk=registration.pk).exists():
        raise Withdrawn
    return registration


def _slots(registration: Registration) -> dict[str, str]:
    pages = {f"{page}_url": links.url_of(registration, page) for page in links.PAGES}
    return {"ticket_url": links.url_of(registration), **pages}


def _seats(registration: Registration) -> list[Attachment]:
    return _calendar("forum.ics", PUBLISH, calendars.seats(registration))


def _given_back(registration: Registration) -> list[Attachment]:
    """A file of its own: a calendar program reads one method in each."""
    return _calendar("cancelled.ics", CANCEL, calendars.given_back(registration))


def _changes(files: change_calendars.Files) -> list[Attachment]:
    names = {PUBLISH: "forum.ics", CANCEL: "cancelled.ics"}
    return [attached for method in files for attached in _calendar(names[method], method, files[method])]


def _calendar(name: str, method: str, file: bytes | None) -> list[Attachment]:
    """None for whoever has nothing to enter or to take out."""
    return [Attachment(name, file, "text/calendar", {"charset": "utf-8", "method": method})] if file else []

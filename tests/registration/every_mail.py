"""What causes each mail of a registration, and how a test reads what left."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core import mail
from django.utils import timezone
from django.utils.translation import override

from forum.outbox import delivery
from forum.outbox.models import Message
from programme.templatetags.forum_dates import day_long
from registration import booking, notices
from registration.models import Quota
from tests.factories import make_registration

LANGUAGES = ["ko", "en"]
TICKET_WORDS = {"ko": ["입장권", "QR"], "en": ["ticket", "QR", "Desk code"]}
AFTER_THE_FIRST = ["already_registered", "link_again", "new_link", "new_address", "changed", "cancelled"]


def soon():
    return timezone.now() + dt.timedelta(hours=6)


def offer(registration):
    registration.bookings.update(state="offered", offered_until=soon())
    notices.offered(registration.bookings.get(), timezone.now())


def days_of(registration):
    return [booking.day for booking in registration.bookings.select_related("day")]


def lapsed(registration):
    registration.bookings.update(state="lapsed")
    return registration.bookings.get()


def on_standby(registration):
    registration.bookings.update(state="standby", confirmed_at=None)
    Message.objects.all().delete()
    return registration.bookings.get()


# What causes each mail, for somebody registered for day 2. A kind that is missing here fails below.
CAUSES = {
    "confirmation": lambda registration: None,
    "waiting": lambda registration: None,
    "standby": lambda registration: notices.confirmed(registration, [on_standby(registration)]),
    "already_registered": notices.already_registered,
    "link_again": notices.link_again,
    "new_link": notices.new_link,
    "new_address": notices.new_address,
    "changed": lambda registration: notices.changed(registration, details=["name"]),
    "address_changed": notices.address_changed,
    "cancelled": lambda registration: booking.cancel(registration, [2]),
    "are_you_coming": lambda registration: notices.are_you_coming(registration, timezone.now()),
    "promoted": lambda registration: notices.promoted(registration.bookings.get(), timezone.now()),
    "offered": offer,
    "offer_lapsed": lambda registration: notices.offer_lapsed(lapsed(registration), timezone.now()),
    "line_closed": lambda registration: notices.line_closed(lapsed(registration), timezone.now()),
    "address_change_asked": notices.address_change_asked,
    "reminder": lambda registration: notices.reminder(registration.bookings.get(), timezone.now(), soon()),
    "thank_you": lambda registration: notices.thank_you(
        registration, days_of(registration), timezone.now(), timezone.localdate()
    ),
    "missed_you": lambda registration: notices.missed_you(registration, days_of(registration), timezone.now()),
}
# To people without a registration, whose name may be erased, to many, or to staff: test_interest.py, test_news.py,
# test_announcing.py, test_broadcasting.py, test_addressing.py, forum/accounts/test_sign_in.py and forum/outbox/doctor.
OF_OTHERS = {
    "broadcast", "confirm_address", "interest_asked", "news_kept", "probe", "recordings_up", "registration_opened",
    "sign_in",
}  # fmt: skip
EVERY_KIND = sorted(
    folder.name
    for folder in (settings.BASE_DIR / "templates" / "emails").iterdir()
    if folder.is_dir() and folder.name not in OF_OTHERS
)
WITHOUT_LINK = ["address_changed", "cancelled", "missed_you"]  # nothing is left to open there
WITH_LINK = [kind for kind in EVERY_KIND if kind not in WITHOUT_LINK]


def make_mail(forum, kind, **answers):
    """A registration for day 2, and its mail of this kind as it left."""
    facts = {"days": (2,), "email": "seowoo@example.kr"} | answers
    if kind == "waiting":
        Quota.objects.filter(day__number=2).update(capacity=0)
        facts |= {"may_wait": [2]}
    registration = make_registration(forum, **facts)
    CAUSES[kind](registration)
    message = Message.objects.get(kind=kind)
    delivery.deliver(message.pk)
    return registration, message, mail.outbox[-1]


def parts(sent):
    text, html = sent.body, sent.alternatives[0].content
    return text, html


def attachments(sent):
    return {part.get_filename(): part for part in sent.message().walk() if part.get_filename()}


def caused(kind, registration):
    CAUSES[kind](registration)
    return left(kind)


def left(kind):
    delivery.deliver(Message.objects.filter(kind=kind).last().pk)
    return mail.outbox[-1]


def make_waiting(forum, language, days=(2,)):
    Quota.objects.filter(day__number=2).update(capacity=0)
    return make_registration(forum, days=days, may_wait=[2], language=language)


def dates_in(part, forum, language):
    with override(language):
        return [day.number for day in forum.days.all() if day_long(day.date) in part]


def kinds():
    return list(Message.objects.order_by("pk").values_list("kind", flat=True))

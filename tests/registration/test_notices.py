"""Every mail of a registration: the right person, days, code and link, in both languages and all three parts; and what
must not stand in it."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
import time_machine
import zxingcpp
from django.conf import settings
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override
from icalendar import Calendar
from PIL import Image

from forum.outbox import delivery
from forum.outbox.enclosures import slot
from forum.outbox.models import Message
from programme.templatetags.forum_dates import day_long
from registration import booking, links, notices, ticketing
from registration.enclosures import WITH_TICKET
from registration.models import Quota, Registration
from registration.normalising import has_unwanted_characters
from tests.factories import make_registration
from tests.pages import is_korean, said

LANGUAGES = ["ko", "en"]


def soon():
    return timezone.now() + dt.timedelta(hours=6)


def offer(registration):
    registration.bookings.update(state="offered", offered_until=soon())
    notices.offered(registration.bookings.get(), timezone.now())


# What causes each mail, for somebody registered for day 2. A kind that is missing here fails below.
CAUSES = {
    "confirmation": lambda registration: None,
    "waiting": lambda registration: None,
    "already_registered": notices.already_registered,
    "link_again": notices.link_again,
    "changed": notices.changed,
    "address_changed": notices.address_changed,
    "cancelled": lambda registration: booking.cancel(registration, [2]),
    "are_you_coming": lambda registration: notices.are_you_coming(registration, timezone.now()),
    "promoted": lambda registration: notices.promoted(registration.bookings.get(), timezone.now()),
    "offered": offer,
    "offer_lapsed": lambda registration: notices.offer_lapsed(registration.bookings.get()),
    "line_closed": lambda registration: notices.line_closed(registration.bookings.get()),
}
# To people without a registration: test_interest.py, test_news.py and forum/accounts/test_sign_in.py.
OF_OTHERS = {"interest_asked", "registration_opened", "news_kept", "sign_in"}
EVERY_KIND = sorted(
    folder.name
    for folder in (settings.BASE_DIR / "templates" / "emails").iterdir()
    if folder.is_dir() and folder.name not in OF_OTHERS
)
WITHOUT_LINK = ["address_changed", "cancelled"]  # nothing is left to open there
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


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_mail_goes_to_the_person_in_their_language(forum, kind, language):
    _registration, message, sent = make_mail(forum, kind, language=language)

    assert sent.to == ["seowoo@example.kr"]
    assert (message.language, is_korean(sent.subject)) == (language, language == "ko")
    assert sent.extra_headers["Content-Language"] == language
    text, html = parts(sent)
    assert [f'lang="{language}"' in html, "홍서우" in text, "홍서우" in html] == [True, True, True]
    assert is_korean(re.sub("홍서우", "", text)) == (language == "ko")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", WITH_TICKET)
def test_a_mail_with_the_ticket_names_the_day_the_desk_code_the_place_and_the_link(forum, kind, language):
    registration, _message, sent = make_mail(forum, kind, language=language)

    for part in parts(sent):
        assert dates_in(part, forum, language) == [2]
        assert registration.desk_code_for_people in part
        assert links.url_of(registration) in re.findall(r"http://[^\s\"<]+", part)
        assert getattr(forum.venue, f"address_{language}") in part


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", WITH_LINK)
def test_a_mail_that_leads_on_leads_to_the_persons_own_pages(forum, kind, language):
    registration, _message, sent = make_mail(forum, kind, language=language)

    for part in parts(sent):
        leading = re.findall(r"http://forum\.test/t/[^\s\"<]+", part)
        assert leading != []
        assert {address.partition("?")[0] for address in leading} == {links.url_of(registration)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["offered", "promoted", "offer_lapsed", "line_closed"])
def test_a_mail_about_the_line_names_its_day(forum, kind, language):
    _registration, _message, sent = make_mail(forum, kind, language=language)

    for part in parts(sent):
        assert {"ko": "2일차", "en": "day 2"}[language] in part


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_offer_says_until_when_in_seoul(forum, language):
    _registration, message, sent = make_mail(forum, "offered", language=language)

    until = message.expires_at.astimezone(forum.tzinfo)
    for part in parts(sent):
        assert f"{until:%H:%M}" in part


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cancellation_names_the_day_that_was_given_back_and_no_ticket(forum, language):
    registration, _message, sent = make_mail(forum, "cancelled", language=language)

    for part in parts(sent):
        assert dates_in(part, forum, language) == [2]
        assert registration.desk_code_for_people not in part
        assert "/t/" not in part
    assert list(attachments(sent)) == ["forum.ics"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cancellation_of_one_day_leaves_the_way_to_the_other(forum, language):
    registration = make_registration(forum, days=(1, 2), language=language)
    booking.cancel(registration, [1])
    delivery.deliver(Message.objects.get(kind="cancelled").pk)

    for part in parts(mail.outbox[-1]):
        assert dates_in(part, forum, language) == [1]
        assert links.url_of(registration) in part


def dates_in(part, forum, language):
    with override(language):
        return [day.number for day in forum.days.all() if day_long(day.date) in part]


@pytest.mark.parametrize("kind", WITH_TICKET)
def test_the_picture_is_the_ticket_and_stands_in_the_html(forum, kind):
    registration, _message, sent = make_mail(forum, kind)

    picture = attachments(sent)["ticket-qr.png"]
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.get_payload(decode=True))))
    assert [each.text for each in found] == [ticketing.text_of(registration.tickets.get())]
    assert picture["Content-ID"] == "<ticket-qr.png>"
    assert 'src="cid:ticket-qr.png"' in parts(sent)[1]
    assert re.findall(r'(?:src|background)="(?!cid:)[^"]*"', parts(sent)[1]) == []  # no picture from elsewhere


@pytest.mark.parametrize(("kind", "status"), [("confirmation", "CONFIRMED"), ("cancelled", "CANCELLED")])
def test_the_calendar_fits_the_mail(forum, kind, status):
    _registration, _message, sent = make_mail(forum, kind)

    file = attachments(sent)["forum.ics"]
    assert (file.get_content_type(), file.get_param("method")) == ("text/calendar", "PUBLISH")
    event = Calendar.from_ical(file.get_payload(decode=True)).walk("VEVENT")[0]
    assert (str(event["status"]), event.decoded("dtstart").utcoffset().seconds) == (status, 9 * 3600)


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_the_outbox_holds_neither_link_nor_ticket(forum, kind):
    """Whoever reads the database, a backup or the admin cannot come in by it."""
    registration, message, sent = make_mail(forum, kind)
    message.refresh_from_db()

    secrets = [links.token_of(registration).split("-")[1], ticketing.text_of(registration.tickets.get())]
    stored = " ".join(str(getattr(message, field.name)) for field in Message._meta.fields)
    assert [secret in stored for secret in secrets] == [False, False]
    assert ("\ue000" in message.text) == (kind in WITH_LINK)
    assert "\ue000" not in sent.subject + "".join(parts(sent))
    assert [secrets[1] in part for part in parts(sent)] == [False, False]  # it is in the picture only


def test_the_message_id_is_the_messages_own(forum):
    _registration, message, sent = make_mail(forum, "confirmation")

    assert sent.extra_headers["Message-ID"] == f"<{message.uuid}@forum.test>"
    assert message.about == Registration.objects.get().uuid


def test_answers_go_to_the_forum(forum):
    forum.contact_email = "help@example.org"
    forum.save()

    _registration, _message, sent = make_mail(forum, "confirmation")

    assert sent.reply_to == ["help@example.org"]
    assert ["help@example.org" in part for part in parts(sent)] == [True, True]


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_links_stand_on_the_sites_own_name_only(forum, kind):
    _registration, _message, sent = make_mail(forum, kind)

    addresses = {address for part in parts(sent) for address in re.findall(r"https?://[^/\s\"<]+", part)}
    assert addresses == {"http://forum.test"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_entry_instructions_support_and_provisional_times_are_said(forum, language):
    forum.entry_instructions_ko, forum.entry_instructions_en = "3번 출구로 오세요", "Come to exit 3"
    forum.save()
    forum.days.update(times_confirmed=False)

    _registration, _message, sent = make_mail(forum, "confirmation", language=language, support=["captions"])

    instructions = {"ko": "3번 출구로 오세요", "en": "Come to exit 3"}[language]
    words = ["09:00", "09:30", instructions, said(language, "Written captions"), said(language, "provisional")]
    for part in parts(sent):
        assert [each in part for each in words] == [True] * 5


# --- What somebody typed ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_a_name_is_text_in_html_and_stays_as_it_is_in_plain_text(forum, kind):
    name = "<script>alert(1)</script> & O’Connor"
    _registration, _message, sent = make_mail(forum, kind, name=name)

    text, html = parts(sent)
    assert name in text
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; O’Connor" in html


def test_a_name_cannot_be_a_slot(forum):
    """The form refuses these letters; even if one came in, it would be an error and not a link."""
    assert has_unwanted_characters(slot("ticket_url"))
    _registration, message, _sent = make_mail(
        forum, "confirmation", name="{{ ticket_url }} {ticket_url} %(ticket_url)s"
    )
    assert "{{ ticket_url }} {ticket_url} %(ticket_url)s" in message.text


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_a_name_writes_no_header(forum, kind):
    _registration, _message, sent = make_mail(forum, kind, name="홍서우\r\nBcc: everybody@example.org")

    headers = sent.message()
    assert headers["Bcc"] is None
    assert sent.recipients() == ["seowoo@example.kr"]
    assert "\n" not in sent.subject


def test_a_forums_name_with_a_line_break_writes_no_header(forum):
    forum.name_en = "Forum\r\nBcc: everybody@example.org"
    forum.save()

    _registration, _message, sent = make_mail(forum, "confirmation", language="en")

    assert sent.message()["Bcc"] is None
    assert sent.subject == "Your ticket for Forum Bcc: everybody@example.org"


def test_the_longest_name_and_forum_fit_the_subject(forum):
    forum.name_en = "F" * 120
    forum.save()

    _registration, message, _sent = make_mail(forum, "confirmation", language="en", name="n" * 60)

    assert len(message.subject) <= 250


# --- How often ----------------------------------------------------------------------------------------------------


def kinds():
    return list(Message.objects.order_by("pk").values_list("kind", flat=True))


def test_a_registration_is_confirmed_once(registration):
    with pytest.raises(IntegrityError), transaction.atomic():
        notices.confirmed(registration, registration.bookings.all())

    assert kinds() == ["confirmation"]


@pytest.mark.parametrize("again", [notices.link_again, notices.already_registered])
def test_a_repeat_goes_out_three_times_a_day_and_three_times_the_next(registration, again):
    now = timezone.now()
    for day in range(2):
        with time_machine.travel(now + dt.timedelta(days=day)):
            for _ in range(5):
                again(registration)

    assert len(kinds()) == 1 + 6


def test_each_cancellation_is_confirmed(registration):
    booking.cancel(registration, [1])
    booking.cancel(registration, [2])

    assert kinds() == ["confirmation", "cancelled", "cancelled"]


def test_nobody_without_an_address_is_written_to(registration):
    registration.email = ""

    notices.link_again(registration)

    assert kinds() == ["confirmation"]


def test_a_mail_about_somebody_who_was_erased_fails_alone(registration):
    Registration.objects.all().delete()

    delivery.sweep()

    assert (Message.objects.get().state, mail.outbox) == ("failed", [])


def test_the_mail_says_what_holds_when_it_leaves(registration):
    """The link and the calendar are made at delivery: a replaced link never leaves."""
    old = links.url_of(registration)
    Registration.objects.update(link_version=2)
    registration.refresh_from_db()

    delivery.sweep()

    text, _html = parts(mail.outbox[0])
    assert (links.url_of(registration) in text, old in text) == (True, False)

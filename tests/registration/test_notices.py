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
from django.utils.html import escape
from django.utils.translation import override
from icalendar import Calendar
from PIL import Image

from forum.outbox import delivery
from forum.outbox.enclosures import slot
from forum.outbox.models import Message
from programme.templatetags.forum_dates import day_long, day_month
from registration import addressing, booking, changing, links, notices, ticketing
from registration.enclosures import WITH_TICKET
from registration.models import Quota, Registration
from registration.normalising import has_unwanted_characters
from tests.factories import make_registration
from tests.pages import Page, is_korean, said, without_codes

LANGUAGES = ["ko", "en"]


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
    "changed": notices.changed,
    "address_changed": notices.address_changed,
    "cancelled": lambda registration: booking.cancel(registration, [2]),
    "are_you_coming": lambda registration: notices.are_you_coming(registration, timezone.now()),
    "promoted": lambda registration: notices.promoted(registration.bookings.get(), timezone.now()),
    "offered": offer,
    "offer_lapsed": lambda registration: notices.offer_lapsed(lapsed(registration), timezone.now()),
    "line_closed": lambda registration: notices.line_closed(lapsed(registration), timezone.now()),
    "address_change_asked": notices.address_change_asked,
    "reminder": lambda registration: notices.reminder(registration.bookings.get(), timezone.now(), soon()),
    "thank_you": lambda registration: notices.thank_you(registration, days_of(registration), timezone.now()),
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
WITHOUT_LINK = ["address_changed", "cancelled", "missed_you", "thank_you"]  # nothing is left to open there
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
    assert list(attachments(sent)) == ["cancelled.ics"]


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


@pytest.mark.parametrize(
    ("kind", "name", "method", "status"),
    [
        ("confirmation", "forum.ics", "PUBLISH", "CONFIRMED"),
        ("reminder", "forum.ics", "PUBLISH", "CONFIRMED"),
        ("cancelled", "cancelled.ics", "CANCEL", "CANCELLED"),
    ],
)
def test_the_calendar_fits_the_mail(forum, kind, name, method, status):
    _registration, _message, sent = make_mail(forum, kind)

    file = attachments(sent)[name]
    read = Calendar.from_ical(file.get_payload(decode=True))
    event = read.walk("VEVENT")[0]
    assert (file.get_content_type(), file.get_param("method"), str(read["method"])) == (
        "text/calendar",
        method,
        method,
    )
    assert (str(event["status"]), event.decoded("dtstart").utcoffset().seconds) == (status, 9 * 3600)


def calendars_in(sent):
    """{method: [(uid, status, sequence)]} as a calendar program reads them."""
    read = [
        Calendar.from_ical(part.get_payload(decode=True))
        for name, part in attachments(sent).items()
        if name.endswith(".ics")
    ]
    return {
        str(each["method"]): [
            (str(event["uid"]).split("@")[0][-5:], str(event["status"]), event["sequence"])
            for event in each.walk("VEVENT")
        ]
        for each in read
    }


def test_a_day_given_back_is_taken_out_of_calendars_and_the_other_stays(registration):
    booking.cancel(registration, [1])

    assert calendars_in(left("cancelled")) == {"CANCEL": [("day-1", "CANCELLED", 1)]}


def test_a_day_exchanged_is_taken_out_and_entered_in_one_mail(forum):
    registration = make_registration(forum, days=(1,))
    details = {column: getattr(registration, column) for column in changing.DETAILS}

    changing.change(registration, [2], details)

    assert calendars_in(left("changed")) == {
        "PUBLISH": [("day-2", "CONFIRMED", 0)],
        "CANCEL": [("day-1", "CANCELLED", 1)],
    }


def test_a_cancellation_that_was_taken_back_before_its_mail_left_takes_nothing_out(registration):
    booking.cancel(registration, [1, 2])
    booking.undo_cancel(registration)

    assert calendars_in(left("cancelled")) == {}
    assert calendars_in(left("changed")) == {"PUBLISH": [("day-1", "CONFIRMED", 2), ("day-2", "CONFIRMED", 2)]}


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


# --- Seats, lines, and both ---------------------------------------------------------------------------------------


TICKET_WORDS = {"ko": ["입장권", "QR"], "en": ["ticket", "QR", "Desk code"]}
AFTER_THE_FIRST = ["already_registered", "link_again", "new_link", "new_address", "changed", "cancelled"]


def caused(kind, registration):
    CAUSES[kind](registration)
    return left(kind)


def left(kind):
    delivery.deliver(Message.objects.filter(kind=kind).last().pk)
    return mail.outbox[-1]


def make_waiting(forum, language, days=(2,)):
    Quota.objects.filter(day__number=2).update(capacity=0)
    return make_registration(forum, days=days, may_wait=[2], language=language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", AFTER_THE_FIRST)
def test_who_only_waits_is_not_told_of_a_ticket(forum, kind, language):
    sent = caused(kind, make_waiting(forum, language))

    told = [sent.subject, *(without_codes(part) for part in parts(sent))]
    assert [word for word in TICKET_WORDS[language] for each in told if word in each] == []
    assert attachments(sent) == {}
    for part in parts(sent):
        assert dates_in(part, forum, language) == [2]
        assert ({"ko": "대기 1번", "en": "Number 1 on the waiting list"}[language] in part) == (kind != "cancelled")
        assert forum.venue.address not in part


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["confirmation", *AFTER_THE_FIRST[:-1]])
def test_who_has_a_seat_and_waits_reads_of_both_days_and_then_of_the_place(forum, kind, language):
    sent = caused(kind, make_waiting(forum, language, days=(1, 2)))

    assert list(attachments(sent)) == ["ticket-qr.png", "forum.ics"]
    for part in parts(sent):
        with override(language):
            seat, line = (part.index(day_long(day.date)) for day in forum.days.all())
        assert seat < line < part.index(getattr(forum.venue, f"address_{language}"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_offer_that_waits_for_an_answer_is_in_every_mail(forum, language):
    registration = make_waiting(forum, language)
    registration.bookings.update(state="offered", offered_until=soon())

    sent = caused("link_again", registration)

    until = registration.bookings.get().offered_until.astimezone(forum.tzinfo)
    assert [f"{until:%H:%M}" in part for part in parts(sent)] == [True, True]


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_gives_back_the_seat_and_stays_in_the_line_is_told_that_the_place_stays(forum, language):
    registration = make_waiting(forum, language, days=(1, 2))

    booking.cancel(registration, [1])

    sent = left("cancelled")
    for part in parts(sent):
        assert {"ko": "다른 날의 대기 순서는 그대로입니다", "en": "Your place on the waiting list"}[language] in part
        assert "QR" not in without_codes(part)


# --- Links that end, addresses that change --------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_link_is_not_said_to_be_the_old_one(forum, language):
    registration = make_registration(forum, language=language)

    changing.replace_link(registration)

    sent = left("new_link")
    for part in parts(sent):
        assert {"ko": "어느 기기에서도 열리지 않습니다", "en": "no longer works, on any device"}[language] in part
        assert {"ko": "QR은 그대로입니다", "en": "Your QR stays the same"}[language] in part
        assert links.url_of(registration) in part


def test_every_replaced_link_is_mailed_however_many_there_were_today(forum):
    registration = make_registration(forum)

    for _ in range(5):
        changing.replace_link(registration)

    assert kinds() == ["confirmation"] + ["new_link"] * 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_address_is_told_that_earlier_links_and_codes_have_ended(forum, language):
    registration = make_registration(forum, language=language)

    addressing.ask(registration, "new@example.org")
    addressing.confirm(registration)

    sent = left("new_address")
    assert sent.to == ["new@example.org"]
    for part in parts(sent):
        assert {"ko": "링크와 QR은 더 쓸 수 없습니다", "en": "no longer work"}[language] in part


FILMING = "The forum is streamed live on YouTube and recorded. The audience can be in the picture."


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", EVERY_KIND)
def test_that_the_audience_is_filmed_is_said_with_the_first_ticket_and_at_a_new_address(forum, kind, language):
    _registration, _message, sent = make_mail(forum, kind, language=language)

    told = [said(language, FILMING) in part for part in parts(sent)]
    assert told == [kind in ("confirmation", "new_address")] * 2


# --- The frame ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", EVERY_KIND)
def test_a_mail_has_at_most_one_button_and_says_beside_the_subject_what_it_is_about(forum, kind, language):
    _registration, _message, sent = make_mail(forum, kind, language=language)

    text, html = parts(sent)
    assert html.count('class="button"') == (kind not in ("address_changed", "cancelled"))
    preheader = re.search(r'<div class="preheader"[^>]*>(.*?)</div>', html)[1]
    assert (is_korean(preheader), preheader.strip() != "") == (language == "ko", True)
    assert "\n\n\n" not in text
    assert text.count("\n-- \n") == 1
    assert re.findall(r"[{}%]", text + re.sub(r"<style>.*?</style>|<[^>]*>", "", html, flags=re.DOTALL)) == []


def test_the_most_urgent_mail_leaves_first(forum):
    registration = make_registration(forum)
    for cause in ("missed_you", "reminder", "link_again"):
        CAUSES[cause](registration)

    found = Message.objects.order_by("priority").values_list("kind", "priority")
    assert list(found) == [("confirmation", 0), ("link_again", 1), ("reminder", 7), ("missed_you", 9)]


# --- Days that were asked for again ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_asks_for_another_day_adds_it_in_two_presses(client, forum, language):
    registration = make_registration(forum, days=(1,), email="seowoo@example.kr", language=language)
    make_registration(forum, days=(1, 2), email="seowoo@example.kr")

    sent = left("already_registered")

    address = f"{links.url_of(registration, 'edit')}&day=2"
    text, html = parts(sent)
    with override(language):
        named = {"ko": "2일차 ", "en": "day 2, "}[language] + day_month(forum.days.get(number=2).date)
    assert [named in part for part in (text, html)] == [True, True]
    assert (address in text, f'href="{escape(address)}"' in html) == (True, True)
    page = client.get(address.removeprefix("http://forum.test"), follow=True)
    posted = Page(page).fields
    assert posted["days"] == ["1", "2"]
    client.post(page.request["PATH_INFO"], posted)
    assert [each.day.number for each in registration.bookings.confirmed()] == [1, 2]


def test_who_asks_for_nothing_new_is_led_to_no_change(forum):
    make_registration(forum, days=(1, 2), email="seowoo@example.kr")
    make_registration(forum, days=(1,), email="seowoo@example.kr")

    assert ["to=edit" in part for part in parts(left("already_registered"))] == [False, False]


@pytest.mark.parametrize("day", ["x", "99", "9" * 5000, "²"])
def test_an_address_with_a_day_that_there_is_not_opens_the_page_as_it_is(client, registration, day):
    page = client.get(f"/t/{links.token_of(registration)}/", {"to": "edit", "day": day}, follow=True)

    assert (page.status_code, Page(page).fields["days"]) == (200, ["1", "2"])


# --- Whom to ask ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["address_changed", "cancelled", "changed"])
@pytest.mark.parametrize(
    ("email", "phone", "named"),
    [("help@example.org", "02-000-0000", "help@example.org"), ("", "02-000-0000", "02-000-0000")],
)
def test_who_did_not_do_it_is_told_whom_to_ask(forum, kind, language, email, phone, named):
    forum.contact_email, forum.contact_phone = email, phone
    forum.save()

    _registration, _message, sent = make_mail(forum, kind, language=language)

    text, _html = parts(sent)
    assert named in text.partition("-- ")[0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["address_changed", "cancelled"])
def test_where_there_is_nobody_to_ask_yet_one_can_register_again(forum, kind, language):
    forum.contact_email = forum.contact_phone = ""
    forum.save()

    _registration, _message, sent = make_mail(forum, kind, language=language)

    assert [f"http://forum.test/{language}/2022/register/" in part for part in parts(sent)] == [True, True]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["offered", "are_you_coming"])
def test_a_question_about_a_day_names_its_date_in_subject_and_text(forum, kind, language):
    _registration, _message, sent = make_mail(forum, kind, language=language)

    with override(language):
        date = day_month(forum.days.get(number=2).date)
    assert [date in each for each in (sent.subject, *parts(sent))] == [True] * 3


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
    assert sent.subject.startswith("Your ticket for Forum Bcc: everybody@example.org, ")


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

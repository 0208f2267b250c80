"""Every mail of a registration: the right person, days, code and link, in both languages and all three parts; and what
must not stand in it."""

from __future__ import annotations

import datetime as dt
import io
import re
from html import unescape

import pytest
import zxingcpp
from django.core import mail
from django.utils import timezone
from icalendar import Calendar
from PIL import Image

from forum.outbox import delivery
from forum.outbox.models import Message
from registration import booking, changing, links, ticketing
from registration.enclosures import WITH_TICKET
from registration.models import Registration
from tests.factories import make_registration
from tests.pages import is_korean, said
from tests.registration.every_mail import (
    CAUSES,
    EVERY_KIND,
    LANGUAGES,
    WITH_LINK,
    attachments,
    dates_in,
    left,
    make_mail,
    parts,
)


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


@pytest.mark.parametrize("is_open", [True, False])
def test_the_button_of_a_cancellation_leads_to_registering_again_or_to_the_programme(forum, is_open):
    registration = make_registration(forum)
    if not is_open:
        forum.registration_closes_at = timezone.now() - dt.timedelta(minutes=1)
        forum.save()
        registration.refresh_from_db()

    booking.cancel(registration, [1])

    html = parts(left("cancelled"))[1]
    page = "register" if is_open else "programme"
    assert re.search(r'class="button".*?href="(.*?)"', html)[1] == f"http://forum.test/ko/2022/{page}/"


# --- The frame ------------------------------------------------------------------------------------------------------


def test_outlook_reads_a_width_and_a_padding_that_it_knows(forum):
    html = parts(make_mail(forum, "confirmation")[2])[1]

    column = re.search(r"<!--\[if mso\]>(.*?)<!\[endif\]-->.*<!--\[if mso\]>(.*?)<!\[endif\]-->", html, re.DOTALL)
    assert (' width="600"' in column[1], column[2]) == (True, "</td></tr></table>")
    assert "mso-padding-alt: 14px 26px" in re.search(r'<td class="button" style="(.*?)"', html)[1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", EVERY_KIND)
def test_a_mail_has_at_most_one_button_and_says_beside_the_subject_what_it_is_about(forum, kind, language):
    _registration, _message, sent = make_mail(forum, kind, language=language)

    text, html = parts(sent)
    assert html.count('class="button"') == (kind != "address_changed")
    preheader, filler = re.findall(r'<div class="preheader"[^>]*>(.*?)</div>', html)
    assert set(unescape(filler)) == {"\u200c", "\xa0"}
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

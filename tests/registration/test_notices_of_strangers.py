"""What somebody typed writes no header and no HTML; and nobody can make us write more often than a few times a day."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from forum.outbox import delivery
from forum.outbox.enclosures import slot
from forum.outbox.models import Message
from registration import booking, links, notices
from registration.models import Registration
from registration.normalising import has_unwanted_characters
from tests.registration.every_mail import EVERY_KIND, kinds, make_mail, parts


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


# --- How often ------------------------------------------------------------------------------------------------------


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

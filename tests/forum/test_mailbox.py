"""The mailbox of a development copy: every mail as a file, and pages to read it."""

from __future__ import annotations

import email
import email.policy

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection

from forum.mailbox.backend import folder
from forum.outbox import delivery
from registration import addressing, erasure
from tests.factories import make_registration


@pytest.fixture(autouse=True)
def _own_mailbox(settings, tmp_path):
    settings.VAR = tmp_path
    settings.EMAIL_BACKEND = "forum.mailbox.backend.MailboxBackend"


@pytest.fixture
def ticket_mail(forum):
    """A confirmation as it left, and its key."""
    make_registration(forum, name="<b>홍서우</b>", language="ko")
    delivery.sweep()
    return next(folder().glob("*.eml")).stem


def test_without_mail_the_inbox_is_empty(client, db):
    answer = client.get("/dev/mail/")

    assert (answer.status_code, answer.context["mails"]) == (200, [])


def test_a_mail_is_a_file_that_mail_programs_open(db):
    sent = get_connection().send_messages([EmailMultiAlternatives("안녕", "반갑습니다", to=["seowoo@example.org"])])

    mail = email.message_from_bytes(next(folder().glob("*.eml")).read_bytes(), policy=email.policy.default)
    assert (sent, mail["Subject"], mail["To"]) == (1, "안녕", "seowoo@example.org")


def test_the_newest_mail_is_on_top(client, db):
    for subject in ("first", "second"):
        get_connection().send_messages([EmailMultiAlternatives(subject, "", to=["seowoo@example.org"])])

    assert [row["mail"]["Subject"] for row in client.get("/dev/mail/").context["mails"]] == ["second", "first"]


def test_a_mail_is_shown_with_its_words_and_parts(client, ticket_mail):
    answer = client.get(f"/dev/mail/{ticket_mail}/")

    assert answer.context["mail"]["To"].startswith("person-")
    assert [part["name"] for part in answer.context["parts"]] == ["ticket-qr.png", "forum.ics"]
    assert "<b>홍서우</b>" in answer.context["text"]
    assert "<b>홍서우</b>" not in answer.content.decode()


def test_the_html_part_shows_its_pictures_and_runs_no_script(client, ticket_mail):
    answer = client.get(f"/dev/mail/{ticket_mail}/html/")

    number = next(part["number"] for part in client.get(f"/dev/mail/{ticket_mail}/").context["parts"])
    assert f'src="/dev/mail/{ticket_mail}/parts/{number}/"' in answer.content.decode()
    assert "script-src 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_each_part_is_served_as_what_it_is(client, ticket_mail):
    numbers = [part["number"] for part in client.get(f"/dev/mail/{ticket_mail}/").context["parts"]]

    picture, calendar = (client.get(f"/dev/mail/{ticket_mail}/parts/{number}/") for number in numbers)

    assert (picture["Content-Type"], picture.content[:4]) == ("image/png", b"\x89PNG")
    assert (calendar["Content-Type"], calendar.content[:15]) == ("text/calendar", b"BEGIN:VCALENDAR")


@pytest.mark.parametrize("path", ["1/", "1/html/", "1/parts/1/", "..%2f..%2fsecrets/", "secrets/", "1%00/"])
def test_what_is_not_there_is_not_found(client, db, path):
    assert client.get(f"/dev/mail/{path}").status_code == 404


def test_a_part_that_a_mail_does_not_have_is_not_found(client, ticket_mail):
    assert client.get(f"/dev/mail/{ticket_mail}/parts/99/").status_code == 404


def test_a_mail_without_html_has_no_such_part(client, db):
    get_connection().send_messages([EmailMultiAlternatives("안녕", "반갑습니다", to=["seowoo@example.org"])])
    key = next(folder().glob("*.eml")).stem

    assert client.get(f"/dev/mail/{key}/").context["has_html"] is False
    assert client.get(f"/dev/mail/{key}/html/").status_code == 404


def test_erasing_one_person_takes_their_mail_and_leaves_everybody_elses(forum):
    gone = make_registration(forum, email="Hong.Seowoo@example.org")
    make_registration(forum, email="seowoo@example.org")
    delivery.sweep()

    erasure.erase_person(gone, by="the person")

    [left] = folder().glob("*.eml")
    assert email.message_from_bytes(left.read_bytes())["To"] == "seowoo@example.org"


def test_mail_to_a_corrected_address_goes_from_both(forum):
    registration = make_registration(forum, email="old@example.org")
    addressing.correct(registration, "new@example.org")
    delivery.sweep()
    registration.refresh_from_db()

    erasure.erase_person(registration, by="the person")

    assert list(folder().glob("*.eml")) == []

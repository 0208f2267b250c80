"""Reports that mail servers send back: of ours, and of nobody else's mails."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pytest
from django.core.management import call_command

from forum.outbox import delivery, reports
from forum.outbox.models import DeliveryReport, Message, Suppression

POSTFIX = """\
Return-Path: <>
Date: Tue, 1 Dec 2026 10:02:11 +0900 (KST)
From: MAILER-DAEMON@mail.example.org (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: forum@localhost
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B/1"
Message-Id: <{report}@mail.example.org>

--B/1
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mail.example.org.

--B/1
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org
X-Postfix-Queue-ID: 4ABCDEF
Arrival-Date: Tue, 1 Dec 2026 10:02:10 +0900 (KST)

Final-Recipient: rfc822; seowoo@example.org
Original-Recipient: rfc822;seowoo@example.org
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.org
Diagnostic-Code: {diagnostic}

--B/1
Content-Description: Undelivered Message
Content-Type: {returned_type}

{returned}
--B/1--
"""
COMPLAINT = """\
From: <abuse@provider.example>
Subject: FW: complaint
To: forum@localhost
MIME-Version: 1.0
Message-ID: <arf-1@provider.example>
Content-Type: multipart/report; report-type=feedback-report; boundary="B"

--B
Content-Type: text/plain

This is an email abuse report.

--B
Content-Type: message/feedback-report

Feedback-Type: {feedback}
User-Agent: SomeGenerator/1.0
Version: 1

--B
Content-Type: message/rfc822

{returned}
--B--
"""
GONE = {"action": "failed", "status": "5.1.1", "diagnostic": "smtp; 550 5.1.1 <seowoo@example.org>: User unknown"}


@pytest.fixture
def sent(post_office, promise):
    """A mail that left, and what the server took."""
    message = promise()
    delivery.deliver(message.pk)
    return SimpleNamespace(message=message, mail=post_office.mails[0])


def report(mail, headers_only=False, number="r1", **fields):
    headers = "".join(f"{name}: {value}\n" for name, value in mail.items())
    returned = headers if headers_only else headers + "\nHello\n"
    kind = "text/rfc822-headers" if headers_only else "message/rfc822"
    facts = GONE | fields
    text = POSTFIX.format(report=number, returned=returned, returned_type=kind, **facts)
    return text.encode()


def stands(message):
    message.refresh_from_db()
    return message.delivery


@pytest.mark.parametrize("headers_only", [True, False])
def test_a_mail_that_comes_back_is_noted_and_its_address_suppressed(sent, headers_only):
    reports.read(report(sent.mail, headers_only))

    assert (stands(sent.message), Suppression.objects.get().reason) == ("hard_bounce", "hard_bounce")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"action": "delayed", "status": "4.4.1", "diagnostic": "smtp; timed out"}, "soft_bounce"),
        ({"status": "5.2.2", "diagnostic": "smtp; 552 5.2.2 over quota"}, "soft_bounce"),
        ({"status": "5.7.1", "diagnostic": "smtp; 550 5.7.1 blocked"}, "soft_bounce"),
        ({"status": "5.0.0", "diagnostic": "smtp; 550 5.1.1 no such user"}, "hard_bounce"),
        ({"status": "5.0.0", "diagnostic": "x-unix; unknown"}, "soft_bounce"),
        ({"action": "delivered", "status": "2.0.0", "diagnostic": "smtp; 250 ok"}, "delivered"),
        ({"action": "relayed", "status": "2.0.0", "diagnostic": "smtp; 250 ok"}, "unknown"),
    ],
)
def test_it_is_read_as_the_server_means_it(sent, fields, expected):
    reports.read(report(sent.mail, **fields))

    assert (stands(sent.message), Suppression.objects.exists()) == (expected, expected == "hard_bounce")


def test_the_same_report_twice_is_noted_once(sent):
    for _ in range(2):
        reports.read(report(sent.mail))

    assert DeliveryReport.objects.count() == 1


def test_a_provider_that_gives_the_mail_its_own_number_is_understood_by_our_header(sent):
    del sent.mail["Message-ID"]
    sent.mail["Message-ID"] = "<0100018f@email.amazonses.com>"

    reports.read(report(sent.mail))

    assert stands(sent.message) == "hard_bounce"


@pytest.mark.parametrize(("feedback", "expected"), [("abuse", "complaint"), ("auth-failure", "unknown")])
def test_a_complaint_is_read_too(sent, feedback, expected):
    returned = "".join(f"{name}: {value}\n" for name, value in sent.mail.items()) + "\nHello\n"

    reports.read(COMPLAINT.format(feedback=feedback, returned=returned).encode())

    assert stands(sent.message) == expected


def test_the_report_is_about_the_mail_that_came_back_not_about_one_it_talks_of(sent, promise):
    """Whoever writes the report writes the diagnosis."""
    other = promise(to_email="other@example.org")
    diagnosis = f"smtp; 550 5.1.1 <{other.uuid}@forum.test>"

    reports.read(report(sent.mail, diagnostic=diagnosis))

    assert (stands(sent.message), stands(other)) == ("hard_bounce", "unknown")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Subject: Hello\n\nWhere is the forum?",
        b"\xff\xfe\x00 nonsense",
        b"Content-Type: message/delivery-status\n\nAction: failed\nStatus: 5.1.1\n",
        b"Content-Type: multipart/report; boundary=B\n\n--B\nContent-Type: message/delivery-status\n\n--B--",
        POSTFIX.format(report="r", returned="Subject: x\n\nx", returned_type="message/rfc822", **GONE).encode(),
    ],
)
def test_any_other_mail_is_passed_over(db, content):
    assert reports.read(content) is None


def test_the_command_reads_files_and_what_a_mail_server_hands_over(sent, promise, tmp_path, monkeypatch, capsys):
    path = tmp_path / "bounce.eml"
    path.write_bytes(report(sent.mail))
    call_command("read_bounces", str(path))
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b"Subject: Hello\n\n")))
    call_command("read_bounces")

    assert capsys.readouterr().out.splitlines() == [
        f"{sent.message.uuid}: hard_bounce",
        "no report about a mail of ours",
    ]
    assert Message.objects.get(pk=sent.message.pk).delivery == "hard_bounce"

"""Sending what the outbox promises: by one worker, again after a failure, and never for ever."""

from __future__ import annotations

import datetime as dt
import uuid
from types import SimpleNamespace

import pytest
import time_machine
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from forum.outbox import delivery, enclosures, holding, lines, tasks
from forum.outbox.models import Heartbeat, Message
from tests.at_once import at_once

SECOND, MINUTE, HOUR = dt.timedelta(seconds=1), dt.timedelta(minutes=1), dt.timedelta(hours=1)


@pytest.fixture
def makers(monkeypatch):
    """The enclosures of this test's own kinds."""
    monkeypatch.setattr(enclosures, "_makers", {})
    return enclosures.register


def states():
    return list(Message.objects.order_by("pk").values_list("state", flat=True))


def test_a_mail_leaves_with_everything_that_was_promised(post_office, promise, settings):
    message = promise(html="<p>반갑습니다.</p>", reply_to="help@example.org", about=uuid.uuid4())

    delivery.deliver(message.pk)

    mail = post_office.mails[0]
    headers = {
        name: str(mail[name]) for name in ("Subject", "From", "To", "Reply-To", "Message-ID", "Content-Language")
    }
    assert headers == {
        "Subject": "안녕하세요",
        "From": settings.DEFAULT_FROM_EMAIL,
        "To": "seowoo@example.org",
        "Reply-To": "help@example.org",
        "Message-ID": f"<{message.uuid}@forum.test>",
        "Content-Language": "ko",
    }
    assert (mail["Auto-Submitted"], mail["X-Forum-Message"]) == ("auto-generated", str(message.uuid))
    assert mail["X-Auto-Response-Suppress"] == "DR, RN, NRN, OOF, AutoReply"
    assert post_office.recipients == [["seowoo@example.org"]]
    assert mail.get_body(("plain",)).get_content().strip() == "반갑습니다."
    assert mail.get_body(("html",)).get_content().strip() == "<p>반갑습니다.</p>"


def test_what_was_sent_is_noted_and_never_sent_again(post_office, promise):
    message = promise()

    delivery.deliver(message.pk)
    delivery.deliver(message.pk)

    message.refresh_from_db()
    assert (message.state, message.attempts, message.last_error) == ("sent", 1, "")
    assert (message.lease_until, message.lease_token) == (None, None)
    assert message.sent_at is not None
    assert len(post_office.mails) == 1


def test_a_message_that_does_not_exist_is_nobodys_error(db):
    delivery.deliver(123_456)


def test_a_message_waits_for_its_moment(post_office, promise, pass_time):
    message = promise(not_before=timezone.now() + HOUR)

    delivery.deliver(message.pk)
    assert post_office.mails == []

    pass_time(HOUR + SECOND)
    delivery.deliver(message.pk)
    assert len(post_office.mails) == 1


@pytest.mark.parametrize("state", ["sent", "failed", "suppressed", "expired", "cancelled"])
def test_what_is_over_stays_so(post_office, promise, state):
    message = promise()
    Message.objects.update(state=state, sent_at=timezone.now())

    delivery.deliver(message.pk)

    assert (post_office.mails, states()) == ([], [state])


def test_while_one_worker_holds_a_message_no_other_takes_it(post_office, promise):
    message = promise()
    Message.objects.update(state="sending", lease_until=timezone.now() + SECOND, lease_token=uuid.uuid4())

    delivery.deliver(message.pk)

    assert (post_office.mails, states()) == ([], ["sending"])


def test_a_worker_that_died_loses_its_message_after_two_minutes(post_office, promise, pass_time):
    message = promise()
    holding.claim(message.pk)  # and dies

    pass_time(115 * SECOND)
    delivery.deliver(message.pk)
    assert post_office.mails == []

    pass_time(6 * SECOND)
    delivery.deliver(message.pk)
    message.refresh_from_db()
    assert (len(post_office.mails), message.state, message.attempts) == (1, "sent", 2)


@pytest.mark.parametrize("hours", [2, -2])
def test_a_worker_whose_clock_is_wrong_sends_nothing_early_late_or_twice(post_office, promise, hours):
    now = timezone.now()
    due = promise("due@example.org", expires_at=now + HOUR)
    held = promise("held@example.org")
    holding.claim(held.pk)
    later = promise("later@example.org", not_before=now + HOUR)

    with time_machine.travel(now + hours * HOUR):
        promise("written-by-it@example.org")
        assert [delivery.deliver(message.pk) for message in (due, held, later)] == [True, True, True]
        delivery.sweep()

    assert [mail["To"] for mail in post_office.mails] == ["due@example.org", "written-by-it@example.org"]
    assert states() == ["sent", "sending", "queued", "sent"]
    assert abs(Message.objects.first().sent_at - now) < MINUTE


def test_a_worker_that_was_too_slow_does_not_overwrite_what_the_next_one_notes(promise, monkeypatch):
    message, other = promise(), uuid.uuid4()
    monkeypatch.setattr(lines, "send", lambda mail, turn: Message.objects.update(lease_token=other))

    delivery.deliver(message.pk)

    message.refresh_from_db()
    assert (message.state, message.lease_token) == ("sending", other)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_eight_workers_at_once_send_a_message_once(post_office, promise):
    message = promise()

    at_once([lambda: delivery.deliver(message.pk)] * 8)

    message.refresh_from_db()
    assert (len(post_office.mails), message.state, message.attempts) == (1, "sent", 1)


def away(office):
    office.greeting = "421 4.3.2 Closing"


def not_now(office):
    office.refusals["seowoo@example.org"] = "450 4.2.0 Try later"


def too_fast(office):
    office.refuses_data = "451 4.7.0 Slow down"


def perhaps(office):
    office.drops_first_copies = True
    office.forget()


SOON = [30 * SECOND, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, HOUR, HOUR]


@pytest.mark.parametrize(
    ("spoil", "pauses"),
    [
        (away, SOON),
        (too_fast, SOON),
        (not_now, [10 * MINUTE, HOUR, *[4 * HOUR] * 6]),
        (perhaps, [30 * SECOND, *[HOUR] * 7]),
    ],
)
def test_after_each_failure_of_its_kind_the_pause_grows(post_office, promise, pass_time, spoil, pauses):
    message, found = promise(), []

    for _ in range(8):
        spoil(post_office)
        delivery.deliver(message.pk)
        message.refresh_from_db()
        found.append(round((message.next_attempt_at - message.last_tried_at) / SECOND) * SECOND)
        pass_time(max(found[-1], 15 * MINUTE) + SECOND)

    assert found == pauses
    assert (message.state, message.attempts, message.failures) == ("queued", 8, 8)


def test_what_may_have_arrived_twice_is_said_once_and_then_tried_every_hour(post_office, promise, pass_time, caplog):
    message = promise()

    for _ in range(4):
        perhaps(post_office)
        delivery.deliver(message.pk)
        pass_time(HOUR + SECOND)

    errors = [
        each.getMessage()
        for each in caplog.records
        if each.name == "forum.outbox.holding" and each.levelname == "ERROR"
    ]
    assert errors == [f"Message {message.uuid} may have arrived twice: the line was cut after its content."]


def test_the_message_id_is_the_same_at_every_attempt(post_office, promise):
    """A server may take a mail and drop the line before it says so: mail programs then show one copy."""
    message = promise()
    for _ in range(2):
        delivery.deliver(message.pk)
        Message.objects.update(state="queued")

    assert len({mail["Message-ID"] for mail in post_office.mails}) == 1


def test_after_two_days_of_trying_nobody_tries_any_more(post_office, promise, pass_time):
    post_office.refusals["seowoo@example.org"] = "451 Try later"
    message, tried_for = promise(), dt.timedelta(0)
    pass_time(72 * HOUR)  # nobody had tried until then: a worker was away, or it was to wait

    while (message := Message.objects.get()).state == "queued":
        delivery.deliver(message.pk)
        message.refresh_from_db()
        if message.state == "queued":
            pause = message.next_attempt_at - message.last_tried_at + SECOND
            tried_for += pause
            pass_time(pause)

    assert message.state == "failed"
    assert message.last_error.startswith("SMTPRecipientsRefused: ")
    assert 48 * HOUR < tried_for < 48 * HOUR + MINUTE


def refuse_the_address(office, settings):
    office.refusals["seowoo@example.org"] = "550 No such user"


def refuse_the_content(office, settings):
    office.refuses_data = "554 Looks like spam"


def put_off_the_content(office, settings):
    office.refuses_data = "451 Try later"


def refuse_the_sender(office, settings):
    office.refuses_senders = "550 Not from you"


def ask_for_a_password(office, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "forum", "wrong"


@pytest.mark.parametrize(
    ("spoil", "state"),
    [
        (refuse_the_address, "failed"),
        (refuse_the_content, "failed"),
        (put_off_the_content, "queued"),
        (refuse_the_sender, "queued"),  # our own fault: the mail follows when it is mended
        (ask_for_a_password, "queued"),
    ],
)
def test_only_what_is_refused_for_good_fails_at_once(post_office, promise, settings, spoil, state):
    spoil(post_office, settings)

    delivery.deliver(promise().pk)

    assert (states(), post_office.mails) == ([state], [])
    assert Message.objects.get().last_error != ""


def test_a_server_that_is_away_costs_an_attempt_and_no_mail(promise, settings, closed_port):
    settings.EMAIL_BACKEND = "forum.outbox.smtp.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", closed_port

    delivery.deliver(promise().pk)

    assert states() == ["queued"]


def test_a_server_that_hangs_costs_an_attempt_and_no_mail(promise, settings, frozen_port):
    settings.EMAIL_BACKEND = "forum.outbox.smtp.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", frozen_port, 0.2

    delivery.deliver(promise().pk)

    assert states() == ["queued"]


def test_a_message_that_is_worthless_by_now_is_not_sent(post_office, promise, pass_time):
    message = promise(expires_at=timezone.now() + MINUTE)

    pass_time(MINUTE + SECOND)
    delivery.deliver(message.pk)

    assert (post_office.mails, states()) == ([], ["expired"])


@pytest.mark.parametrize(
    ("spoil", "state"),
    [
        (lambda office: None, "sent"),
        (lambda office: refuse_the_address(office, None), "failed"),
        (lambda office: Message.objects.update(expires_at=timezone.now() - SECOND), "expired"),
    ],
)
def test_a_code_is_not_kept_once_its_mail_is_over(post_office, promise, spoil, state):
    message = promise(text="Your code: 123456", html="<p>123456</p>", blank_when_sent=True)
    spoil(post_office)

    delivery.deliver(message.pk)

    message.refresh_from_db()
    assert (message.state, message.subject, message.text, message.html) == (state, "", "", "")


@pytest.mark.parametrize(
    ("spoil", "state"),
    [
        (lambda office: None, "sent"),
        (lambda office: refuse_the_address(office, None), "failed"),
        (lambda office: Message.objects.update(expires_at=timezone.now() - SECOND), "expired"),
    ],
)
def test_an_address_that_must_not_be_kept_goes_when_its_mail_is_over(post_office, promise, spoil, state):
    message = promise(forgets_address=True)
    spoil(post_office)

    delivery.deliver(message.pk)

    message.refresh_from_db()
    assert (message.state, message.to_email) == (state, "")
    assert "seowoo" not in str(vars(message))


def test_the_database_keeps_no_address_of_a_mail_that_is_over_and_must_forget_it(promise):
    promise(forgets_address=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.update(state="failed")


def test_other_mails_keep_their_words(post_office, promise):
    message = promise(html="<p>반갑습니다.</p>")

    delivery.deliver(message.pk)

    message.refresh_from_db()
    assert (message.subject, message.text, message.html) == ("안녕하세요", "반갑습니다.", "<p>반갑습니다.</p>")


def test_slots_are_filled_when_the_mail_leaves_and_stored_nowhere(post_office, promise, makers):
    makers("greeting", lambda message: enclosures.Enclosures({"secret": "open sesame"}))
    message = promise(
        subject="열쇠", text=f"열쇠: {enclosures.slot('secret')}", html=f"<b>{enclosures.slot('secret')}</b>"
    )

    delivery.deliver(message.pk)

    message.refresh_from_db()
    assert post_office.mails[0].get_body(("plain",)).get_content().strip() == "열쇠: open sesame"
    assert post_office.mails[0].get_body(("html",)).get_content().strip() == "<b>open sesame</b>"
    assert "open sesame" not in message.text + message.html


def test_a_header_that_holds_a_secret_is_made_when_the_mail_leaves(post_office, promise, makers):
    makers(
        "kind", lambda message: enclosures.Enclosures(headers={"List-Unsubscribe": "<https://forum.test/u/secret/>"})
    )

    delivery.deliver(promise(kind="kind").pk)

    assert post_office.mails[0]["List-Unsubscribe"] == "<https://forum.test/u/secret/>"
    assert "secret" not in str(Message.objects.values().get())


def test_a_file_is_attached_and_a_picture_shown_inside(post_office, promise, makers):
    files = [
        enclosures.Attachment("qr.png", b"\x89PNG", "image/png", disposition="inline"),
        enclosures.Attachment("forum.ics", b"BEGIN:VCALENDAR", "text/calendar", {"method": "PUBLISH"}),
    ]
    makers("greeting", lambda message: enclosures.Enclosures(attachments=files))

    delivery.deliver(promise(html='<img src="cid:qr.png">').pk)

    mail = post_office.mails[0]
    parts = {part.get_filename(): part for part in mail.walk() if part.get_filename()}
    assert [part.get_content_type() for part in mail.walk() if part.is_multipart()] == [
        "multipart/mixed",
        "multipart/related",
        "multipart/alternative",
    ]
    assert parts["qr.png"]["Content-ID"] == "<qr.png>"
    assert parts["forum.ics"]["Content-Type"].params["method"] == "PUBLISH"
    assert [part.get_content_disposition() for part in parts.values()] == ["inline", "attachment"]
    assert [part.get_payload(decode=True) for part in parts.values()] == [b"\x89PNG", b"BEGIN:VCALENDAR"]


def test_a_slot_that_nobody_fills_fails_that_message_alone(post_office, promise, makers):
    promise(text=enclosures.slot("secret"))
    promise()

    assert delivery.sweep() == 2

    assert (states(), len(post_office.mails)) == (["failed", "sent"], 1)
    assert Message.objects.first().last_error == "KeyError: 'secret'"


def test_a_database_that_stumbles_while_a_mail_is_written_loses_no_mail(post_office, promise, makers):
    def stumble(message):
        raise OperationalError("canceling statement due to lock timeout")

    makers("greeting", stumble)

    delivery.deliver(promise().pk)

    assert states() == ["queued"]


def test_a_sweep_sends_what_is_due_most_urgent_first(post_office, promise):
    promise("bulk@example.org", priority=9)
    promise("later@example.org", not_before=timezone.now() + HOUR)
    promise("first@example.org")
    promise("second@example.org")

    assert delivery.sweep() == 3

    assert [mail["To"] for mail in post_office.mails] == ["first@example.org", "second@example.org", "bulk@example.org"]


def test_a_sweep_ends_when_its_time_is_over(post_office, promise):
    for _ in range(6):
        promise()
    post_office.seconds = 0.2

    assert 1 <= delivery.sweep(seconds=0.5) <= 3
    assert delivery.sweep(is_over=lambda: True) == 0


def test_what_becomes_urgent_meanwhile_does_not_wait_until_all_bulk_has_left(post_office, promise, monkeypatch):
    monkeypatch.setattr(delivery, "BATCH", 2)
    for number in range(4):
        promise(f"bulk-{number}@example.org", priority=9)
    send = lines.send

    def send_while_somebody_registers(mail, turn):
        if mail.to == ["bulk-0@example.org"]:
            promise("ticket@example.org")
        send(mail, turn)

    monkeypatch.setattr(lines, "send", send_while_somebody_registers)

    assert delivery.sweep() == 5
    assert [mail["To"].partition("@")[0] for mail in post_office.mails] == [
        "bulk-0", "bulk-1", "ticket", "bulk-2", "bulk-3",
    ]  # fmt: skip


def test_a_sweep_of_what_is_urgent_leaves_the_rest(post_office, promise):
    promise(priority=9)
    promise()

    assert delivery.sweep(Message.objects.urgent()) == 1
    assert states() == ["queued", "sent"]


def test_a_sweep_has_one_conversation_with_the_server(post_office, promise):
    for _ in range(3):
        promise()

    delivery.sweep()

    assert (len(post_office.mails), post_office.calls) == (3, 1)


def test_one_address_that_is_refused_does_not_hold_up_the_others(post_office, promise):
    post_office.refusals["gone@example.org"] = "550 No such user"
    for address in ("one@example.org", "gone@example.org", "two@example.org"):
        promise(address)

    delivery.sweep()

    assert states() == ["sent", "failed", "sent"]


def test_a_sweep_gives_up_a_server_that_is_away_after_one_attempt(promise, settings, closed_port):
    """Otherwise a hung server would cost a timeout for each of hundreds of messages."""
    settings.EMAIL_BACKEND = "forum.outbox.smtp.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", closed_port
    for _ in range(3):
        promise()

    delivery.sweep()

    assert states() == ["queued", "queued", "queued"]
    assert sum(Message.objects.values_list("attempts", flat=True)) <= 1


def test_three_mails_that_are_refused_for_what_they_say_are_no_three_bad_mails(post_office, promise, caplog):
    post_office.refuses_data = "554 Looks like spam"
    for number in range(5):
        promise(f"person-{number}@example.org")

    delivery.sweep()

    assert states() == ["failed", "failed", "failed", "queued", "queued"]
    assert [record.levelname for record in caplog.records if "refuses what our mails say" in record.message] == [
        "CRITICAL"
    ]


def test_a_bug_in_a_mail_is_an_error_of_ours_and_fails_it_alone(post_office, promise, makers, caplog):
    message = promise(text=enclosures.slot("secret"))

    delivery.deliver(message.pk)

    assert states() == ["failed"]
    assert [(record.levelname, record.exc_info is None) for record in caplog.records] == [("ERROR", False)]


def test_the_tasks_are_the_verbs(post_office, promise):
    first, second, _third, _fourth = promise(), promise(priority=9), promise(), promise(priority=9)

    tasks.deliver_message(first.pk)
    assert states() == ["sent", "queued", "queued", "queued"]
    tasks.deliver_bulk(second.pk)
    assert states() == ["sent", "sent", "queued", "queued"]
    tasks.sweep()
    assert states() == ["sent", "sent", "sent", "queued"]
    tasks.sweep_bulk()
    assert states() == ["sent", "sent", "sent", "sent"]


def test_two_clocks_that_start_a_sweep_start_one(post_office, promise, settings):
    tasks.sweep()
    promise()

    tasks.sweep()
    assert states() == ["queued"]

    Heartbeat.objects.update(beaten_at=timezone.now() - settings.OUTBOX_SWEEP_EVERY * SECOND)
    with time_machine.travel(timezone.now() + 2 * HOUR):  # whatever a worker believes that it is
        tasks.sweep()
    assert states() == ["sent"]


def test_a_database_that_stumbles_after_the_mail_left_is_waited_for(post_office, promise, monkeypatch):
    """What was sent and is not noted would be sent again."""
    message, update = promise(), QuerySet.update
    stumbles = iter([True, True, False])

    def stumble(rows, **fields):
        if fields.get("state") == "sent" and next(stumbles):
            raise OperationalError("the database system is starting up")
        return update(rows, **fields)

    monkeypatch.setattr(QuerySet, "update", stumble)
    monkeypatch.setattr(holding, "connection", SimpleNamespace(in_atomic_block=False))
    monkeypatch.setattr(holding, "close_old_connections", lambda: None)
    monkeypatch.setattr(holding, "NOTE_AGAIN_AFTER", (0, 0, 0))

    delivery.deliver(message.pk)

    assert (states(), len(post_office.mails)) == (["sent"], 1)


def test_a_beat_moves_the_one_heart_of_its_part(db):
    tasks.beat()
    Heartbeat.objects.update(beaten_at=timezone.now() - HOUR)
    tasks.beat()

    heart = Heartbeat.objects.get()
    assert heart.name == "worker"
    assert timezone.now() - heart.beaten_at < MINUTE

"""What becomes of a mail after it was sent: once for each report, and the same in whatever order they come."""

from __future__ import annotations

import itertools
import uuid

import pytest
from anymail.message import AnymailStatus
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, transaction
from django.utils import timezone

from forum.outbox import bounces, delivery, records, suppression
from forum.outbox.bounces import Delivery
from forum.outbox.models import DeliveryReport, Message, Suppression
from tests.at_once import at_once


def note(message, outcome, key="1"):
    return bounces.note(message, outcome, source="test", key=bounces.key_of(key))


def stands(message):
    message.refresh_from_db()
    return message.delivery


def held_back(email="seowoo@example.org"):
    return {(each.reason, each.scope) for each in suppression.of(email)}


def test_the_outcome_is_the_same_in_every_order(promise):
    outcomes = [Delivery.SOFT_BOUNCE, Delivery.DELIVERED, Delivery.HARD_BOUNCE]
    ends = set()
    for order in itertools.permutations(outcomes):
        message = promise()
        for number, outcome in enumerate(order):
            note(message, outcome, f"{message.pk} {number}")
        ends.add(stands(message))

    assert ends == {"hard_bounce"}


def test_the_same_report_counts_once(promise):
    message = promise()

    assert [note(message, Delivery.HARD_BOUNCE) for _ in range(3)] == [True, False, False]
    assert DeliveryReport.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_same_report_at_the_same_moment_counts_once(promise):
    message = promise()

    noted = at_once([lambda: note(message, Delivery.HARD_BOUNCE)] * 8)

    assert sorted(noted) == [False] * 7 + [True]
    assert (DeliveryReport.objects.count(), Suppression.objects.count(), stands(message)) == (1, 1, "hard_bounce")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_mails_that_come_back_from_one_address_at_once_suppress_it_once(promise):
    messages = [promise() for _ in range(8)]

    at_once([lambda each=each: note(each, Delivery.HARD_BOUNCE, each.pk) for each in messages])

    assert Suppression.objects.count() == 1
    assert {stands(message) for message in messages} == {"hard_bounce"}


@pytest.mark.parametrize(
    ("outcome", "is_news", "expected"),
    [
        (Delivery.SOFT_BOUNCE, False, set()),
        (Delivery.DELIVERED, False, set()),
        (Delivery.HARD_BOUNCE, True, {("hard_bounce", "all")}),
        (Delivery.COMPLAINT, False, {("complaint", "all")}),
        (Delivery.COMPLAINT, True, {("complaint", "news")}),
    ],
)
def test_only_what_is_final_is_held_against_the_address(promise, outcome, is_news, expected):
    note(promise(is_news=is_news), outcome)

    assert held_back() == expected


def test_a_server_that_knows_no_such_address_says_so_once_and_for_all(post_office, promise):
    post_office.refusals = {"seowoo@example.org": "550 5.1.1 No such user"}
    first, second = promise(), promise()

    for message in (first, second):
        delivery.deliver(message.pk)

    assert [(each.state, each.delivery) for each in Message.objects.order_by("pk")] == [
        ("failed", "hard_bounce"),
        ("suppressed", "unknown"),
    ]
    assert (held_back(), post_office.calls) == ({("hard_bounce", "all")}, 1)


@pytest.mark.parametrize("answer", ["552 5.2.2 Mailbox full", "451 4.3.0 Later", "550 5.7.1 We do not trust you"])
def test_what_says_nothing_of_the_address_is_not_held_against_it(post_office, promise, answer):
    post_office.refusals = {"seowoo@example.org": answer}

    delivery.deliver(promise().pk)

    assert held_back() == set()


def test_whoever_was_forgotten_with_the_mail_is_not_remembered_by_its_bounce(promise):
    message = promise(forgets_address=True)
    delivery.deliver(message.pk)
    message.refresh_from_db()

    note(message, Delivery.HARD_BOUNCE)

    assert (stands(message), Suppression.objects.count()) == ("hard_bounce", 0)


def test_a_report_before_we_noted_that_it_was_sent_is_not_overwritten(promise, monkeypatch):
    """The server's report comes back while the worker still writes."""
    message = promise()
    send = EmailBackend.send_messages

    def send_and_report(self, mails):
        note(message, Delivery.HARD_BOUNCE)
        return send(self, mails)

    monkeypatch.setattr(EmailBackend, "send_messages", send_and_report)
    delivery.deliver(message.pk)

    message.refresh_from_db()
    assert (message.state, message.delivery) == ("sent", "hard_bounce")


def test_the_number_that_a_provider_gives_is_kept(promise, settings):
    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"
    message = promise()

    delivery.deliver(message.pk)

    message.refresh_from_db()
    assert message.state == "sent"
    assert message.provider_id != ""
    assert bounces.number_of(type("Mail", (), {"anymail_status": AnymailStatus()})()) == {}


def test_a_provider_is_given_our_mark_to_hand_back(promise, settings):
    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"
    message = promise()

    delivery.deliver(message.pk)

    assert mail.outbox[0].anymail_test_params["metadata"] == {"forum_message": str(message.uuid)}


def test_a_delivery_has_a_moment_and_a_moment_a_delivery(promise):
    promise()
    for columns in ({"delivery": "delivered"}, {"delivery_at": timezone.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Message.objects.update(**columns)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("smtp; 550 5.1.1 User unknown", True),
        ("550-5.1.1 The email account does not exist", True),
        ("5.1.10", True),
        ("5.2.1 mailbox disabled", True),
        ("5.4.4 no route to host", True),
        ("5.1.8 bad sender", False),
        ("552 5.2.2 full", False),
        ("5.7.1 spam", False),
        ("4.2.2 full for now", False),
        ("5.0.0", None),
        ("nothing", None),
        ("smtp; 550 5.1.1 unknown 5.0.0", True),
    ],
)
def test_a_status_says_whether_the_address_is_at_fault(words, answer):
    assert bounces.is_about_the_address(words) is answer


def test_erasing_what_was_written_erases_what_was_reported_of_it(promise):
    subject = uuid.uuid4()
    note(promise(about=subject), Delivery.DELIVERED)

    assert (records.forget([subject]), DeliveryReport.objects.count()) == (1, 0)

"""The outbox in the admin: to look into, and to let go once more what failed."""

from __future__ import annotations

import datetime as dt
from html import unescape

import pytest
from auditlog.models import LogEntry
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from forum.outbox import delivery
from forum.outbox.models import Message

LIST = reverse("admin:outbox_message_changelist")


def page_of(message):
    return reverse("admin:outbox_message_change", args=[message.pk])


def test_organisers_see_when_a_mail_left_and_why_it_did_not(organiser_client, promise):
    message = promise(to_email="seowoo@example.org")
    Message.objects.update(state="failed", last_error="SMTPRecipientsRefused: 550 No such user")

    listed, opened = (
        organiser_client.get(LIST).content.decode(),
        organiser_client.get(page_of(message)).content.decode(),
    )

    assert "se***@example.org" in listed
    assert "seowoo@example.org" not in listed + opened
    assert "SMTPRecipientsRefused: 550 No such user" in opened


def test_a_servers_words_are_shown_without_the_address(organiser_client, promise):
    message = promise(to_email="seowoo@example.org")
    words = "{'seowoo@example.org': (550, b'5.1.1 <Seo.Woo+x@mail.example.org>: unknown. Ask help@example.com.')}"
    Message.objects.update(state="failed", last_error=words)

    opened = unescape(strip_tags(organiser_client.get(page_of(message)).content.decode()))

    assert "{'se***@example.org': (550, b'5.1.1 <Se***@mail.example.org>: unknown. Ask he***@example.com.')}" in opened
    assert Message.objects.get().last_error == words


@pytest.mark.parametrize(("state", "is_said"), [("queued", True), ("sent", False)])
def test_the_next_try_of_a_mail_is_called_that_while_there_is_one(organiser_client, promise, state, is_said):
    message = promise()
    moment = dt.datetime(2031, 5, 6, 7, 8, tzinfo=dt.UTC)
    Message.objects.update(state=state, next_attempt_at=moment, sent_at=None if is_said else timezone.now())

    opened = unescape(strip_tags(organiser_client.get(page_of(message)).content.decode()))

    assert ("다음 시도" in opened, "2031" in opened) == (True, is_said)


def test_the_words_of_a_mail_are_not_shown(organiser_client, promise):
    message = promise(subject="Your sign-in code", text="Your code: 123456", html="<p>123456</p>")

    assert "Your sign-in code" in organiser_client.get(page_of(message)).content.decode()
    assert "123456" not in organiser_client.get(page_of(message)).content.decode()
    assert list(organiser_client.get(LIST, {"q": "123456"}).context["cl"].result_list) == []


def test_nothing_can_be_written_changed_or_deleted(organiser_client, promise):
    message = promise(subject="안녕하세요")
    facts = {"subject": "Changed", "to_email": "other@example.org", "state": "cancelled"}
    delete = {"action": "delete_selected", "_selected_action": message.pk, "post": "yes"}

    refused = [
        organiser_client.post(reverse("admin:outbox_message_add"), facts),
        organiser_client.post(page_of(message), facts),
        organiser_client.post(reverse("admin:outbox_message_delete", args=[message.pk]), {"post": "yes"}),
    ]
    organiser_client.post(LIST, delete)

    assert [answer.status_code for answer in refused] == [403, 403, 403]
    after = Message.objects.get()
    assert (after.subject, after.to_email, after.state) == ("안녕하세요", "seowoo@example.org", "queued")


def send_again(client, *messages):
    chosen = {"action": "send_again", "_selected_action": [message.pk for message in messages]}
    return client.post(LIST, chosen, follow=True).content.decode()


def test_what_failed_can_be_sent_again_and_it_is_logged_who_did_it(organiser_client, organiser, promise, post_office):
    post_office.refusals["seowoo@example.org"] = "550 5.2.1 Mailbox disabled"
    message = promise()
    delivery.deliver(message.pk)
    post_office.be_well()

    page = send_again(organiser_client, message)
    delivery.sweep()

    assert "메일 1통을 다시 보냅니다." in page
    assert [mail["Message-ID"] for mail in post_office.mails] == [f"<{message.uuid}@forum.test>"]
    entry = LogEntry.objects.get_for_object(message).get()
    assert (entry.actor, entry.changes["state"]) == (organiser, ["failed", "queued"])


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "queued"},
        {"state": "sent"},
        {"state": "failed", "to_email": ""},
        {"state": "failed", "text": ""},
        {"state": "failed", "expires_at": timezone.now()},
    ],
)
def test_what_did_not_fail_or_is_not_there_any_more_is_not_sent_again(organiser_client, promise, fields):
    message = promise()
    Message.objects.update(**fields, sent_at=timezone.now())

    page = send_again(organiser_client, message)

    assert "메일 1통은 다시 보낼 수 없습니다" in page
    assert Message.objects.get().state == fields["state"]
    assert not LogEntry.objects.get_for_object(message).exists()


def test_of_a_list_of_what_failed_everything_that_can_be_is_sent_again_and_nothing_less(organiser_client, promise):
    promised = [promise(), promise()]
    Message.objects.update(state="failed")

    chosen = {"action": "send_again", "_selected_action": [message.pk for message in promised]}
    page = organiser_client.post(f"{LIST}?state__exact=failed", chosen, follow=True).content.decode()

    assert ("메일 2통을 다시 보냅니다." in page, "다시 보낼 수 없습니다" in page) == (True, False)


def test_a_steward_cannot_send_anything(steward_client, promise):
    message = promise()
    Message.objects.update(state="failed")

    send_again(steward_client, message)

    assert Message.objects.get().state == "failed"

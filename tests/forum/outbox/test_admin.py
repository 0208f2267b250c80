"""The outbox in the admin: to look into, and nothing else."""

from __future__ import annotations

from django.urls import reverse

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

"""Addresses that get no mail: found again however they are written, never readable, and not for ever."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from forum.outbox import delivery, suppression
from forum.outbox.models import Message, Suppression
from forum.outbox.signals import address_lifted, address_suppressed

Reason, Scope = Suppression.Reason, Suppression.Scope
LIST = reverse("admin:outbox_suppression_changelist")


@pytest.fixture
def announced():
    """What the outbox announces, in order."""
    heard = []

    def suppressed(email, **_):
        heard.append(("suppressed", email))

    def lifted(email, **_):
        heard.append(("lifted", email))

    address_suppressed.connect(suppressed)
    address_lifted.connect(lifted)
    yield heard
    address_suppressed.disconnect(suppressed)
    address_lifted.disconnect(lifted)


def suppress(email="seowoo@example.org", reason=Reason.HARD_BOUNCE, scope=Scope.ALL):
    suppression.suppress(email, reason, scope)


def test_a_suppressed_address_gets_no_mail_however_it_is_written(post_office, promise, announced):
    suppress("Seowoo@Example.org")
    message = promise(to_email="seowoo@example.org")

    delivery.deliver(message.pk)

    message.refresh_from_db()
    assert (message.state, message.lease_token, post_office.mails) == ("suppressed", None, [])
    assert announced == [("suppressed", "Seowoo@Example.org"), ("suppressed", "seowoo@example.org")]


def test_what_must_not_be_kept_goes_with_a_suppressed_mail_too(promise):
    suppress()
    message = promise(text="123456", blank_when_sent=True, forgets_address=True)

    delivery.deliver(message.pk)

    message.refresh_from_db()
    assert (message.state, message.text, message.to_email) == ("suppressed", "", "")


def test_whoever_wants_no_news_still_gets_the_ticket(post_office, promise, announced):
    suppress(scope=Scope.NEWS)
    ticket, news = promise(subject="입장권"), promise(subject="소식", is_news=True)

    for message in (ticket, news):
        delivery.deliver(message.pk)

    assert [mail["Subject"] for mail in post_office.mails] == ["입장권"]
    assert (Message.objects.get(pk=news.pk).state, announced) == ("suppressed", [])


def test_what_is_lifted_is_written_to_again(post_office, promise, announced):
    suppress()

    assert [suppression.lift("SEOWOO@example.org"), suppression.lift("seowoo@example.org")] == [True, False]
    delivery.deliver(promise().pk)

    assert (len(post_office.mails), announced[1]) == (1, ("lifted", "SEOWOO@example.org"))


def test_it_ends_after_a_year_and_then_nothing_of_it_is_kept(post_office, promise, db):
    suppress()
    with time_machine.travel(timezone.now() + dt.timedelta(days=366)):
        assert suppression.of("seowoo@example.org").count() == 0
        delivery.deliver(promise().pk)
        assert (len(post_office.mails), suppression.forget_ended(), Suppression.objects.count()) == (1, 1, 0)


def test_said_again_it_begins_no_second_time_but_lasts_longer(db):
    suppress()
    began = Suppression.objects.get()

    with time_machine.travel(timezone.now() + dt.timedelta(days=30)):
        suppress(reason=Reason.COMPLAINT)

    again = Suppression.objects.get()
    assert (again.since, again.reason, again.ends > began.ends) == (began.since, "complaint", True)


def test_the_address_is_kept_only_as_a_digest_that_depends_on_our_key(db, settings):
    suppress()
    first = Suppression.objects.get().address_key
    settings.LINK_KEY = b"another"

    assert "seowoo" not in first
    assert suppression.key_of("seowoo@example.org") != first


def test_organisers_see_how_many_and_find_a_whole_address_but_never_read_one(organiser_client, db):
    suppress()
    suppress("other@example.org")

    rows = [
        len(organiser_client.get(LIST, {"q": term} if term else {}).context["cl"].result_list)
        for term in ("", "Seowoo@example.org", "seowoo")
    ]
    html = organiser_client.get(LIST).content.decode()

    assert (rows, Suppression.objects.first().address_key in html) == ([2, 1, 0], False)


def test_a_command_lifts_it_for_staff_who_cannot_sign_in(db, capsys):
    suppress()

    call_command("lift_suppression", "seowoo@example.org", "other@example.org")

    assert capsys.readouterr().out.split("\n")[:2] == [
        "seowoo@example.org: lifted",
        "other@example.org: nothing was held back",
    ]

"""`manage.py drain_outbox`: the way out without broker and worker."""

from __future__ import annotations

import datetime as dt
import io

from django.core.management import call_command
from django.utils import timezone

from forum.outbox import delivery
from forum.outbox.models import Message


def drain(**options):
    out = io.StringIO()
    call_command("drain_outbox", stdout=out, **options)
    return out.getvalue()


def test_everything_that_is_due_leaves_however_much_it_is(post_office, promise, monkeypatch):
    monkeypatch.setattr(delivery, "BATCH", 2)
    for _ in range(5):
        promise()
    promise(not_before=timezone.now() + dt.timedelta(hours=1))

    assert drain() == "5 tried\n"

    assert len(post_office.mails) == 5
    assert Message.objects.filter(state="queued").count() == 1


def test_it_ends_when_the_server_refuses_everything(post_office, promise):
    post_office.refuses_data = "451 Try later"
    promise()

    assert drain() == "1 tried\n"
    assert Message.objects.get().state == "queued"


def test_it_ends_when_the_server_is_away(promise, settings, closed_port):
    settings.EMAIL_BACKEND = "forum.outbox.smtp.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", closed_port
    promise()

    assert drain() == "0 tried\n"
    assert Message.objects.get().state == "queued"


def test_with_nothing_to_do_it_says_so(db):
    assert drain() == "0 tried\n"


def test_a_timer_leaves_to_the_workers_what_is_due_for_a_short_time(post_office, promise, pass_time):
    promise("old@example.org")
    pass_time(dt.timedelta(seconds=121))
    promise("new@example.org")

    assert drain(older_than=120) == "1 tried\n"
    assert [mail["To"] for mail in post_office.mails] == ["old@example.org"]


def test_whoever_has_mended_the_server_need_not_wait_for_its_pause(post_office, promise):
    promise()
    post_office.greeting = "421 4.3.2 Closing"
    drain()
    post_office.be_well()
    promise()

    assert drain() == "0 tried\n"
    assert drain(now=True) == "2 tried\n"  # nor for that of the mail that had found it away

"""One line for many mails, and a new one when the server has hung up."""

from __future__ import annotations

import pytest

from forum.outbox import delivery, lines
from forum.outbox.models import Message, Provider
from tests.product import wait_until


@pytest.fixture
def deliver(promise):
    def one(to_email="seowoo@example.org"):
        message = promise(to_email)
        delivery.deliver(message.pk)
        message.refresh_from_db()
        return message

    return one


def test_nudged_mails_share_a_line(post_office, deliver):
    for _ in range(3):
        deliver()

    assert (len(post_office.mails), post_office.calls) == (3, 1)


def test_a_line_is_for_fifty_mails_at_most(post_office, deliver, monkeypatch):
    monkeypatch.setattr(lines, "MAILS", 2)
    for _ in range(5):
        deliver()

    assert (len(post_office.mails), post_office.calls) == (5, 3)


def test_a_line_that_nobody_needs_is_ended(post_office, deliver, monkeypatch):
    monkeypatch.setattr(lines, "IDLE_SECONDS", 0.2)
    deliver()
    assert len(post_office._talking) == 1

    wait_until(lambda: not post_office._talking, "nobody talks", 5)

    assert lines._idle == []
    deliver()
    assert post_office.calls == 2


def test_a_server_that_hung_up_meanwhile_is_called_again_and_that_is_no_failure(post_office, deliver):
    deliver()
    post_office.hang_up()

    message = deliver()

    assert (message.state, message.attempts, post_office.calls) == ("sent", 1, 2)
    assert Provider.objects.get().failures == 0


def test_a_server_that_is_gone_for_good_is_a_failure(post_office, deliver):
    deliver()
    with post_office.away():
        message = deliver()

    assert (message.state, message.failure, Provider.objects.get().failures) == ("queued", "away", 1)


def test_cut_off_after_the_content_nothing_is_said_again_at_once(post_office, deliver):
    deliver()
    post_office.drops_first_copies = True

    message = deliver()

    assert (message.state, message.failure) == ("queued", "uncertain")
    assert post_office.copies[f"<{message.uuid}@forum.test>"] == 1


def test_cut_off_before_the_content_it_cannot_have_arrived(post_office, deliver):
    post_office.drops_before_content = True

    assert deliver().failure == "away"


def test_a_recipient_who_is_refused_costs_no_line(post_office, deliver):
    post_office.refusals["gone@example.org"] = "550 5.1.1 No such user"
    for address in ("one@example.org", "gone@example.org", "two@example.org"):
        deliver(address)

    assert post_office.calls == 1
    assert list(Message.objects.order_by("pk").values_list("state", flat=True)) == ["sent", "failed", "sent"]


def test_a_recipient_whose_server_greylists_waits_alone(post_office, deliver):
    post_office.refusals["grey@example.org"] = "450 4.7.1 Greylisting in action, please come back later"
    for address in ("one@example.org", "grey@example.org", "two@example.org"):
        deliver(address)

    states = list(Message.objects.order_by("pk").values_list("state", "failure"))
    assert states == [("sent", ""), ("queued", "later"), ("sent", "")]
    assert (post_office.calls, Provider.objects.get().slowed_until) == (1, None)


def test_other_settings_are_another_line(post_office, deliver, settings):
    deliver()
    settings.EMAIL_HOST_PASSWORD = "new"
    deliver()

    assert post_office.calls == 2

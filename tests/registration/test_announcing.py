"""News go to those who agreed, each address once, by an organiser's act alone."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from forum.outbox import delivery
from forum.outbox.models import Message
from registration import announcing, booking, consent, erasure, links, sign_up
from tests.factories import make_answers, make_registration
from tests.pages import is_korean


def make_listener(forum, **answers):
    told = make_answers(forum, **answers)
    told.consents.update(dict.fromkeys(told.consents, True))
    return sign_up.register(forum, told, uuid.uuid4())


def news():
    return Message.objects.filter(kind="recordings_up").order_by("pk")


def test_only_those_who_agreed_are_told_and_once(forum):
    listener, _other = make_listener(forum), make_registration(forum)

    told = [announcing.recordings_are_up(forum), announcing.recordings_are_up(forum)]

    assert told == [1, 0]
    assert [(message.about, message.priority) for message in news()] == [(listener.uuid, 9)]


def test_the_last_answer_of_an_address_counts(forum):
    first = make_listener(forum, email="seowoo@example.kr")
    booking.cancel(first, [1])
    make_registration(forum, email="seowoo@example.kr")
    withdrawn = make_listener(forum)
    consent.answer_news(withdrawn, agreed=False)

    assert announcing.recordings_are_up(forum) == 0


def test_whoever_cancelled_and_wants_news_is_told(forum):
    booking.cancel(make_listener(forum), [1])

    assert announcing.listeners(forum).count() == 1


def test_of_whom_only_the_address_is_kept_is_told(forum):
    make_listener(forum)
    later = timezone.now() + dt.timedelta(days=200)
    with time_machine.travel(later, tick=False):
        erasure.erase_edition(forum, by="a test")
        assert announcing.recordings_are_up(forum) == 1


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_mail_leads_to_the_recordings_and_to_the_end_of_news(forum, language):
    listener = make_listener(forum, language=language)
    with time_machine.travel(timezone.now().replace(hour=3), tick=False):  # noon in Seoul
        announcing.recordings_are_up(forum)
        delivery.deliver(news().get().pk)

    sent = mail.outbox[-1]
    assert is_korean(sent.subject) == (language == "ko")
    for part in (sent.body, sent.alternatives[0].content):
        assert f"http://forum.test/{language}/2022/live/" in part
        assert re.findall(r"http://forum\.test/u/[^\s\"<]+", part) == [links.news_url_of(listener)]


def test_at_night_news_wait_for_the_morning(forum):
    make_listener(forum)
    night = dt.datetime.combine(timezone.localdate(), dt.time(22), forum.tzinfo)

    announcing.recordings_are_up(forum, now=night)

    assert news().get().next_attempt_at.astimezone(forum.tzinfo).time() == dt.time(8)


def test_whoever_withdraws_before_it_leaves_gets_nothing(forum):
    listener = make_listener(forum)
    announcing.recordings_are_up(forum, now=dt.datetime.combine(timezone.localdate(), dt.time(12), forum.tzinfo))
    consent.answer_news(listener, agreed=False)
    Message.objects.update(next_attempt_at=timezone.now())

    delivery.deliver(news().get().pk)

    assert news().get().state == "cancelled"

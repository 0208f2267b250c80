"""The opening, with several workers at it and people changing their minds in the same second."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from forum.outbox.models import Message
from registration import interest
from registration.models import Interest
from tests.at_once import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def waiting(forum, monkeypatch):
    """Forty people whose forum has just opened."""
    monkeypatch.setattr(interest, "BATCH", 5)
    notice = forum.consent_notices.get(kind="interest", language="ko")
    addresses = [f"person-{number}@example.kr" for number in range(40)]
    return Interest.objects.bulk_create(
        Interest(edition=forum, email=each, email_key=each, language="ko", notice=notice, confirmed_at=timezone.now())
        for each in addresses
    )


def told():
    return sorted(Message.objects.filter(kind="registration_opened").values_list("to_email", flat=True))


def test_many_sweeps_at_once_tell_everybody_once(forum, waiting):
    assert sum(at_once([interest.sweep] * 6)) == 40

    assert told() == sorted(each.email for each in waiting)
    assert Interest.objects.count() == 0


def test_who_takes_the_address_out_meanwhile_is_told_or_forgotten_and_nothing_breaks(forum, waiting):
    leaving = [lambda each=each: interest.withdraw(each) for each in waiting[::2]]

    answers = at_once([interest.sweep, *leaving, interest.sweep])

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert Interest.objects.count() == 0
    staying = {each.email for each in waiting[1::2]}
    assert set(told()) == staying  # also a mail that was just written is withdrawn


def test_one_address_typed_many_times_at_once_is_one_row_and_three_mails(forum):
    forum.registration_opens_at = timezone.now() + dt.timedelta(days=1)
    forum.save()
    notice = forum.consent_notices.get(kind="interest", language="ko")

    answers = at_once([lambda: interest.ask(forum, "seowoo@example.kr", notice)] * 12)

    assert answers == [None] * 12
    assert Interest.objects.count() == 1
    assert Message.objects.filter(kind="interest_asked").count() == 3

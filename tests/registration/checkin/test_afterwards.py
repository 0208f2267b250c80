"""The morning after: thanks to those who came, a word to those who did not, one mail for each."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest
import time_machine
from django.core import mail
from django.utils.translation import override

from forum.outbox import delivery
from forum.outbox.models import Message
from programme.models import Stream
from programme.templatetags.forum_dates import day_long
from registration import booking, consent, links
from registration.checkin import afterwards
from tests.factories import make_registration
from tests.pages import is_korean, said
from tests.registration.checkin.doors import Door


def after(forum, day, hour=10, days=1):
    date = forum.days.get(number=day).date + dt.timedelta(days=days)
    return dt.datetime.combine(date, dt.time(hour), forum.tzinfo)


def come(forum, registration, day=1):
    """Somebody is let in at noon of the day."""
    with time_machine.travel(after(forum, day, hour=12, days=0), tick=False):
        Door(forum, day=day).admit(registration)


def write_at(moment):
    with time_machine.travel(moment, tick=False):
        return afterwards.write()


def written():
    rows = Message.objects.filter(kind__in=["thank_you", "missed_you"]).order_by("pk")
    return [(message.kind, message.about) for message in rows]


def test_who_came_is_thanked_and_who_did_not_is_missed_on_the_morning_after(forum):
    came, missed = make_registration(forum), make_registration(forum)
    come(forum, came)

    told = [write_at(after(forum, 1, hour=9)), write_at(after(forum, 1)), write_at(after(forum, 1, hour=11))]

    assert told == [0, 2, 0]
    assert written() == [("thank_you", came.uuid), ("missed_you", missed.uuid)]
    assert set(Message.objects.exclude(kind="confirmation").values_list("priority", flat=True)) == {9}


def test_whoever_may_still_come_tomorrow_is_written_to_after_that(forum):
    registration = make_registration(forum, days=(1, 2))
    come(forum, registration)

    assert [write_at(after(forum, 1)), write_at(after(forum, 2))] == [0, 1]
    assert written() == [("thank_you", registration.uuid)]


def test_days_that_were_given_back_are_waited_for_by_nobody(forum):
    registration = make_registration(forum, days=(1, 2))
    come(forum, registration)
    booking.cancel(registration, [2])

    assert write_at(after(forum, 1)) == 1


def test_whoever_was_scanned_at_a_rehearsal_did_not_come(forum, door):
    registration = make_registration(forum)
    door.admit(registration)

    write_at(after(forum, 1))

    assert written() == [("missed_you", registration.uuid)]


def test_who_cancelled_or_has_no_address_is_not_written_to(forum):
    booking.cancel(make_registration(forum), [1])
    nowhere = make_registration(forum)
    type(nowhere).objects.filter(pk=nowhere.pk).update(email="", email_key="")

    assert write_at(after(forum, 1)) == 0


def test_after_a_week_without_a_worker_it_is_too_late(forum):
    make_registration(forum)

    assert [write_at(after(forum, 1, days=8)), write_at(after(forum, 1, days=7))] == [0, 1]


def test_at_night_the_mail_waits_for_the_morning(forum):
    make_registration(forum)

    write_at(after(forum, 1, hour=22))

    message = Message.objects.get(kind="missed_you")
    assert message.next_attempt_at == after(forum, 1, hour=8, days=2)


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("came", [True, False])
@pytest.mark.parametrize("has_recordings", [True, False])
def test_it_leads_to_the_recordings_where_there_are_any_and_to_the_certificate_of_whoever_came(
    forum, language, came, has_recordings
):
    Stream.objects.update(is_stand_in=not has_recordings)
    registration = make_registration(forum, language=language)
    if came:
        come(forum, registration)
    write_at(after(forum, 1))

    with time_machine.travel(after(forum, 1), tick=False):
        delivery.deliver(Message.objects.get(kind="thank_you" if came else "missed_you").pk)

    sent = mail.outbox[-1]
    page = f"http://forum.test/{language}/2022/" + ("live/" if has_recordings else "")
    assert is_korean(sent.subject) == (language == "ko")
    for part in (sent.body, sent.alternatives[0].content):
        assert page in part.replace('"', "\n").split("\n")
        own = re.findall(r"http://forum\.test/t/[^\s\"<]+", part)
        assert own == ([links.url_of(registration, "certificate")] if came else [])


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("survey", ["", "https://survey.example.org/forum?a=1&b=2"])
def test_it_asks_those_who_came_how_it_was_where_there_is_a_survey(forum, language, survey):
    type(forum).objects.update(survey_url=survey)
    came, missed = make_registration(forum, language=language), make_registration(forum, language=language)
    come(forum, came)
    write_at(after(forum, 1))

    with time_machine.travel(after(forum, 1), tick=False):
        [delivery.deliver(message.pk) for message in Message.objects.filter(kind__in=["thank_you", "missed_you"])]

    sent = {mail.to[0]: mail for mail in mail.outbox}
    for part in (sent[came.email].body, sent[came.email].alternatives[0].content):
        found = re.findall(r"https://[^\s\"<]+", html.unescape(part))
        assert found == ([survey] if survey else [])
        assert (said(language, "How was it? To the survey") in part) == bool(survey)
        until = consent.erasure_date(forum)
        with override(language):
            assert said(language, "You can get it until %(date)s.", date=day_long(until)) in part
    assert "survey" not in sent[missed.email].body


def test_somebody_scanned_late_is_not_written_to_twice(forum):
    registration = make_registration(forum)
    write_at(after(forum, 1))
    come(forum, registration)

    assert (write_at(after(forum, 1, hour=12)), len(written())) == (0, 1)

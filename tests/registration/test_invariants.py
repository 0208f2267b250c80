"""The nightly question finds what is broken, and nothing else. test_seat_rules.py looks that nothing ever is."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from registration import invariants, tasks
from registration.models import Inspection, Quota
from tests.factories import make_registration
from tests.pages import Page, said


def test_a_seat_counted_wrong_is_found(forum):
    make_registration(forum)
    Quota.objects.filter(day__number=1).update(taken=2)

    with pytest.raises(CommandError):
        call_command("invariants")

    assert list(invariants.broken()) == ["seats that are counted wrong"]


def test_every_night_the_answer_is_kept_and_what_is_broken_is_critical(forum, caplog):
    make_registration(forum)
    tasks.inspect()
    well = Inspection.objects.get()
    Quota.objects.filter(day__number=1).update(taken=2)

    tasks.inspect()

    assert well.broken == {}
    assert Inspection.objects.get().broken == {"seats that are counted wrong": 1}
    assert [record.levelname for record in caplog.records if record.name == "registration.invariants"] == ["CRITICAL"]


def test_beat_asks_every_night(settings):
    assert "registration.tasks.inspect" in {each["task"] for each in settings.CELERY_BEAT_SCHEDULE.values()}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_organisers_see_when_it_ran_last_and_what_it_found(organiser_client, forum, language):
    organiser_client.cookies["django_language"] = language
    registration = make_registration(forum)
    texts = []
    for broken in (False, True):
        if broken:
            Quota.objects.filter(day__number=1).update(taken=2)
        texts.append(Page(organiser_client.get("/staff/")).text)
        tasks.inspect()
    texts.append(Page(organiser_client.get("/staff/")).text)

    never = "Seats, bookings, tickets and mails are checked against each other every night. It has not run yet."
    wrong = said(language, "seats that are counted wrong")
    assert [said(language, never) in text for text in texts] == [True, False, False]
    assert [wrong in text for text in texts] == [False, False, True]
    assert registration.public_id not in texts[-1]


def test_stewards_do_not_see_it(steward_client, forum):
    assert said("ko", "Nightly check") not in Page(steward_client.get("/staff/")).text

"""Mails to many with several workers at them, and organisers pressing buttons in the same moment."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail

from forum.outbox import delivery
from forum.outbox.models import Message
from programme import changes
from registration import booking, broadcasting, change_notices, erasure, writing
from registration.models import Broadcast, BroadcastRecipient
from registration.staff.broadcast_progress import progress
from tests.at_once import at_once
from tests.factories import make_registration
from tests.registration.mails_to_many import addresses, confirm, make_draft, written_to

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def people(forum, monkeypatch):
    monkeypatch.setattr(writing, "BATCH", 3)
    return [make_registration(forum, language=["ko", "en"][number % 2]) for number in range(24)]


def broken(answers):
    return [answer for answer in answers if isinstance(answer, Exception)]


def write_until_done():
    """As beat does: again and again."""
    while Broadcast.objects.filter(state="confirmed").exists():
        writing.write()


def test_workers_at_once_write_everybody_once(forum, people, organiser):
    confirm(make_draft(forum), organiser)

    answers = at_once([write_until_done] * 6)

    assert broken(answers) == []
    assert written_to() == addresses(people)
    assert Broadcast.objects.get().state == "written"


def test_confirmed_twice_at_once_it_is_frozen_once(forum, people, organiser):
    draft = make_draft(forum)

    answers = at_once([lambda: broadcasting.confirm(draft, organiser, count=24, revision=1)] * 6)
    at_once([write_until_done] * 2)

    assert broken(answers) == []
    assert BroadcastRecipient.objects.count() == 24
    assert written_to() == addresses(people)


def test_edited_and_confirmed_at_once_what_goes_out_is_what_was_confirmed(forum, people, organiser):
    draft = make_draft(forum)
    acts = [
        lambda: broadcasting.confirm(draft, organiser, count=24, revision=1),
        lambda: broadcasting.revise(draft, subject_ko="바뀐 제목"),
    ]

    at_once(acts)

    fresh = Broadcast.objects.get()
    assert (fresh.state, fresh.subject_ko == "바뀐 제목") in [("confirmed", False), ("draft", True)]


def test_pausing_while_it_is_written_and_sent_holds_back_the_rest_and_loses_nobody(forum, people, organiser):
    broadcast = confirm(make_draft(forum), organiser)

    answers = at_once([write_until_done, delivery.sweep, lambda: broadcasting.pause(broadcast), delivery.sweep])
    sent_before = Message.objects.filter(batch=broadcast.batch, state="sent").count()
    delivery.sweep()

    assert broken(answers) == []
    assert Message.objects.filter(batch=broadcast.batch, state="sent").count() == sent_before
    broadcasting.resume(broadcast)
    at_once([write_until_done, write_until_done])
    while delivery.sweep():
        pass
    now = progress(Broadcast.objects.get())
    assert (now.sent, now.waiting, now.failed) == (24, 0, 0)
    to_many = [each.to[0] for each in mail.outbox if "말씀" in each.subject or "A word" in each.subject]
    assert sorted(to_many) == addresses(people)


def test_cancelling_while_it_is_written_and_sent_leaves_nothing_behind_that_waits(forum, people, organiser):
    broadcast = confirm(make_draft(forum), organiser)

    answers = at_once([writing.write, delivery.sweep, lambda: broadcasting.cancel(broadcast), delivery.sweep])
    delivery.sweep()

    assert broken(answers) == []
    now = progress(Broadcast.objects.get())
    assert (now.waiting, now.sent + now.not_sent) == (0, 24)


def test_who_leaves_while_it_is_written_gets_it_or_not_but_nothing_of_them_stays(forum, people, organiser):
    confirm(make_draft(forum), organiser)
    erased, cancelling = people[::3], people[1::3]
    leaving = [lambda each=each: erasure.erase_person(each, by="the person") for each in erased]
    leaving += [lambda each=each: booking.cancel(each, [1]) for each in cancelling]

    answers = at_once([write_until_done, *leaving, write_until_done])

    assert broken(answers) == []
    assert [row for row in Message.objects.all() if row.about in {each.uuid for each in erased}] == []
    assert set(addresses(people[2::3])) <= set(written_to())
    assert BroadcastRecipient.objects.filter(state="chosen").count() == 0


def test_two_organisers_who_save_at_once_begin_one_draft(forum, people):
    sessions = list(forum.sessions.filter(day__number=1, state="published", starts__isnull=False)[:4])
    before = changes.snapshot(forum)
    for session in sessions:
        session.starts = dt.time(7, 5)
        session.save()
    found = changes.differences(before, changes.snapshot(forum))

    answers = at_once([lambda each=each: change_notices.prepare(forum, [each]) for each in found])

    assert broken(answers) == []
    draft = Broadcast.objects.get()
    assert set(draft.changes) == {change.key for change in found}
    assert len(found) == len(sessions) > 1

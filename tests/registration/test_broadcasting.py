"""A mail to many, from the draft to the last mailbox: everybody who was counted, once, and nobody else."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from forum.outbox import delivery
from forum.outbox.models import Message
from registration import addressing, booking, broadcasting, consent, erasure, links, sign_up, writing
from registration.errors import CountDiffers, DraftChanged, NobodyThere, NoDraft, WordsMissing
from registration.models import Broadcast
from registration.staff.broadcast_progress import progress
from tests.factories import make_answers, make_registration
from tests.registration.mails_to_many import WORDS, arrived, confirm, make_draft, send_all, written_to


@pytest.fixture
def people(forum):
    return [
        make_registration(forum, email=f"p{number}@example.org", name=f"사람{number}", language=language)
        for number, language in enumerate(["ko", "en", "ko"])
    ]


@pytest.fixture
def daytime(forum):
    """Noon where the forum is, in the coming days."""
    with time_machine.travel(at_hour(forum, 12)) as moment:
        yield moment


def at_hour(forum, hour):
    tomorrow = timezone.localdate(timezone=forum.tzinfo) + dt.timedelta(days=1)
    return dt.datetime.combine(tomorrow, dt.time(hour), tzinfo=forum.tzinfo)


def everybody():
    return ["p0@example.org", "p1@example.org", "p2@example.org"]


def agrees(forum, email):
    answers = make_answers(forum, email=email)
    for notice in answers.consents:
        answers.consents[notice] = True
    return sign_up.register(forum, answers, uuid.uuid4())


# --- The whole way --------------------------------------------------------------------------------------------------


def test_everybody_gets_it_once_in_their_language_with_their_name_and_their_link(forum, people, organiser):
    confirm(make_draft(forum), organiser)

    assert [writing.write(), writing.write()] == [3, 0]
    send_all()

    assert arrived() == everybody()
    by_address = {sent.to[0]: sent for sent in mail.outbox if sent.to[0] in everybody() and "말씀" in sent.subject}
    assert by_address["p0@example.org"].subject == "[서울 빅데이터 포럼] 사람0 님, 안내 말씀"
    assert links.url_of(people[0]) in by_address["p0@example.org"].body
    english = next(sent for sent in mail.outbox if sent.to == ["p1@example.org"] and "A word" in sent.subject)
    assert (english.subject, links.url_of(people[1]) in english.alternatives[0].content) == ("A word for 사람1", True)
    assert Broadcast.objects.get().state == "written"


def test_the_mails_are_bulk_and_secrets_are_in_nobodys_database(forum, people, organiser):
    confirm(make_draft(forum), organiser)
    writing.write()

    rows = Message.objects.exclude(batch=None)
    assert {(row.priority >= 7, row.dedupe_key) for row in rows} == {
        (True, f"broadcast:{Broadcast.objects.get().pk}:{person.uuid}") for person in people
    }
    assert [row.pk for row in rows if "/t/" in row.text + row.html] == []


def test_progress_adds_up_at_every_step(forum, people, organiser, monkeypatch):
    monkeypatch.setattr(writing, "BATCH", 1)
    broadcast = confirm(make_draft(forum), organiser)
    assert (progress(broadcast).waiting, progress(broadcast).count) == (3, 3)

    booking.cancel(people[2], [1])
    writing.write()
    first = Message.objects.exclude(batch=None).order_by("pk").first()
    delivery.deliver(first.pk)

    now = progress(Broadcast.objects.get())
    assert (now.sent, now.waiting, now.not_sent, now.erased, now.is_over) == (1, 1, 1, 0, False)
    erasure.erase_person(people[0], by="the person")
    send_all()
    now = progress(Broadcast.objects.get())
    assert (now.sent, now.waiting, now.not_sent, now.erased, now.is_over) == (1, 0, 1, 1, True)


# --- Confirming -----------------------------------------------------------------------------------------------------


def test_only_the_exact_number_confirms_and_nothing_is_frozen_otherwise(forum, people, organiser):
    draft = make_draft(forum)
    make_registration(forum, email="late@example.org")

    with pytest.raises(CountDiffers) as refusal:
        broadcasting.confirm(draft, organiser, count=3, revision=draft.revision)

    assert refusal.value.count == 4
    draft.refresh_from_db()
    assert (draft.state, draft.recipients.count(), writing.write()) == ("draft", 0, 0)


def test_confirming_twice_is_harmless(forum, people, organiser):
    draft = make_draft(forum)
    first, second = confirm(draft, organiser), confirm(draft, organiser)

    assert (first.confirmed_at, first.count) == (second.confirmed_at, second.count)
    assert draft.recipients.count() == 3


def test_who_comes_after_it_was_confirmed_gets_nothing(forum, people, organiser):
    confirm(make_draft(forum), organiser)
    make_registration(forum, email="late@example.org")
    writing.write()

    assert written_to() == everybody()


def test_what_changed_since_it_was_read_is_not_confirmed(forum, people, organiser):
    draft = make_draft(forum)
    broadcasting.revise(draft, body_ko="다른 말")

    with pytest.raises(DraftChanged):
        confirm(draft, organiser)


@pytest.mark.parametrize("missing", ["subject_ko", "body_ko", "subject_en", "body_en"])
def test_both_languages_are_needed_unless_the_audience_reads_one(forum, people, organiser, missing):
    words = WORDS | {missing: ""}
    with pytest.raises(WordsMissing):
        confirm(make_draft(forum, words=words), organiser)

    other = "en" if missing.endswith("ko") else "ko"
    confirm(make_draft(forum, words=words, language=other), organiser)
    with pytest.raises(IntegrityError), transaction.atomic():
        Broadcast.objects.filter(state="confirmed").update(language="")


def test_nobody_is_no_audience(forum, people, organiser):
    with pytest.raises(NobodyThere):
        confirm(make_draft(forum, states=["offered"]), organiser)


def test_what_is_confirmed_or_discarded_cannot_be_edited(forum, people, organiser):
    confirmed, discarded = make_draft(forum), make_draft(forum)
    confirm(confirmed, organiser)
    broadcasting.cancel(discarded)

    for each in (confirmed, discarded):
        with pytest.raises(NoDraft):
            broadcasting.revise(each, body_ko="다른 말")
        each.refresh_from_db()
        assert each.body_ko == WORDS["body_ko"]
    with pytest.raises(NoDraft):
        confirm(discarded, organiser)


def test_a_confirmed_mail_without_somebody_who_confirmed_it_cannot_exist(forum):
    with pytest.raises(IntegrityError), transaction.atomic():
        Broadcast.objects.filter(pk=make_draft(forum).pk).update(state="confirmed")


# --- Between confirming and leaving ---------------------------------------------------------------------------------


def test_who_cancelled_or_was_erased_before_it_was_written_gets_nothing(forum, people, organiser):
    confirm(make_draft(forum), organiser)
    booking.cancel(people[0], [1])
    erasure.erase_person(people[1], by="the person")
    writing.write()

    assert written_to() == ["p2@example.org"]


def test_who_cancelled_or_was_erased_after_it_was_written_gets_nothing_either(forum, people, organiser):
    confirm(make_draft(forum), organiser)
    writing.write()
    booking.cancel(people[0], [1])
    erasure.erase_person(people[1], by="the person")
    send_all()

    assert arrived() == ["p2@example.org"]


def test_those_who_had_cancelled_are_written_to_as_such(forum, people, organiser):
    booking.cancel(people[0], [1])
    confirm(make_draft(forum, states=["cancelled"]), organiser)
    writing.write()
    send_all()

    assert arrived() == ["p0@example.org"]


def test_a_corrected_address_gets_what_is_written_from_then_on(forum, people, organiser):
    confirm(make_draft(forum), organiser)
    addressing.correct(people[0], "new@example.org")
    writing.write()
    addressing.correct(people[2], "newer@example.org")
    send_all()

    assert arrived() == ["new@example.org", "p1@example.org"]  # the third was withdrawn: its link is no secret there


def test_killed_in_the_middle_and_started_again_nobody_is_missed_and_nobody_gets_two(
    forum, people, organiser, monkeypatch
):
    monkeypatch.setattr(writing, "BATCH", 2)
    confirm(make_draft(forum), organiser)
    real, calls = writing._promise, []

    def dies_at_the_third(*facts):
        calls.append(facts)
        real(*facts)
        if len(calls) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(writing, "_promise", dies_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        writing.write()
    assert len(written_to()) == 2
    writing.write()
    send_all()

    assert arrived() == everybody()


def test_one_that_cannot_be_written_does_not_keep_the_others_back(forum, people, organiser, monkeypatch):
    broken, fine = (confirm(make_draft(forum), organiser) for _ in range(2))
    real = writing._write

    def fails_for_the_first(pk):
        if pk == broken.pk:
            raise ValueError("no such template")
        return real(pk)

    monkeypatch.setattr(writing, "_write", fails_for_the_first)

    assert writing.write() == 3
    assert set(Message.objects.exclude(batch=None).values_list("batch", flat=True)) == {fine.batch_id}


def test_a_subject_that_grows_too_long_by_the_name_is_cut(forum, organiser):
    make_registration(forum, name="가" * 60)
    confirm(make_draft(forum, words=WORDS | {"subject_ko": "{name}" * 20}), organiser)
    writing.write()

    assert len(Message.objects.exclude(batch=None).get().subject) == 250


# --- Pausing, resuming, cancelling ----------------------------------------------------------------------------------


def test_paused_nothing_is_written_or_leaves_and_resumed_everything_does(forum, people, organiser, monkeypatch):
    monkeypatch.setattr(writing, "BATCH", 1)
    broadcast = confirm(make_draft(forum), organiser)
    writing._write_some(broadcast.pk, {})
    for _ in range(2):
        broadcasting.pause(broadcast)
    writing.write()
    send_all()
    assert (len(written_to()), arrived()) == (1, [])

    broadcasting.resume(broadcast)
    writing.write()
    send_all()
    assert arrived() == everybody()


def test_cancelled_it_stays_with_those_who_have_it(forum, people, organiser, monkeypatch):
    monkeypatch.setattr(writing, "BATCH", 2)
    broadcast = confirm(make_draft(forum), organiser)
    writing._write_some(broadcast.pk, {})
    delivery.deliver(Message.objects.exclude(batch=None).order_by("pk").first().pk)
    for _ in range(2):
        broadcasting.cancel(broadcast)
    broadcasting.resume(broadcast)
    writing.write()
    send_all()

    now = progress(Broadcast.objects.get())
    assert (arrived(), now.sent, now.not_sent, now.is_over) == (["p0@example.org"], 1, 2, True)


# --- News -----------------------------------------------------------------------------------------------------------


def test_news_rest_at_night_wherever_they_are_held_up(forum, organiser):
    agrees(forum, "news@example.org")
    with time_machine.travel(at_hour(forum, 20), tick=False) as clock:
        confirm(make_draft(forum, "news"), organiser)
        writing.write()
        clock.shift(dt.timedelta(hours=2))  # the queue was long
        send_what_is_due_here()
        assert arrived() == []
        clock.shift(dt.timedelta(hours=9, minutes=59))
        send_what_is_due_here()
        assert arrived() == []
        clock.shift(dt.timedelta(minutes=2))
        send_what_is_due_here()
        assert arrived() == ["news@example.org"]


def send_what_is_due_here():
    """The database's clock cannot be moved: what is due by ours becomes due by its."""
    due = Message.objects.filter(state="queued", next_attempt_at__lte=timezone.now())
    due.update(next_attempt_at=dt.datetime(2000, 1, 1, tzinfo=dt.UTC))
    send_all()


def test_service_leaves_at_night_too(forum, people, organiser):
    with time_machine.travel(at_hour(forum, 23)):
        confirm(make_draft(forum), organiser)
        writing.write()
        send_all()

    assert arrived() == everybody()


def test_news_end_with_one_press_and_say_so_in_header_and_text(forum, organiser, daytime):
    person = agrees(forum, "news@example.org")
    confirm(make_draft(forum, "news"), organiser)
    writing.write()
    send_all()

    sent = next(each for each in mail.outbox if "안내 말씀" in each.subject)
    end = links.news_url_of(person)
    assert sent.extra_headers["List-Unsubscribe"] == f"<{end}>"
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (end in sent.body, end in sent.alternatives[0].content) == (True, True)


def test_who_withdraws_before_the_news_leave_gets_none(forum, organiser, daytime):
    early, late = agrees(forum, "early@example.org"), agrees(forum, "late@example.org")
    agrees(forum, "stays@example.org")
    confirm(make_draft(forum, "news"), organiser)
    consent.answer_news(early, agreed=False)
    writing.write()
    consent.answer_news(late, agreed=False)
    send_all()

    assert arrived() == ["stays@example.org"]


def test_news_reach_an_address_of_which_nothing_else_is_kept(forum, organiser):
    agrees(forum, "news@example.org")
    with time_machine.travel(at_hour(forum, 12) + dt.timedelta(days=200)):
        call_command("erase_due")
        confirm(make_draft(forum, "news"), organiser)
        writing.write()
        send_all()

    assert [each.subject for each in mail.outbox] == ["[서울 빅데이터 포럼] 참가자 님, 안내 말씀"]


# --- A test to oneself ----------------------------------------------------------------------------------------------


def test_a_test_goes_to_oneself_in_each_language_that_is_written(forum, people, organiser):
    draft = make_draft(forum, words=WORDS | {"body_en": ""})

    assert broadcasting.send_test(draft, organiser) == ["ko"]
    broadcasting.revise(draft, body_en="Something")
    draft.refresh_from_db()
    assert broadcasting.send_test(draft, organiser) == ["ko", "en"]
    send_all()

    tests = [each for each in mail.outbox if each.to == [organiser.email]]
    assert [each.subject.split("]")[0] for each in tests] == ["[시험", "[시험", "[Test"]
    assert list(Message.objects.filter(kind="broadcast_test").values_list("to_email", flat=True)) == [""] * 3

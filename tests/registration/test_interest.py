"""“Tell me when it opens”: told once, at the opening, and forgotten with the mail."""

from __future__ import annotations

import datetime as dt
import io

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from forum.outbox import delivery
from forum.outbox.models import Message
from registration import erasure, interest, kinds, notices
from registration.errors import OpeningNotAwaited
from registration.models import Erasure, Interest
from tests.factories import make_registration
from tests.pages import is_korean

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
SEOWOO = "seowoo@example.kr"


@pytest.fixture
def announced(forum):
    """The forum three days before registration opens."""
    forum.registration_opens_at = timezone.now() + 3 * DAY
    forum.save()
    return forum


def ask(forum, email=SEOWOO, language="ko"):
    interest.ask(forum, email, forum.consent_notices.get(kind="interest", language=language))
    return Interest.objects.get(edition=forum, email_key=email.lower())


def waits(forum, email=SEOWOO, language="ko"):
    """Somebody who asked and confirmed, and whose first mail has left."""
    waiting = ask(forum, email, language)
    interest.confirm(waiting)
    send_all()
    return waiting


def open_registration(forum):
    forum.registration_opens_at = timezone.now() - HOUR
    forum.save()


def send_all():
    for message in Message.objects.waiting():
        delivery.deliver(message.pk)


def promised(kind="registration_opened"):
    return list(Message.objects.filter(kind=kind).order_by("to_email").values_list("to_email", flat=True))


def waiting_addresses():
    return list(Interest.objects.order_by("email").values_list("email", flat=True))


def test_nobody_is_told_who_did_not_confirm(announced):
    ask(announced)
    open_registration(announced)

    assert interest.sweep() == 0
    assert promised() == []


def test_who_confirmed_is_told_once_when_registration_opens_and_forgotten(announced):
    waits(announced)
    too_early = interest.sweep()
    open_registration(announced)
    told = [interest.sweep(), interest.sweep()]

    assert (too_early, told) == (0, [1, 0])
    assert promised() == [SEOWOO]
    assert waiting_addresses() == []
    send_all()
    assert [sent.to for sent in mail.outbox][-1] == [SEOWOO]
    assert [(each.state, each.to_email) for each in Message.objects.all()] == [("sent", ""), ("sent", "")]


def test_an_opening_that_is_moved_forward_or_back_counts_as_it_stands(announced):
    waits(announced)
    announced.registration_opens_at = timezone.now() + 30 * DAY
    announced.registration_closes_at = None
    announced.save()

    with time_machine.travel(timezone.now() + 3 * DAY + HOUR):
        assert interest.sweep() == 0
    announced.registration_opens_at, announced.registration_closes_at = timezone.now() - HOUR, timezone.now() + DAY
    announced.save()
    assert interest.sweep() == 1


@pytest.mark.parametrize("lacks", ["seats", "notice", "page"])
def test_nobody_is_sent_to_a_form_that_does_not_take_them(announced, lacks):
    waits(announced)
    open_registration(announced)
    if lacks == "seats":
        for day in announced.days.all():
            day.quotas.all().delete()
    elif lacks == "notice":
        announced.consent_notices.filter(kind="privacy").delete()
    else:
        announced.is_published = False
        announced.save()

    assert interest.sweep() == 0
    assert waiting_addresses() == [SEOWOO]


def test_everybody_is_told_in_batches_behind_what_is_urgent(announced, monkeypatch):
    monkeypatch.setattr(interest, "BATCH", 2)
    addresses = [f"person-{number}@example.kr" for number in range(5)]
    for address in addresses:
        waits(announced, address)
    open_registration(announced)

    assert interest.sweep() == 5
    assert promised() == addresses
    assert set(Message.objects.filter(kind="registration_opened").values_list("priority", flat=True)) == {kinds.BULK}
    assert sorted(Erasure.objects.values_list("number", flat=True)) == [1, 2, 2]


def test_after_a_crash_the_rest_is_told_and_nobody_twice(announced, monkeypatch):
    monkeypatch.setattr(interest, "BATCH", 2)
    addresses = [f"person-{number}@example.kr" for number in range(5)]
    for address in addresses:
        waits(announced, address)
    open_registration(announced)
    written, write = [], notices.registration_opened

    def crash_at_the_fourth(each):
        if len(written) == 3:
            raise MemoryError
        written.append(each)
        write(each)

    monkeypatch.setattr(notices, "registration_opened", crash_at_the_fourth)
    with pytest.raises(MemoryError):
        interest.sweep()
    after_the_crash = (promised(), waiting_addresses())
    monkeypatch.setattr(notices, "registration_opened", write)

    assert after_the_crash == (addresses[:2], addresses[2:])
    assert interest.sweep() == 3
    assert promised() == addresses


def test_without_a_worker_a_command_tells_everybody(announced):
    waits(announced)
    open_registration(announced)
    said = io.StringIO()

    call_command("tell_of_opening", stdout=said)
    call_command("drain_outbox", stdout=io.StringIO())

    assert said.getvalue() == "1 told\n"
    assert [sent.to for sent in mail.outbox][-1] == [SEOWOO]


def test_an_address_that_is_not_confirmed_in_two_days_is_gone(announced):
    ask(announced)
    with time_machine.travel(timezone.now() + 2 * DAY - HOUR):
        interest.sweep()
        before = waiting_addresses()
    with time_machine.travel(timezone.now() + 2 * DAY + HOUR):
        interest.sweep()

    assert (before, waiting_addresses()) == ([SEOWOO], [])
    assert promised("interest_asked") == []  # it had not left, and goes with the address


def test_who_confirmed_in_time_stays_until_the_opening(announced):
    waits(announced)

    with time_machine.travel(timezone.now() + 2 * DAY + HOUR):
        interest.sweep()

    assert waiting_addresses() == [SEOWOO]


@pytest.mark.parametrize("days_after_the_first", [-0.2, 0.5, 100])
def test_when_the_forum_comes_without_an_opening_every_address_is_gone(announced, days_after_the_first):
    waits(announced)
    announced.registration_opens_at = announced.registration_closes_at = None
    announced.save()
    first = announced.days.get(number=1)

    with time_machine.travel(first.at(dt.time(0)) + dt.timedelta(days=days_after_the_first)):
        interest.sweep()

    assert waiting_addresses() == []
    assert promised() == []
    assert Erasure.objects.get().number == 1


def test_who_waits_for_a_forum_that_was_taken_off_the_site_is_forgotten_in_the_night(announced):
    waits(announced)
    announced.is_published = False
    announced.save()
    interest.sweep()
    by_day = waiting_addresses()

    call_command("erase_due", stdout=io.StringIO())

    assert (by_day, waiting_addresses()) == ([SEOWOO], [])
    assert (Erasure.objects.get().number, promised()) == (1, [])


def test_who_takes_the_address_out_is_not_written_to_any_more(announced):
    waiting = ask(announced)

    interest.withdraw(waiting)
    interest.withdraw(waiting)
    send_all()

    assert (waiting_addresses(), mail.outbox) == ([], [])


def test_the_period_of_keeping_covers_addresses_that_nobody_was_told(announced):
    waits(announced)
    over = timezone.now() + dt.timedelta(days=announced.retention_days + 30)

    with time_machine.travel(over):
        assert erasure.due() == [announced]
        erasure.erase_edition(announced, by="erase_due")

    assert waiting_addresses() == []


def test_who_asks_to_be_forgotten_is_forgotten_here_too(announced):
    waits(announced)
    open_registration(announced)
    registration = make_registration(announced, email=SEOWOO)

    erasure.erase_person(registration, by="the person")

    assert waiting_addresses() == []


def test_asking_again_keeps_one_row_and_gives_two_more_days(announced):
    ask(announced)
    with time_machine.travel(timezone.now() + 30 * HOUR):
        ask(announced, "SeoWoo@example.kr", "en")
    with time_machine.travel(timezone.now() + 60 * HOUR):
        interest.sweep()

    kept = Interest.objects.get()
    assert (kept.email, kept.language, kept.notice.language) == ("SeoWoo@example.kr", "en", "en")


def test_a_stranger_who_types_a_confirmed_address_changes_nothing(announced):
    confirmed = waits(announced)
    confirmed.refresh_from_db()

    ask(announced, "SEOWOO@example.kr", "en")

    facts = Interest.objects.values().get()
    assert facts == {name: getattr(confirmed, name) for name in facts}


def test_one_address_is_written_to_three_times_a_day_at_most(announced):
    for _ in range(5):
        ask(announced)

    assert promised("interest_asked") == [SEOWOO] * 3


def test_once_registration_is_open_nobody_can_ask(announced):
    open_registration(announced)

    with pytest.raises(OpeningNotAwaited):
        ask(announced)


def test_when_the_forum_is_over_nobody_can_ask(announced):
    with time_machine.travel(timezone.now() + 100 * DAY), pytest.raises(OpeningNotAwaited):
        ask(announced)


def test_the_database_holds_an_address_once_and_never_an_empty_one(announced):
    notice = announced.consent_notices.get(kind="interest", language="ko")
    facts = {"edition": announced, "language": "ko", "notice": notice}
    Interest.objects.create(email=SEOWOO, email_key=SEOWOO, **facts)

    for key in (SEOWOO, ""):
        with pytest.raises(IntegrityError), transaction.atomic():
            Interest.objects.create(email=SEOWOO, email_key=key, **facts)


# --- Mails --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_question_says_what_happens_and_leads_to_yes_and_to_out(announced, language):
    waiting = ask(announced, language=language)
    send_all()

    sent = mail.outbox[-1]
    assert (sent.to, is_korean(sent.subject)) == ([SEOWOO], language == "ko")
    for part in (sent.body, sent.alternatives[0].content):
        assert f"http://forum.test/{language}/2022/register/tell-me/{waiting.public_id}-" in part
        assert "/withdraw/" in part
        assert "48" in part
        assert "\ue000" not in part
        assert {"ko": "신청 시작 알림 요청", "en": "asked to be told when registration opens"}[language] in part
        assert {"ko": "참가 신청에 따라", "en": "because you registered"}[language] not in part


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_word_of_the_opening_leads_to_the_form_in_the_language_that_was_asked_in(announced, language):
    waits(announced, language=language)
    open_registration(announced)
    interest.sweep()
    send_all()

    sent = mail.outbox[-1]
    closes = announced.registration_closes_at.astimezone(announced.tzinfo)
    assert is_korean(sent.subject) == (language == "ko")
    for part in (sent.body, sent.alternatives[0].content):
        assert f"http://forum.test/{language}/2022/register/" in part
        assert f"{closes:%H:%M}" in part
        assert "tell-me" not in part
        assert SEOWOO not in part


def test_the_outbox_keeps_no_secret_and_after_sending_no_address(announced):
    ask(announced)
    message = Message.objects.get()
    stored = message.text + message.html + message.subject
    send_all()
    message.refresh_from_db()

    assert "tell-me" not in stored
    assert (message.state, message.to_email, SEOWOO in str(vars(message))) == ("sent", "", False)


def test_a_question_that_comes_too_late_is_not_sent(announced, pass_time):
    ask(announced)

    pass_time(2 * DAY + HOUR)
    send_all()

    message = Message.objects.get()
    assert (message.state, message.to_email, mail.outbox) == ("expired", "", [])

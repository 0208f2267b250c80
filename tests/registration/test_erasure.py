"""Personal data is destroyed on time, everywhere, and the register says so."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import pytest
import time_machine
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from forum.accounts.models import User
from registration import addressing, booking, changing, erasure, sign_up
from registration.errors import RegistrationOver, SeatGone
from registration.models import AccessLog, Booking, Consent, Erasure, Registration
from tests.factories import make_answers, make_registration
from tests.signing_in import ask_for_code, sign_in

PERSONAL = ["홍서우", "seowoo@example.org", "한빛대학교", "휠체어 옆자리"]


@pytest.fixture
def registered(forum, organiser):
    name, email, organisation, note = PERSONAL
    registration = make_registration(
        forum, name=name, email=email, organisation=organisation, support=["other"], support_note=note
    )
    AccessLog.objects.create(who=organiser, whose=registration.uuid, act="open", detail=PERSONAL[0])
    return registration


def test_nothing_is_destroyed_before_the_period_of_keeping_is_over(forum, registered):
    with time_machine.travel(_over(forum) - dt.timedelta(days=1), tick=False):
        call_command("erase_due")

    assert Registration.objects.get().name == "홍서우"


def test_afterwards_no_table_holds_a_name_an_address_or_a_word_of_theirs(forum, registered):
    before = _everything()
    with time_machine.travel(_over(forum) + dt.timedelta(days=1), tick=False):
        call_command("erase_due")

    assert [word for word in PERSONAL if word in before] == PERSONAL
    assert [word for word in PERSONAL if word in _everything()] == []


def test_bookings_stay_as_numbers_and_the_register_says_what_happened(forum, registered):
    with time_machine.travel(_over(forum) + dt.timedelta(days=1), tick=False):
        call_command("erase_due")
        call_command("erase_due")

    assert Booking.objects.confirmed().count() == 1
    assert [(each.number, each.by) for each in Erasure.objects.all()] == [
        (1, "the operator of the site, by hand (manage.py erase_due)")
    ]


def test_who_agreed_to_news_keeps_only_the_address_for_two_years(forum):
    answers = make_answers(forum, email="news@example.org", name="소식 받는 사람")
    for notice in answers.consents:
        answers.consents[notice] = True
    sign_up.register(forum, answers, uuid.uuid4())

    with time_machine.travel(_over(forum) + dt.timedelta(days=1), tick=False):
        call_command("erase_due")
    kept = Registration.objects.get()
    with time_machine.travel(_over(forum) + dt.timedelta(days=800), tick=False):
        call_command("erase_due")
    ended = Registration.objects.get()

    assert [(each.name, each.email) for each in (kept, ended)] == [("", "news@example.org"), ("", "")]
    assert Consent.objects.count() == 0


def test_a_person_who_asks_is_forgotten_at_once_and_the_seat_is_free(forum, registered):
    erasure.erase_person(registered, by="desk")

    assert [word for word in PERSONAL if word in _everything()] == []
    assert forum.days.get(number=1).quotas.get().taken == 0


# --- Accounts -------------------------------------------------------------------------------------------------------


def test_with_the_registration_goes_the_account_and_no_table_knows_the_address(client, forum, registered):
    sign_in(client, PERSONAL[1])
    client.get("/ko/my/")
    ask_for_code(Client(), "mistyped@example.org")
    before = _everything()

    with time_machine.travel(_over(forum) + dt.timedelta(days=1), tick=False):
        call_command("erase_due")

    words = [*PERSONAL, "mistyped@example.org"]
    assert [word for word in words if word in before] == words
    assert [word for word in words if word in _everything()] == []
    assert sorted(Erasure.objects.values_list("what", "number")) == sorted([(erasure.WHAT, 1), (erasure.ACCOUNT, 1)])


@pytest.mark.parametrize(("days", "left"), [(-1, 1), (1, 0)])
def test_an_account_without_a_registration_ends_when_nobody_signed_in_for_that_time(client, forum, days, left):
    sign_in(client, "seowoo@example.org")

    with time_machine.travel(timezone.now() + dt.timedelta(days=forum.retention_days + days), tick=False):
        call_command("erase_due")

    assert User.objects.count() == left
    assert Erasure.objects.filter(what=erasure.ACCOUNT).count() == 1 - left


@pytest.mark.parametrize("claimed", [True, False])
def test_an_account_stays_as_long_as_a_registration_of_its_address_holds_data(client, forum, registered, claimed):
    sign_in(client, PERSONAL[1])
    if claimed:
        client.get("/ko/my/")
    User.objects.update(last_login=timezone.now() - dt.timedelta(days=400))

    assert erasure.erase_unused_accounts(by="test") == 0
    assert User.objects.filter(email=PERSONAL[1]).exists()


def test_an_address_kept_for_news_alone_keeps_no_account(client, forum, registered):
    sign_in(client, PERSONAL[1])
    Registration.objects.update(name="")
    User.objects.update(last_login=timezone.now() - dt.timedelta(days=400))

    assert erasure.erase_unused_accounts(by="test") == 1


def test_staff_and_former_staff_are_not_erased_with_citizens(forum, organiser, steward):
    steward.groups.clear()
    User.objects.update(date_joined=timezone.now() - dt.timedelta(days=4000))

    assert erasure.erase_unused_accounts(by="test") == 0
    assert User.objects.count() == 2


def test_the_register_says_that_an_account_ended_because_its_owner_asked(client, forum):
    sign_in(client, "seowoo@example.org")

    client.post("/ko/my/delete/")

    assert "seowoo@example.org" not in _everything()
    assert Erasure.objects.values_list("what", "number", "by").get() == (erasure.ACCOUNT, 1, "the person")


def test_who_asks_is_forgotten_with_what_they_cancelled_before(forum, registered):
    booking.cancel(registered, [1])
    again = make_registration(forum, name=PERSONAL[0], email=PERSONAL[1])

    erasure.erase_person(again, by="the person")

    assert [word for word in PERSONAL if word in _everything()] == []
    assert [(each.number, each.reason) for each in Erasure.objects.all()] == [(1, "the person asked for it")]


def test_what_was_destroyed_stands_in_the_register_also_when_the_rest_fails(forum, monkeypatch):
    for _ in range(3):
        make_registration(forum)
    monkeypatch.setattr(erasure, "BATCH", 2)
    destroy, batches = erasure._destroy, iter([True, False])

    def destroy_once(people, now):
        if not next(batches):
            raise OperationalError("the database is away")
        destroy(people, now)

    monkeypatch.setattr(erasure, "_destroy", destroy_once)

    with pytest.raises(OperationalError):
        erasure.erase_edition(forum, by="erase_due")

    assert Registration.objects.filter(name="").count() == 2
    assert [each.number for each in Erasure.objects.all()] == [2]


def test_a_page_opened_before_brings_nothing_of_an_erased_person_back(forum, registered):
    """As they were read for that page, the person still has a name and an address."""
    stale = Registration.objects.select_related("edition").get(pk=registered.pk)
    erasure.erase_person(registered, by="the person")

    addressing.correct(stale, "another@example.org")
    addressing.ask(stale, "another@example.org")
    with pytest.raises(SeatGone):
        booking.undo_cancel(Registration.objects.get(pk=registered.pk))
    with pytest.raises(RegistrationOver):
        changing.change(stale, [1], {column: getattr(stale, column) for column in changing.DETAILS})

    assert [word for word in [*PERSONAL, "another@"] if word in _everything()] == []
    assert Booking.objects.living().count() == 0


def _over(forum) -> dt.datetime:
    last = forum.days.get(number=2)
    return last.at(last.doors) + dt.timedelta(days=forum.retention_days)


def _everything() -> str:
    """Every row of every table, as text."""
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += [str(value) for row in cursor.fetchall() for value in row]
    return json.dumps(rows, ensure_ascii=False)

"""Who belongs to an audience: exactly those who were meant, each address once, and nobody whose data was to be gone."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from forum.outbox import suppression
from forum.outbox.models import Suppression
from registration import audiences, booking, broadcasting, consent, erasure, sign_up
from registration.audiences import Unreached
from registration.models import Quota, Registration
from tests.factories import make_answers, make_registration
from tests.registration.checkin.doors import Door
from tests.registration.mails_to_many import EVERYBODY, WORDS, addresses, how_many, make_draft


@pytest.fixture
def people(forum):
    """By name: a seat on day 1, on day 2, on both; in line for day 2; cancelled."""
    found = {
        "one": make_registration(forum, days=(1,), email="one@example.org"),
        "two": make_registration(forum, days=(2,), email="two@example.org", language="en"),
        "both": make_registration(forum, days=(1, 2), email="both@example.org", language="en"),
        "gone": make_registration(forum, days=(1,), email="gone@example.org"),
    }
    booking.cancel(found["gone"], [1])
    Quota.objects.filter(day__number=2).update(capacity=2)
    found["waits"] = make_registration(forum, days=(2,), may_wait=[2], email="waits@example.org")
    return found


def audience(forum, purpose="service", language="", **chosen):
    return addresses(audiences.people(make_draft(forum, purpose, language, **chosen)))


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ({}, ["both", "one", "two", "waits"]),
        ({"days": [1]}, ["both", "one"]),
        ({"days": [2]}, ["both", "two", "waits"]),
        ({"states": ["confirmed"], "days": [2]}, ["both", "two"]),
        ({"states": ["waiting"]}, ["waits"]),
        ({"states": ["cancelled"]}, ["gone"]),
        ({"states": ["cancelled", "confirmed"], "days": [1]}, ["both", "gone", "one"]),
        ({"states": ["offered"]}, []),
        ({"language": "en"}, ["both", "two"]),
    ],
)
def test_days_states_and_language_narrow_the_audience(forum, people, chosen, found):
    assert audience(forum, **chosen) == [f"{name}@example.org" for name in found]


def test_who_will_get_nothing_is_counted_apart(forum, people):
    """Of those in the audience whom mail does not reach; and of those who gave no address at all."""
    suppression.suppress("both@example.org", Suppression.Reason.HARD_BOUNCE, Suppression.Scope.ALL)
    suppression.suppress("gone@example.org", Suppression.Reason.HARD_BOUNCE, Suppression.Scope.ALL)
    suppression.suppress("one@example.org", Suppression.Reason.UNSUBSCRIBED, Suppression.Scope.NEWS)
    Registration.objects.filter(pk=people["two"].pk).update(email="", email_key="")
    audience = ({}, {"days": [2]}, {"days": [1], "states": ["cancelled"]})

    found = [audiences.unreached(make_draft(forum, **chosen)) for chosen in audience]

    assert found == [Unreached(1, 1), Unreached(1, 1), Unreached(1, 0)]


def test_news_ended_at_the_provider_is_not_reached_by_news_alone(forum):
    agrees(forum, "one@example.org")
    suppression.suppress("one@example.org", Suppression.Reason.UNSUBSCRIBED, Suppression.Scope.NEWS)

    found = [audiences.unreached(make_draft(forum, purpose)) for purpose in ("service", "news")]

    assert found == [Unreached(0, 0), Unreached(1, 0)]


def test_the_count_is_told_by_language(forum, people):
    assert audiences.count(make_draft(forum)) == {"ko": 2, "en": 2}


def test_who_came_and_who_did_not(forum, people):
    Door(forum, day=1).scan(people["one"])  # a rehearsal
    with time_machine.travel(forum.days.get(number=1).at(dt.time(12)), tick=False):
        Door(forum, day=1).scan(people["both"])

    assert audience(forum, days=[1], attended=True) == ["both@example.org"]
    assert audience(forum, days=[1], attended=False) == ["one@example.org"]
    assert audience(forum, days=[2], attended=True) == []
    assert audience(forum, attended=True) == ["both@example.org"]


def test_who_opened_the_ticket_and_who_did_not(forum, people):
    Registration.objects.filter(pk=people["one"].pk).update(ticket_opened_at=timezone.now())

    assert audience(forum, opened=True) == ["one@example.org"]
    assert audience(forum, opened=False) == ["both@example.org", "two@example.org", "waits@example.org"]


def test_a_day_given_back_does_not_count_and_a_day_taken_again_does(forum, people):
    booking.cancel(people["both"], [1])
    assert audience(forum, days=[1]) == ["one@example.org"]
    assert audience(forum, days=[1], states=["cancelled"]) == ["both@example.org", "gone@example.org"]

    booking.undo_cancel(people["both"])
    assert audience(forum, days=[1], states=["cancelled"]) == ["gone@example.org"]


def test_somebody_who_registered_anew_is_one_person_in_the_latest_state(forum, people):
    make_registration(forum, days=(1,), email="Gone@example.org")

    assert audience(forum, states=["cancelled"]) == []
    assert audience(forum, states=["cancelled", "confirmed"], days=[1]) == [
        "Gone@example.org", "both@example.org", "one@example.org",
    ]  # fmt: skip


def test_people_without_an_address_and_of_other_editions_are_nobodys_audience(forum, people):
    Registration.objects.filter(pk=people["one"].pk).update(email="", email_key="")

    assert audience(forum, days=[1]) == ["both@example.org"]


# --- News -----------------------------------------------------------------------------------------------------------


def agrees(forum, email, **answers):
    said = make_answers(forum, email=email, **answers)
    for notice in said.consents:
        said.consents[notice] = True
    return sign_up.register(forum, said, uuid.uuid4())


def test_news_go_only_to_those_whose_last_answer_was_yes(forum, people):
    agrees(forum, "yes@example.org")
    consent.answer_news(agrees(forum, "no-more@example.org"), agreed=False)
    consent.answer_news(people["one"], agreed=True)

    assert audience(forum, "news") == ["one@example.org", "yes@example.org"]


def test_a_yes_lasts_two_years(forum):
    agrees(forum, "yes@example.org")
    draft = make_draft(forum, "news")

    with time_machine.travel(timezone.now() + dt.timedelta(days=729)):
        assert how_many(draft) == 1
    with time_machine.travel(timezone.now() + dt.timedelta(days=731)):
        assert how_many(draft) == 0


def test_whose_address_is_kept_for_news_gets_news_and_nothing_else(forum):
    agrees(forum, "yes@example.org")
    with time_machine.travel(timezone.now() + dt.timedelta(days=200), tick=False):
        call_command("erase_due")

        assert audience(forum, "news") == ["yes@example.org"]
        assert audience(forum, "service") == []


def test_the_erased_are_in_no_audience(forum, people):
    erasure.erase_person(people["one"], by="the person")

    everything = ["confirmed", "waiting", "offered", "cancelled", "lapsed"]
    assert "one@example.org" not in audience(forum, states=everything)
    assert len(audience(forum, states=everything)) == 4


# --- What an audience may be ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [{"states": []}, {"states": ["asleep"]}, {"days": ["1"]}, {"days": None}, {"attended": "yes"}, {"names": ["홍"]}],
)
def test_an_audience_that_makes_no_sense_is_refused(forum, wrong):
    with pytest.raises(ValidationError):
        broadcasting.draft(forum, "service", EVERYBODY | wrong, "", WORDS)

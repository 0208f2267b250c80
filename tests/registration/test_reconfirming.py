"""“Are you coming?” is asked once, and no answer keeps the seat."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction

from forum.outbox.models import Message
from programme.queries import current_edition
from registration import booking, links, reconfirming
from registration.errors import NoSeat
from registration.models import Quota, Registration
from registration.staff import figures
from tests.factories import make_registration
from tests.pages import Page, said


@pytest.fixture
def three_days_before(forum):
    day = forum.days.get(number=1)
    return day.at(day.doors) - dt.timedelta(days=3) + dt.timedelta(hours=2)


def test_everybody_with_a_seat_is_asked_once_three_days_before(forum, three_days_before):
    registration = make_registration(forum)
    with time_machine.travel(three_days_before - dt.timedelta(hours=3), tick=False):
        too_early = reconfirming.ask()
    with time_machine.travel(three_days_before, tick=False):
        asked = [reconfirming.ask(), reconfirming.ask()]

    assert (too_early, asked) == (0, [1, 0])
    assert Message.objects.get(kind="are_you_coming").about == registration.uuid


def test_the_mail_leads_to_two_buttons_and_opening_it_changes_nothing(client, forum):
    registration = make_registration(forum)

    page = client.get(f"/t/{links.token_of(registration)}/?to=coming", follow=True)

    registration.refresh_from_db()
    assert page.redirect_chain[-1][0] == f"/ko/ticket/{registration.public_id}/coming/"
    assert (registration.coming_since, registration.bookings.confirmed().count()) == (None, 1)


def test_who_is_coming_says_so_and_who_is_not_releases_the_seat(client, forum):
    coming, staying = make_registration(forum), make_registration(forum)
    for registration, answer in ((coming, "coming"), (staying, "release")):
        client.get(f"/t/{links.token_of(registration)}/")
        client.post(f"/ko/ticket/{registration.public_id}/coming/", {"answer": answer, "days": ["1"]})

    coming.refresh_from_db()
    assert coming.coming_since is not None
    assert [each.bookings.confirmed().count() for each in (coming, staying)] == [1, 0]
    assert Quota.objects.get(day__number=1).taken == 1


def answer_of(registration):
    return Registration.objects.with_answer().get(pk=registration.pk).answer


def seats_of(registration):
    return [each.day.number for each in registration.bookings.confirmed()]


def say(client, registration, answer, days=None):
    client.get(f"/t/{links.token_of(registration)}/")
    days = seats_of(registration) if days is None else days
    return client.post(f"/ko/ticket/{registration.public_id}/coming/", {"answer": answer, "days": days})


@pytest.mark.parametrize(("said", "answer"), [("coming", "coming"), ("release", "released"), (None, "none")])
def test_the_answer_is_kept(client, forum, three_days_before, said, answer):
    registration = make_registration(forum)
    before = answer_of(registration)
    with time_machine.travel(three_days_before, tick=False):
        reconfirming.ask()
        if said:
            say(client, registration, said)

    assert (before, answer_of(registration)) == ("not_asked", answer)


def test_who_was_asked_is_not_written_to_again_every_hour(forum, three_days_before, django_assert_num_queries):
    make_registration(forum)
    with time_machine.travel(three_days_before, tick=False):
        reconfirming.ask()
        with django_assert_num_queries(1):
            assert reconfirming.ask() == 0


def test_an_ordinary_cancellation_is_no_released_seat(forum):
    registration = make_registration(forum)
    booking.cancel(registration, [1])

    reconfirming.release(registration, [1])

    assert answer_of(registration) == ""
    assert not registration.bookings.filter(released_at__isnull=False).exists()


def test_whoever_takes_the_release_back_has_not_answered(client, forum, three_days_before):
    registration = make_registration(forum)
    with time_machine.travel(three_days_before, tick=False):
        reconfirming.ask()
        say(client, registration, "release")
        registration.refresh_from_db()
        booking.undo_cancel(registration)

    assert answer_of(registration) == "none"


def test_whoever_releases_one_day_of_two_comes_but_not_on_every_day(client, forum, three_days_before):
    registration = make_registration(forum, days=(1, 2))
    with time_machine.travel(three_days_before, tick=False):
        reconfirming.ask()
        say(client, registration, "release", days=[2])

    partly = (answer_of(registration), seats_of(registration))
    booking.choose_days(registration, [1, 2])

    assert partly == ("partly", [1])
    assert answer_of(registration) == "coming"  # on every day after all


def test_the_database_knows_no_released_seat_that_somebody_still_has(forum, three_days_before):
    registration = make_registration(forum)

    with pytest.raises(IntegrityError), transaction.atomic():
        registration.bookings.update(released_at=three_days_before)


def test_organisers_count_answers_day_by_day(client, forum, three_days_before):
    both, coming, silent, gone, gave_one_back = (
        make_registration(forum, days=days) for days in ((1, 2), (1,), (1,), (1, 2), (1, 2))
    )
    booking.cancel(gave_one_back, [2])
    booking.cancel(make_registration(forum, days=(2,)), [2])
    with time_machine.travel(three_days_before, tick=False):
        reconfirming.ask()
        make_registration(forum, days=(1,))
        for registration, answer in (
            (both, "coming"),
            (coming, "coming"),
            (gone, "release"),
            (gave_one_back, "release"),
        ):
            say(client, registration, answer)

    first, second = figures.answers(current_edition())
    assert (first.coming, first.no_answer, first.not_asked, first.released) == (2, 1, 1, 2)
    assert (second.coming, second.no_answer, second.not_asked, second.released, second.given) == (1, 0, 0, 1, 1)


@pytest.mark.parametrize("answer", [None, "coming", "release"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_who_has_no_seat_is_led_to_the_ticket_and_told_why(client, forum, answer, language):
    Quota.objects.filter(day__number=2).update(capacity=0, longest_line=9)
    cancelled, waiting = make_registration(forum), make_registration(forum, days=(2,), may_wait=[2])
    booking.cancel(cancelled, [1])
    for registration in (cancelled, waiting):
        client.get(f"/t/{links.token_of(registration)}/")
        address = f"/{language}/ticket/{registration.public_id}/coming/"
        response = client.post(address, {"answer": answer}, follow=True) if answer else client.get(address, follow=True)

        registration.refresh_from_db()
        assert response.redirect_chain == [(f"/{language}/ticket/{registration.public_id}/", 302)]
        assert said(language, "You hold no seat now, so there is nothing to answer.") in Page(response).text
        assert registration.coming_since is None
    assert waiting.bookings.living().count() == 1


def test_nobody_without_a_seat_is_written_down_as_coming(forum):
    registration = make_registration(forum)
    stale = Registration.objects.get(pk=registration.pk)
    booking.cancel(registration, [1])

    with pytest.raises(NoSeat):
        reconfirming.say_coming(stale)

    registration.refresh_from_db()
    assert registration.coming_since is None


def test_saying_it_twice_keeps_the_first_moment(forum, three_days_before):
    registration = make_registration(forum)
    for later in (0, 1):
        with time_machine.travel(three_days_before + dt.timedelta(hours=later), tick=False):
            reconfirming.say_coming(registration)

    registration.refresh_from_db()
    assert registration.coming_since == three_days_before


def test_one_of_two_days_is_released_and_the_other_is_kept_as_a_yes(client, forum):
    registration = make_registration(forum, days=(1, 2))

    say(client, registration, "release", days=["2"])

    registration.refresh_from_db()
    assert (seats_of(registration), registration.coming_since is not None) == ([1], True)


def test_who_keeps_only_a_place_in_line_has_not_said_to_be_coming(client, forum):
    Quota.objects.filter(day__number=2).update(capacity=0, longest_line=9)
    registration = make_registration(forum, days=(1, 2), may_wait=[2])

    say(client, registration, "release", days=["1"])

    registration.refresh_from_db()
    assert (registration.coming_since, registration.cancelled_at) == (None, None)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_of_two_days_none_is_released_before_one_is_ticked(client, forum, language):
    registration = make_registration(forum, days=(1, 2))
    client.get(f"/t/{links.token_of(registration)}/")

    page = Page(client.post(f"/{language}/ticket/{registration.public_id}/coming/", {"answer": "release"}))

    assert page.summary == [("#id_days_0", said(language, "Choose the day whose seat you release."))]
    assert seats_of(registration) == [1, 2]


def test_the_question_names_the_days_and_then_the_answer_that_was_given(client, forum):
    registration = make_registration(forum)
    client.get(f"/t/{links.token_of(registration)}/")
    address = f"/en/ticket/{registration.public_id}/coming/"
    before = Page(client.get(address))
    client.post(address, {"answer": "coming"})

    after = Page(client.get(address))

    assert [("Day 1" in page.text, "Day 2" in page.text) for page in (before, after)] == [(True, False)] * 2
    assert before.fields["days"] == ["1"]
    answered = "You have told us that you are coming."
    assert (answered in before.text, answered in after.text) == (False, True)
    assert ("I am coming" in before.text, "I am coming" in after.text) == (True, False)

"""What the pages behind the link say to people in line: waiting, asked, or with their place lost."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from registration import booking, links, promotion, waiting_list
from registration.models import Booking, Quota
from tests.factories import make_registration
from tests.pages import Page, said, without_codes

State = Booking.State
LANGUAGES = pytest.mark.parametrize("language", ["ko", "en"])


@pytest.fixture
def full(forum):
    """One seat on day 1, taken."""
    Quota.objects.filter(day__number=1).update(capacity=1, longest_line=9)
    make_registration(forum, email="first@example.org")
    return forum


@pytest.fixture
def waiting(client, full):
    """In line for day 1, the link opened in this browser."""
    return opened(client, make_registration(full, may_wait=[1]))


@pytest.fixture
def both(full):
    """In line for day 1, with a seat on day 2."""
    return make_registration(full, days=(1, 2), may_wait=[1])


@pytest.fixture
def clock(full):
    """Two days before: from now on people are asked. It can be moved on."""
    day = full.days.get(number=1)
    with time_machine.travel(promotion.doors(day) - dt.timedelta(hours=47), tick=False) as traveller:
        yield traveller


@pytest.fixture
def offer(full, waiting, clock, client):
    booking.cancel(full.registrations.get(email="first@example.org"), [1])
    opened(client, waiting)
    return waiting.bookings.get()


def opened(client, registration):
    client.get(f"/t/{links.token_of(registration)}/")
    return registration


def page_of(client, registration, name="", language="ko"):
    return Page(client.get(f"/{language}/ticket/{registration.public_id}/{name}", follow=True))


def answer(client, offer, said_so, language="ko"):
    address = f"/{language}/ticket/{offer.registration.public_id}/offer/"
    return Page(client.post(address, {"asked": offer.pk, "answer": said_so}, follow=True))


def everybodys(registration, language="ko"):
    ticket = f"/{language}/ticket/{registration.public_id}/"
    registration.refresh_from_db()
    is_over = registration.cancelled_at is not None
    mail = f"/{language}/{registration.edition.slug}/tickets/resend/" if is_over else f"{ticket}mail-again/"
    return {f"{ticket}data/", mail}


@LANGUAGES
def test_with_or_without_a_seat_everybody_reaches_data_mail_and_the_word_of_filming(client, forum, waiting, language):
    seated, cancelled = (opened(client, make_registration(forum, days=(2,))) for _ in range(2))
    booking.cancel(cancelled, [2])

    for registration, is_living in ((seated, True), (waiting, True), (cancelled, False)):
        page = page_of(client, registration, language=language)
        filming = "The forum is streamed live on YouTube and recorded. The audience can be in the picture."
        assert everybodys(registration, language) <= {*page.links, *page.actions}
        assert said(language, filming) in page.text
        assert (said(language, "Replace my link") in page.text) == is_living


@LANGUAGES
def test_the_ticket_says_until_when_an_offer_holds(client, offer, language):
    page = page_of(client, offer.registration, language=language)

    local = offer.offered_until.astimezone(offer.registration.edition.tzinfo)
    assert f"{local:%H:%M}" in page.text
    assert f"/{language}/ticket/{offer.registration.public_id}/offer/" in page.links
    assert said(language, "You’re on the waiting list") not in page.text


@LANGUAGES
def test_an_offer_whose_time_is_over_is_not_shown_as_one(client, offer, clock, language):
    clock.move_to(offer.offered_until)

    ticket = page_of(client, offer.registration, language=language)
    asked = page_of(client, offer.registration, "offer/", language)

    assert f"/{language}/ticket/{offer.registration.public_id}/offer/" not in ticket.links
    assert said(language, "The time to take this seat has passed.") in asked.text
    assert Booking.objects.get(pk=offer.pk).state == State.OFFERED  # looking changes nothing


@LANGUAGES
def test_taking_it_too_late_says_so_and_shows_the_way_back_to_the_line(client, full, both, clock, language):
    registration = opened(client, both)
    booking.cancel(full.registrations.get(email="first@example.org"), [1])
    offer = registration.bookings.get(day__number=1)
    clock.move_to(offer.offered_until)

    page = answer(client, offer, "take", language)

    assert said(language, "The time to take this seat has passed.") in page.text
    assert said(language, "Join the list again") in page.text
    assert f"/{language}/ticket/{registration.public_id}/edit/" in page.links
    assert registration.bookings.get(day__number=1).state == State.LAPSED


def test_whoever_came_too_late_can_wait_again_though_registration_has_closed(client, full, both, clock):
    booking.cancel(full.registrations.get(email="first@example.org"), [1])
    opened(client, both)
    offer = both.bookings.get(day__number=1)
    clock.move_to(offer.offered_until)
    answer(client, offer, "take")
    Quota.objects.filter(day__number=1).update(capacity=0)
    form = page_of(client, both, "edit/")

    client.post(f"/ko/ticket/{both.public_id}/edit/", form.fields | {"days": ["1", "2"]})

    assert [each.state for each in both.bookings.filter(day__number=1)] == [State.LAPSED, State.WAITING]


def test_after_the_line_has_closed_nobody_is_sent_back_to_it(client, both, clock):
    registration = opened(client, both)
    quota = Quota.objects.get(day__number=1)
    clock.move_to(promotion.line_closes_at(quota.day))
    waiting_list.sweep()

    page = page_of(client, registration, language="en")

    assert "your place in line has ended" in page.text
    assert "Join the list again" not in page.text


@LANGUAGES
@pytest.mark.parametrize("how", ["declined", "too late", "closed"])
def test_who_lost_a_place_is_not_told_of_a_qr_that_never_was(client, waiting, offer, clock, language, how):
    if how == "declined":
        answer(client, offer, "decline")
    else:
        clock.move_to(offer.offered_until if how == "too late" else promotion.line_closes_at(offer.day))
        waiting_list.sweep()

    page = page_of(client, waiting, language=language)

    assert said(language, "You are no longer on the waiting list") in page.text
    if how != "closed":
        assert said(language, "You did not take the seat that we offered you.") in page.text
    assert "QR" not in without_codes(page.text)
    assert everybodys(waiting, language) <= {*page.links, *page.actions}


@LANGUAGES
def test_declining_is_thanked_for_once(client, offer, language):
    thanks = said(language, "Somebody else can have the seat now. Thank you for telling us.")

    pages = [answer(client, offer, "decline", language) for _ in range(2)]

    assert [thanks in page.text for page in pages] == [True, False]


@LANGUAGES
def test_leaving_the_line_is_not_worded_as_giving_back_a_seat(client, waiting, language):
    question = page_of(client, waiting, "cancel/", language)
    client.post(f"/{language}/ticket/{waiting.public_id}/cancel/", question.fields)
    left = page_of(client, waiting, language=language)

    assert said(language, "Leave the waiting list") in question.text
    assert [said(language, "Cancel my seat") in question.text, "QR" in without_codes(question.text)] == [False, False]
    assert said(language, "You have left the waiting list") in left.text
    assert "QR" not in without_codes(left.text)


@LANGUAGES
def test_a_seat_and_a_place_in_line_are_told_apart_when_cancelling(client, full, language):
    registration = opened(client, make_registration(full, days=(1, 2), may_wait=[1]))

    page = page_of(client, registration, "cancel/", language)

    assert said(language, "Your seat") in page.text
    assert said(language, "waiting") in page.text
    assert said(language, "A place in line cannot be had back.") in page.text


def test_two_seats_are_cancelled_without_a_word_of_lines(client, full):
    registration = opened(client, make_registration(full, days=(2,)))
    Quota.objects.filter(day__number=1).update(capacity=2)
    booking.choose_days(registration, [1, 2])

    page = page_of(client, registration, "cancel/", "en")

    assert "Cancel my seat" in page.text
    assert "in line" not in page.text

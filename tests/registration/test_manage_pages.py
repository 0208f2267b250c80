"""Behind the secret link: changing, correcting, taking back. Every change is a POST, and needs no script."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from forum.outbox.models import Message
from registration import booking, invariants, links
from registration.models import Booking, Quota
from tests.factories import make_registration
from tests.pages import Page, said


@pytest.fixture
def mine(client, forum):
    """My registration for day 1, its link opened in this browser."""
    registration = make_registration(forum, email="seowoo@example.org")
    client.get(f"/t/{links.token_of(registration)}/")
    return registration


def _page(registration, name=""):
    return f"/ko/ticket/{registration.public_id}/{name}"


def _details(**more):
    return {"days": ["1"], "name": "홍서우", "organisation": "", "field": "", "support_note": ""} | more


def test_a_missing_day_is_added_and_told(client, mine):
    answer = client.post(_page(mine, "edit/"), _details(days=["1", "2"]))

    assert answer.status_code == 302
    assert [each.day.number for each in mine.bookings.confirmed()] == [1, 2]
    assert list(Message.objects.values_list("kind", flat=True)) == ["confirmation", "changed"]


def test_one_day_is_swapped_for_another(client, mine):
    client.post(_page(mine, "edit/"), _details(days=["2"]))

    assert [each.day.number for each in mine.bookings.confirmed()] == [2]
    assert list(Quota.objects.order_by("day__number").values_list("taken", flat=True)) == [0, 1]


def test_a_full_day_is_offered_as_a_line_first_and_joined_by_pressing_again(client, mine):
    Quota.objects.filter(day__number=2).update(capacity=4, taken=4)

    first = client.post(_page(mine, "edit/"), _details(days=["1", "2"], may_wait=""))
    again = client.post(
        _page(mine, "edit/"), _details(days=["1", "2"], may_wait=first.context["form"]["may_wait"].value())
    )

    assert (first.status_code, again.status_code) == (200, 302)
    assert mine.bookings.get(day__number=2).state == Booking.State.WAITING


def test_details_are_changed_and_nothing_is_mailed_for_nothing(client, mine):
    client.post(_page(mine, "edit/"), _details(name="홍서윤"))
    client.post(_page(mine, "edit/"), _details(name="홍서윤"))

    mine.refresh_from_db()
    assert mine.name == "홍서윤"
    assert Message.objects.filter(kind="changed").count() == 1


def test_an_address_with_a_registration_of_its_own_is_not_told_apart(client, forum, mine):
    make_registration(forum, email="known@example.org")

    known = client.post(_page(mine, "email/"), {"email": "known@example.org"})
    fresh = client.post(_page(mine, "email/"), {"email": "fresh@example.org"})

    assert known.content.replace(b"known@", b"") == fresh.content.replace(b"fresh@", b"")


def test_a_cancelled_day_can_be_had_back_by_one_button(client, mine):
    booking.cancel(mine, [1])

    page = client.get(_page(mine))
    client.post(_page(mine, "undo/"))

    assert page.context["free_again"]
    assert [each.day.number for each in mine.bookings.confirmed()] == [1]


def test_a_replaced_link_ends_everywhere_but_here(client, mine):
    old_token = links.token_of(mine)

    client.post(_page(mine, "replace-link/"))

    assert client.get(_page(mine)).status_code == 200
    assert client.get(f"/t/{old_token}/").status_code == 404


@pytest.mark.parametrize("where", ["edit/", "email/", "offer/", "undo/", "replace-link/", "cancel/"])
def test_a_stranger_reaches_none_of_it(client, forum, where):
    registration = make_registration(forum)

    assert {
        client.get(_page(registration, where)).status_code,
        client.post(_page(registration, where)).status_code,
    } <= {
        404,
        405,
    }


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_seat_that_is_gone_is_not_offered_back(client, forum, mine, language):
    Quota.objects.filter(day__number=1).update(capacity=1)
    make_registration(forum, may_wait=[1])
    booking.cancel(mine, [1])

    client.post(_page(mine, "undo/"))
    page = Page(client.get(f"/{language}/ticket/{mine.public_id}/"))

    assert said(language, "Undo the cancellation") not in page.text
    assert list(mine.bookings.confirmed()) == []


@pytest.mark.parametrize("language", ["ko", "en"])
def test_of_two_cancelled_days_the_one_that_is_free_is_offered_and_given_back(client, forum, language):
    registration = make_registration(forum, days=(1, 2))
    client.get(f"/t/{links.token_of(registration)}/")
    booking.cancel(registration, [1, 2])
    both = [day.number for day in booking.free_again(registration)]
    Quota.objects.filter(day__number=2).update(capacity=0)

    one = [day.number for day in booking.free_again(registration)]
    page = Page(client.post(f"/{language}/ticket/{registration.public_id}/undo/", follow=True))

    assert (both, one) == ([1, 2], [1])
    assert said(language, "You have one seat again. The other has been given to somebody else.") in page.text
    assert [each.day.number for each in registration.bookings.confirmed()] == [1]
    assert invariants.broken() == {}


def test_who_registered_anew_is_not_offered_the_old_seat(forum, mine):
    booking.cancel(mine, [1])
    make_registration(forum, email=mine.email)

    assert booking.free_again(mine) == []


@pytest.mark.parametrize("language", ["ko", "en"])
def test_after_changes_have_closed_the_ticket_offers_cancelling_only(client, forum, mine, language):
    address = f"/{language}/ticket/{mine.public_id}/"
    before = Page(client.get(address))
    with time_machine.travel(forum.changes_until + dt.timedelta(minutes=1), tick=False):
        after = Page(client.get(address))

    assert [f"{address}edit/" in page.links for page in (before, after)] == [True, False]
    assert [f"{address}cancel/" in page.links for page in (before, after)] == [True, True]
    closed = {"ko": "변경이 끝났습니다", "en": "Changes closed on"}[language]
    assert [closed in page.text for page in (before, after)] == [False, True]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_who_unticks_every_day_is_shown_the_way_to_cancel(client, mine, language):
    address = f"/{language}/ticket/{mine.public_id}/"

    page = Page(client.post(f"{address}edit/", _details(days=[])))

    sentence = "Choose at least one day. If you come on none, cancel instead: the link is below the days."
    assert page.summary == [("#id_days_0", said(language, sentence))]
    assert f"{address}cancel/" in page.links
    assert mine.bookings.confirmed().count() == 1


def test_changing_says_by_when_support_is_prepared(client, mine):
    page = Page(client.get(f"/en/ticket/{mine.public_id}/edit/"))

    assert "Tell us at least 7 days before the forum" in page.text

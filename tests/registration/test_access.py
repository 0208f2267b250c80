"""Who may touch a registration: whoever holds its link, until the link is replaced."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from registration import access, links
from registration.models import AccessLog
from tests.factories import make_registration


def browser(**cookies):
    request = RequestFactory().get("/")
    request.COOKIES.update(cookies)
    request.user = AnonymousUser()
    return request


def holding(*registrations):
    """A browser in which these links were opened, one after another."""
    request = browser()
    for registration in registrations:
        response = HttpResponse()
        access.grant(request, response, registration)
        request = browser(tickets=response.cookies["tickets"].value)
    return request


def opens(request, registration):
    try:
        return access.registration_of(request, registration.public_id) == registration
    except Http404:
        return False


def test_a_stranger_opens_nothing_and_asks_the_database_nothing(registration, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert not opens(browser(), registration)


def test_whoever_opened_the_link_opens_the_registration(registration):
    assert opens(holding(registration), registration)


def test_one_browser_holds_several_registrations(registration, forum):
    family = [registration, make_registration(forum), make_registration(forum)]

    assert [opens(holding(*family), each) for each in family] == [True, True, True]


def test_holding_one_opens_no_other(registration, forum):
    assert not opens(holding(registration), make_registration(forum))


def test_the_twenty_links_opened_last_are_held(registration, forum):
    many = [make_registration(forum) for _ in range(20)]
    request = holding(registration, *many)

    assert [opens(request, each) for each in (registration, many[0], many[-1])] == [False, True, True]
    assert len(request.COOKIES["tickets"]) < 4_000  # what every browser keeps


def test_a_replaced_link_ends_the_right_everywhere(registration):
    request = holding(registration)
    registration.link_version += 1
    registration.save()

    assert not opens(request, registration)
    assert opens(holding(registration), registration)


SPOILED = {
    "empty": lambda value: "",
    "garbage": lambda value: "garbage",
    "cut off": lambda value: value[:-1],
    "another id": lambda value: value.replace(value[:10], "0123456789"),
    "another version": lambda value: value.replace("=1:", "=2:"),
    "no signature": lambda value: value.split(":")[0],
    "a signature of something else": lambda value: signing.Signer(salt="other").sign(value.split(":")[0]),
    "other letters": lambda value: "é" + value,
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_a_cookie_that_was_tampered_with_opens_nothing_and_breaks_nothing(registration, spoil):
    value = holding(registration).COOKIES["tickets"]

    assert not opens(browser(tickets=spoil(value)), registration)


def test_the_cookie_lasts_until_the_day_after_the_forum_and_no_script_reads_it(registration, forum):
    response = HttpResponse()
    access.grant(browser(), response, registration)

    cookie = response.cookies["tickets"]
    last = forum.days.get(number=2).date
    ends = dt.datetime.combine(last + dt.timedelta(days=2), dt.time.min, tzinfo=forum.tzinfo)
    assert abs(cookie["max-age"] - (ends - timezone.now()).total_seconds()) < 5
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")


def test_over_https_the_cookie_goes_over_nothing_else(registration, settings):
    settings.IS_HTTPS = True
    response = HttpResponse()

    access.grant(browser(), response, registration)

    assert response.cookies["tickets"]["secure"] is True


def test_after_the_forum_a_link_still_opens_its_ticket_for_a_day(registration, forum):
    forum.days.filter(number=1).update(date=dt.date(2022, 11, 28))
    forum.days.filter(number=2).update(date=dt.date(2022, 11, 29))
    response = HttpResponse()

    access.grant(browser(), response, registration)

    assert response.cookies["tickets"]["max-age"] == 24 * 60 * 60


def test_the_cookie_does_not_hold_the_secret_of_the_link(registration):
    assert links.token_of(registration).split("-")[1] not in holding(registration).COOKIES["tickets"]


def test_a_look_is_kept_with_who_whence_and_whose(registration, organiser):
    request = browser()
    request.user = organiser

    access.note_look(request, "open", registration)
    access.note_look(request, "list", detail="q=" + "홍" * 300)

    looks = list(AccessLog.objects.order_by("pk").values_list("who", "whence", "whose", "act", "detail"))
    assert looks == [
        (organiser.pk, "127.0.0.1", registration.uuid, "open", ""),
        (organiser.pk, "127.0.0.1", None, "list", "q=" + "홍" * 198),
    ]


def test_a_look_through_a_socket_without_address_is_kept_too(registration, organiser):
    request = browser()
    request.user, request.META["REMOTE_ADDR"] = organiser, ""

    access.note_look(request, "open", registration)

    assert AccessLog.objects.get().whence is None

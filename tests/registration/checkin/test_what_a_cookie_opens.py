"""A device's cookie opens the check-in API of its edition and its points, as far as its rights go, and nothing else."""

from __future__ import annotations

import pytest
from django.test import Client

from programme.models import Edition
from registration.checkin.models import Point
from tests.factories import make_registration
from tests.registration.checkin.doors import Door
from tests.registration.checkin.test_api import statements
from tests.test_guards import PUBLIC, _addresses

ALLOWED = {
    "checkin:scanner",
    *(f"checkin-api:{name}" for name in ("pair", "ping", "state", "the_list", "scans", "search", "stats", "unpair")),
    "checkin-api:api-root",
    "checkin-api:openapi-json",
}
SIGNING_IN = ("account_", "mfa_")  # anybody may ask for a page to sign in at; allauth guards the rest itself


@pytest.mark.parametrize("rights", ["scan", "supervisor"])
def test_no_page_of_the_whole_site_tells_a_device_more_than_a_stranger(forum, rights):
    """Every address of the site, as a stranger and with the cookie: the same answer, but for the check-in API."""
    door, stranger = Door(forum, rights=rights), Client(raise_request_exception=False)

    opened, seen = set(), 0
    for name, path in _addresses():
        if name in PUBLIC | ALLOWED or name.startswith(SIGNING_IN):
            continue
        for method in ("get", "post"):
            with_cookie, without = (getattr(client, method)(path) for client in (door.client, stranger))
            seen += 1
            if with_cookie.status_code != without.status_code or with_cookie.status_code == 200:
                opened.add((name, method, with_cookie.status_code))

    assert opened == {("admin:login", "get", 200)} or opened == set()
    assert seen > 200


def test_what_the_api_offers_is_this_and_no_more(forum):
    names = {name for name, _path in _addresses() if name.startswith("checkin-api:")}

    assert names == {name for name in ALLOWED if name.startswith("checkin-api:")}


@pytest.mark.parametrize(("rights", "status"), [("scan", 403), ("search", 200), ("supervisor", 200)])
def test_searching_needs_the_right(forum, rights, status):
    door = Door(forum, rights=rights)

    assert door.call("search", {"q": "하늘", "point": door.point.pk}).status_code == status


def test_another_editions_points_do_not_exist(forum):
    other = Edition.objects.exclude(pk=forum.pk).filter(days__isnull=False).first()
    theirs = Point.objects.create(edition=other, day=other.days.first(), name_ko="행사장", name_en="Hall")
    door = Door(forum, rights="supervisor")
    registration = make_registration(forum)

    assert door.scan(registration, point=theirs.pk)["verdict"] == "malformed"
    assert door.get(f"stats?point={theirs.pk}").status_code == 403
    assert door.call("search", {"q": "하늘", "point": theirs.pk}).status_code == 403
    assert theirs.pk not in [point["id"] for point in door.get("state").json()["points"]]


def test_a_point_that_was_not_given_is_not_shown_and_its_scans_wait_for_a_decision(forum):
    first, second = forum.points.all()
    door = Door(forum, points=[second.pk], rights="search")
    registration = make_registration(forum)

    told = door.scan(registration, point=first.pk)

    assert [point["id"] for point in door.get("state").json()["points"]] == [second.pk]
    assert door.get(f"stats?point={first.pk}").status_code == 403
    assert door.call("search", {"q": "하늘", "point": first.pk}).status_code == 403
    assert (told["verdict"], told["flags"], told["person"]) == ("under_review", ["point_not_given"], None)


def test_the_list_names_who_is_inside_at_the_devices_own_points_only(forum):
    first, second = forum.points.all()
    Door(forum).scan(make_registration(forum, days=(1, 2)), point=first.pk)

    told = [Door(forum, points=[point.pk]).get("snapshot").json()["there"] for point in (first, second)]

    assert [len(each) for each in told] == [1, 0]


def test_the_api_reads_no_web_session_and_sets_none(forum, door, steward):
    """A steward's browser carries both cookies: the door asks for one."""
    door.client.force_login(steward)
    unknown = door.item(b"0" * 16)

    asked = statements(lambda: door.send(unknown))

    assert len(asked) == 4  # the device, the ticket, the scan, the device again
    assert not [sql for sql in asked if "session" in sql or "accounts_user" in sql and "checkin_device" not in sql]
    assert not door.get("ping").cookies

"""Another forum, four days in Brussels with a host of its own, is made in the admin alone. No code knows of it."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine

from programme.models import Day, Edition, EditionHost, Notice, Organisation, Room, Session, Speaker, Talk, Venue
from registration.models import Quota, Registration
from tests.programme.test_admin import add, change, errors, filled
from tests.programme.test_cloning import make_current
from tests.programme.test_pages import addresses, get
from tests.registration.sign_up_pages import SignUp

pytestmark = pytest.mark.django_db
DATES = [dt.date(2025, 10, 13) + dt.timedelta(days=number) for number in range(4)]
BEFORE = dt.datetime(2025, 9, 20, 9, 0, tzinfo=dt.UTC)


def create(client, model, **typed):
    """Fill in the page that adds one, as an organiser does. None leaves a box without its tick."""
    facts = {name: value for name, value in filled(client, add(model), **typed).items() if value is not None}
    answer = client.post(add(model), facts)
    assert answer.status_code == 302, errors(answer)
    return model.objects.latest("pk")


def with_rows(prefix, *rows):
    """Rows typed into an inline of the page."""
    facts = {f"{prefix}-TOTAL_FORMS": len(rows)}
    for number, row in enumerate(rows):
        facts |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return facts


@pytest.fixture
def clock():
    with time_machine.travel(BEFORE, tick=False):
        yield


@pytest.fixture
def summit(clock, organiser_client, forum):
    """The summit as the content knows it. Hours, seats and rooms are made up, and say so."""
    client = organiser_client
    host = create(client, Organisation, key="gyeonggi", name_ko="경기도", name_en="Gyeonggi Province")
    rooms = with_rows("rooms", *({"name_ko": f"시험 회의실 {name}", "name_en": f"Test room {name}"} for name in "AB"))
    place = {"name_ko": "시험 회의장", "name_en": "Test venue", "slug": "test-venue"}
    venue = create(client, Venue, latitude="50.85", longitude="4.35", **place, **rooms)
    days = [
        {"number": number, "date": date, "doors": "08:30", "starts": "09:00", "ends": "17:00"}
        for number, date in enumerate(DATES, start=1)
    ]
    edition = create(
        client,
        Edition,
        slug="deta-summit-2",
        ordinal=2,
        year=2025,
        name_ko="제2회 DETA 정상회의",
        name_en="2nd Disruptive & Emerging Technologies Alliance (DETA) Summit",
        timezone="Europe/Brussels",
        format="onsite",
        venue=venue.pk,
        is_published="on",
        is_free=None,
        registration_opens_at_0="2025-09-01",
        registration_opens_at_1="10:00",
        registration_closes_at_0="2025-10-10",
        registration_closes_at_1="18:00",
        **with_rows("days", *days),
        **with_rows("edition_hosts", {"organisation": host.pk, "role": "lead_host", "order": 0}),
    )
    create(
        client,
        Notice,
        edition=edition.pk,
        slug="third-summit",
        title_ko="경기도, 제3회(2028~2029) 의장 도시 도전",
        title_en="Gyeonggi Province stands for the chair of the 3rd summit (2028–2029)",
        published_at_0="2025-09-15",
        published_at_1="00:30",
    )
    for day in edition.days.all():
        create(client, Quota, day=day.pk, capacity=11)
    return edition


@pytest.fixture
def keynote(summit, organiser_client):
    """Two sessions at the same time, in two rooms; the keynote in one of them."""
    client, (first, second) = organiser_client, Room.objects.filter(venue=summit.venue).order_by("pk")
    day = summit.days.get(number=1)
    hours = {"day": day.pk, "kind": "session", "state": "published", "starts": "09:00", "ends": "10:00"}
    one, two = (
        {"title_ko": f"시험 세션 {n}", "title_en": f"Test session {n}", "slug": f"test-{n}", "number": n}
        for n in (1, 2)
    )
    session = create(client, Session, room=first.pk, **one, **hours)
    create(client, Session, room=second.pk, **two, **hours)
    person = {"slug": "speaker-1", "name_ko": "연사 1", "name_en": "Speaker 1", "affiliation_ko": "경기도"}
    speaker = create(client, Speaker, edition=summit.pk, **person)
    return create(
        client,
        Talk,
        session=session.pk,
        slug="sovereign-ai",
        kind="keynote",
        title_ko="지방정부가 이끄는 소버린 AI",
        title_en="Sovereign AI led by local government",
        starts="09:00",
        minutes=40,
        state="published",
        **with_rows("appearances", {"speaker": speaker.pk, "role": "speaker", "order": 0}),
    )


def test_four_days_by_the_clocks_of_brussels(client, organiser_client, summit):
    assert list(summit.days.values_list("date", flat=True)) == DATES
    assert summit.registration_opens_at == dt.datetime(2025, 9, 1, 8, 0, tzinfo=dt.UTC)
    assert list(EditionHost.objects.filter(edition=summit).values_list("organisation__key", "role")) == [
        ("gyeonggi", "lead_host")
    ]

    form = organiser_client.get(change(summit)).content.decode()
    assert [f'value="{hour}:00:00"' in form for hour in (10, 18)] == [True, True]  # as they were typed
    day = get(client, "/en/deta-summit-2/programme/day-4/").html

    assert len(re.findall(r'href="/en/deta-summit-2/programme/day-\d/"', day.split("daytabs")[2])) == 4
    assert "Thu 16 Oct" in day
    assert "KST" not in day


def test_what_is_on_at_once_stands_with_its_rooms(client, keynote):
    page = get(client, "/en/deta-summit-2/programme/day-1/").html

    assert "All times are local to the venue (CEST)." in page
    assert 'datetime="2025-10-13T09:00:00+02:00"' in page
    assert [room in page for room in ("Test room A", "Test room B")] == [True, True]
    assert "Sovereign AI led by local government" in get(client, "/en/deta-summit-2/talks/sovereign-ai/").html


def test_every_page_of_it_answers_in_both_languages_and_names_no_other_place(client, keynote):
    for language in ("ko", "en"):
        for address in addresses(language, "deta-summit-2"):
            if "/deta-summit-2/" not in address:
                continue
            page = client.get(address)
            assert page.status_code == 200, address
            shown = page.content.decode().split("<main")[1]
            assert [word for word in ("KST", "Seoul City Hall", "서울특별시청", "None") if word in shown] == [], address


def test_maps_that_know_only_korea_are_not_offered_in_brussels(client, summit):
    links = [link["href"] for link in get(client, "/en/deta-summit-2/venue/").all("a") if "map" in link["href"]]

    assert [link.split("/")[2] for link in links] == ["www.google.com", "www.openstreetmap.org"]
    seoul = [link["href"] for link in get(client, "/en/2022/venue/").all("a") if "map" in link["href"]]
    assert [link.split("/")[2] for link in seoul] == [
        "map.naver.com", "map.kakao.com", "www.google.com", "www.openstreetmap.org",
    ]  # fmt: skip


def test_its_notice_is_dated_where_the_forum_is(client, summit):
    page = get(client, "/en/deta-summit-2/notices/third-summit/").html

    assert "Gyeonggi Province stands for the chair" in page
    assert 'datetime="2025-09-15"' in page  # in Seoul it was half past seven by then


def test_nobody_is_told_that_it_is_free(client, organiser_client, summit):
    make_current(organiser_client, summit)

    assert "Free of charge" not in get(client, "/en/").html
    assert "Free of charge" not in get(client, "/en/deta-summit-2/register/").html


def test_its_home_page_and_its_times_are_those_of_brussels(client, organiser_client, keynote):
    make_current(organiser_client, keynote.edition)

    english, korean = get(client, "/en/").html, get(client, "/ko/").html

    assert "Until Fri 10 Oct, 18:00 CEST" in english
    assert "10월 10일(금) 18:00 CEST" in korean
    assert "Gyeonggi Province" in english.split("site-footer__legal")[1]


def test_people_register_for_it_and_every_day_has_its_own_seats(client, summit):
    pages = SignUp(client, summit, "en")
    facts = pages.filled(days=["1", "4"], email="delegate@example.org")

    checked = pages.read("check", facts)
    pages.post("done", checked.fields)

    registration = Registration.objects.get(edition=summit)
    assert list(registration.bookings.values_list("day__number", "state")) == [(1, "confirmed"), (4, "confirmed")]
    assert list(Quota.objects.filter(day__edition=summit).values_list("taken", flat=True)) == [1, 0, 0, 1]


# --- The archive --------------------------------------------------------------------------------------------------


def test_when_it_becomes_the_current_one_every_old_address_still_answers(client, organiser_client, forum, keynote):
    old = {address for language in ("ko", "en") for address in addresses(language)}
    old |= {f"/{language}/2022/{page}" for language in ("ko", "en") for page in ("programme/", "live/", "register/")}
    before = {address: client.get(address).status_code for address in old}

    organiser_client.post(
        "/admin/programme/edition/", {"action": "make_current", "_selected_action": [keynote.edition_id]}
    )

    assert Edition.objects.get(is_current=True).slug == "deta-summit-2"
    assert {address: client.get(address).status_code for address in old} == before
    assert set(before.values()) == {200, 302}
    assert "DETA" in get(client, "/en/").title
    archived = get(client, "/en/2022/")
    assert "Seoul Big Data Forum 2022" in archived.title
    assert archived.all("a", href="/en/2022/sessions/session-2/")
    assert archived.all("a", href="/en/2022/programme/")
    assert "/en/2022/" in {link["href"] for link in get(client, "/en/editions/").all("a")}


def test_the_next_summit_starts_from_it_in_its_own_time_zone(organiser_client, summit):
    page = f"/admin/programme/edition/{summit.pk}/clone/"

    organiser_client.post(page, {"slug": "deta-summit-3", "ordinal": "3", "first_day": "2028-01-10"})

    cloned = Edition.objects.get(slug="deta-summit-3")
    assert cloned.timezone == "Europe/Brussels"
    assert list(cloned.days.values_list("date", flat=True)) == [dt.date(2028, 1, 10 + number) for number in range(4)]
    assert cloned.registration_opens_at.astimezone(cloned.tzinfo).hour == 10
    assert Day.objects.filter(edition=cloned, quotas__capacity=11).count() == 4
    assert organiser_client.get(change(cloned)).status_code == 200

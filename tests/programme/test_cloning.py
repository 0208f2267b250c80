"""The next forum starts from the last one: what is carried over, what is not, and which is the current one."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from programme import editions
from programme.models import Edition, Talk
from registration.checkin.models import Point
from registration.models import ConsentNotice, Quota
from tests.factories import make_registration
from tests.programme.test_admin import change, errors, filled, listed

pytestmark = pytest.mark.django_db
NEXT = dt.date(2027, 11, 29)


def clone(source, **more):
    return editions.clone(source, **{"slug": "2027", "ordinal": 5, "first_day": NEXT, **more})


def clone_page(edition):
    return reverse("admin:programme_edition_clone", args=[edition.pk])


def test_days_move_together_and_keep_their_times(forum):
    cloned = clone(forum)

    before = forum.days.values_list("number", "doors", "starts", "ends")
    assert list(cloned.days.values_list("number", "doors", "starts", "ends")) == list(before)
    assert list(cloned.days.values_list("date", flat=True)) == [NEXT, NEXT + dt.timedelta(days=1)]


def test_sessions_are_carried_over_as_drafts_with_their_hosts_and_nobody_who_speaks(forum):
    forum.sessions.update(times_confirmed=True)

    cloned = clone(forum)

    facts = ("slug", "number", "kind", "title_ko", "title_en", "starts", "ends", "day__number")
    assert list(cloned.sessions.values_list(*facts)) == list(forum.sessions.values_list(*facts))
    assert set(cloned.sessions.values_list("state", "times_confirmed")) == {("draft", False)}
    hosts = {session.slug: set(session.hosts.all()) for session in forum.sessions.all()}
    assert {session.slug: set(session.hosts.all()) for session in cloned.sessions.all()} == hosts
    assert [Talk.objects.filter(edition=cloned).count(), cloned.speakers.count()] == [0, 0]
    assert not cloned.days.filter(streams__isnull=False).exists()
    assert not cloned.notices.exists()


def test_hosts_place_and_questions_are_carried_over(forum):
    cloned = clone(forum)

    for rows in ("edition_hosts", "questions"):
        facts = ("organisation", "role", "order") if rows == "edition_hosts" else ("question_ko", "answer_en", "order")
        found = [list(getattr(each, rows).values_list(*facts)) for each in (cloned, forum)]
        assert found[0] == found[1]
        assert found[0]
    assert cloned.venue == forum.venue


def test_what_is_of_one_forum_alone_stays_there(forum):
    make_registration(forum)

    cloned = clone(forum)

    assert (cloned.name_ko, cloned.name_en) == ("2027 서울 빅데이터 포럼", "Seoul Big Data Forum 2027")
    assert (cloned.year, cloned.ordinal, cloned.slug) == (2027, 5, "2027")
    assert [cloned.theme_ko, cloned.summary_en, cloned.experts, cloned.organiser_note] == ["", "", None, ""]
    assert [cloned.is_published, cloned.is_current, cloned.dates_moved] == [False, False, False]
    assert cloned.registrations.count() == 0
    assert bytes(cloned.checkin_salt) != bytes(forum.checkin_salt)
    forum.refresh_from_db()
    assert (forum.slug, forum.is_current, forum.days.count(), forum.sessions.count()) == ("2022", True, 2, 7)


def test_seats_words_of_consent_and_points_are_carried_over_and_nobody_has_taken_one(forum):
    make_registration(forum)
    Quota.objects.update(capacity=321, longest_line=7)
    newest = ConsentNotice.objects.filter(edition=forum, kind="privacy", language="ko").get()
    newest.pk, newest.version, newest.items = None, 2, "이름과 이메일"
    newest._state.adding = True
    newest.save()

    cloned = clone(forum)

    seats = Quota.objects.filter(day__edition=cloned).values_list("capacity", "longest_line", "taken", "waiting")
    assert list(seats) == [(321, 7, 0, 0)] * 2
    assert ConsentNotice.objects.filter(edition=cloned).count() == 8
    assert ConsentNotice.objects.get(edition=cloned, kind="privacy", language="ko").items == "이름과 이메일"
    assert set(ConsentNotice.objects.filter(edition=cloned).values_list("version", flat=True)) == {1}
    assert Point.objects.filter(edition=cloned).count() == 2


def test_registration_opens_at_the_same_time_of_day_after_summer_time_too(forum):
    forum.timezone = "Europe/Brussels"
    zone = forum.tzinfo
    first = forum.days.first()
    first.date = dt.date(2027, 1, 11)
    first.save()
    forum.registration_opens_at = dt.datetime(2026, 12, 1, 10, 0, tzinfo=zone)
    forum.save()

    cloned = clone(forum, first_day=dt.date(2027, 7, 12))

    assert cloned.registration_opens_at == dt.datetime(2027, 6, 1, 10, 0, tzinfo=zone)


def test_an_edition_without_days_can_be_cloned_too(forum):
    cloned = clone(Edition.objects.get(slug="2019"))

    assert (cloned.days.count(), cloned.year, cloned.name_en) == (0, 2027, "Seoul Big Data Forum 2027")


# --- In the admin -------------------------------------------------------------------------------------------------


def test_an_organiser_starts_the_next_edition_in_the_admin(organiser_client, forum):
    answer = organiser_client.post(listed(Edition), {"action": "clone", "_selected_action": [forum.pk]})
    assert answer.headers["Location"] == clone_page(forum)
    assert organiser_client.get(clone_page(forum)).context["form"]["ordinal"].value() == 5

    answer = organiser_client.post(clone_page(forum), {"slug": "2027", "ordinal": "5", "first_day": "2027-11-29"})

    cloned = Edition.objects.get(slug="2027")
    assert answer.headers["Location"] == reverse("admin:programme_edition_change", args=[cloned.pk])
    assert organiser_client.get(answer.headers["Location"]).status_code == 200
    assert organiser_client.get("/ko/2027/").status_code == 404  # not published


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"slug": "2021"}, "slug"),
        ({"slug": "cases"}, "slug"),
        ({"slug": "../x"}, "slug"),
        ({"first_day": "soon"}, "first_day"),
        ({"ordinal": "0"}, "ordinal"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(organiser_client, forum, typed, field):
    facts = {"slug": "2027", "ordinal": "5", "first_day": "2027-11-29"} | typed

    answer = organiser_client.post(clone_page(forum), facts)

    assert list(answer.context["form"].errors) == [field]
    assert answer.context["form"][field].value() == facts[field]
    assert Edition.objects.count() == 4


def test_stewards_and_strangers_clone_nothing(client, steward_client, forum):
    assert steward_client.get(clone_page(forum)).status_code in (302, 403)
    client.logout()
    assert client.post(clone_page(forum), {"slug": "2027"}).status_code == 302
    assert Edition.objects.count() == 4


def make_current(client, *chosen):
    return client.post(
        listed(Edition),
        {"action": "make_current", "_selected_action": [each.pk for each in chosen]},
        headers={"accept-language": "en"},
        follow=True,
    )


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def test_the_current_edition_is_switched_in_one_press(organiser_client, forum):
    other = Edition.objects.get(slug="2021")

    answer = make_current(organiser_client, other)

    assert said(answer) == [
        "The home page is now that of Seoul Big Data Forum 2021. Every earlier address still answers."
    ]
    assert list(Edition.objects.filter(is_current=True)) == [other]
    assert "Seoul Big Data Forum 2021" in organiser_client.get("/en/").content.decode()


def test_a_draft_cannot_become_the_current_edition(organiser_client, forum):
    answer = make_current(organiser_client, clone(forum))

    assert said(answer) == ["Publish the edition first: its pages would not be found."]
    assert Edition.objects.get(is_current=True) == forum


def test_two_cannot_be_made_current_at_once(organiser_client, forum):
    assert said(make_current(organiser_client, forum, Edition.objects.get(slug="2021"))) == ["Choose one edition."]
    assert Edition.objects.get(is_current=True) == forum


def test_a_published_edition_keeps_its_address(organiser_client, forum):
    facts = filled(organiser_client, change(forum), slug="forum")

    assert list(errors(organiser_client.post(change(forum), facts))) == ["slug"]

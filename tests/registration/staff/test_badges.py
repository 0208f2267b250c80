"""Making badges: by organisers for many, by a steward for the person at the desk; each stands in the log."""

from __future__ import annotations

import pytest
from django.urls import reverse

from registration import badges, booking
from registration.models import AccessLog
from tests.factories import make_registration
from tests.pages import Page, said
from tests.paper import Paper

PAGE = "/staff/badges/"
LIST = reverse("admin:registration_registration_changelist")


def filled(**changed):
    return {"day": "", "category": "", "only_unprinted": "on", "layout": "sheet"} | changed


def looks():
    return sorted(AccessLog.objects.filter(act="badge").values_list("who__email", "whose"))


def one_of(registration):
    return f"{PAGE}{registration.public_id}.pdf"


def test_an_organiser_makes_them_for_everybody_and_each_look_is_kept(forum, organiser_client, organiser):
    people = [make_registration(forum, name=name) for name in ("홍서우", "김하늘")]

    answer = organiser_client.post(PAGE, filled())

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "no-store" in answer["Cache-Control"]
    text = Paper(answer.content).text
    assert [name in text for name in ("홍서우", "김하늘")] == [True, True]
    assert looks() == sorted((organiser.email, person.uuid) for person in people)


def test_the_next_file_holds_those_who_came_later(forum, organiser_client):
    make_registration(forum, name="홍서우")
    organiser_client.post(PAGE, filled())
    make_registration(forum, name="김하늘")

    page = organiser_client.get(PAGE)
    text = Paper(organiser_client.post(PAGE, filled(layout="label")).content).text
    again = Paper(organiser_client.post(PAGE, filled(only_unprinted="")).content).text

    assert (page.context["number"], page.context["without"]) == (2, 1)
    assert [name in text for name in ("홍서우", "김하늘")] == [False, True]
    assert [name in again for name in ("홍서우", "김하늘")] == [True, True]


def test_a_file_has_an_end_and_the_next_one_goes_on(forum, organiser_client, monkeypatch):
    monkeypatch.setattr(badges, "AT_ONCE", 1)
    people = [make_registration(forum) for _ in range(2)]

    [organiser_client.post(PAGE, filled()) for _ in people]

    assert {whose for _who, whose in looks()} == {person.uuid for person in people}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_where_there_is_nobody_the_page_says_so_and_keeps_the_answers(forum, organiser_client, language):
    answer = organiser_client.post(PAGE, filled(day="2", layout="label"), headers={"accept-language": language})

    page = Page(answer)
    assert said(language, "There is nobody of whom to make a badge. Choose others.") in page.text
    assert (page.fields["day"], page.fields["layout"]) == (["2"], ["label"])
    assert page.title.startswith(said(language, "Error: "))


@pytest.mark.parametrize("wrong", [{"day": "9"}, {"day": "x"}, {"category": "king"}, {"layout": "a5"}, {"layout": ""}])
def test_what_makes_no_sense_makes_no_badge(forum, organiser_client, wrong):
    make_registration(forum)

    answer = organiser_client.post(PAGE, filled(**wrong))

    assert (answer.status_code, list(answer.context["form"].errors)) == (200, list(wrong))
    assert looks() == []


def test_a_steward_makes_one_for_the_desk_and_not_all(forum, steward_client, steward):
    registration = make_registration(forum, name="홍서우")

    answer = steward_client.get(one_of(registration))

    assert "홍서우" in Paper(answer.content).text
    assert looks() == [(steward.email, registration.uuid)]
    assert [steward_client.get(PAGE).status_code, steward_client.post(PAGE, filled()).status_code] == [403, 403]


def test_the_desk_leads_to_the_badge_of_whoever_stands_there(forum, steward_client):
    registration = make_registration(forum)
    pages = [f"/staff/desk/{registration.public_id}/", f"/staff/desk/{registration.public_id}/ticket/"]

    assert [one_of(registration) in Page(steward_client.get(page)).links for page in pages] == [True, True]


def test_strangers_get_no_badge_not_even_their_own(forum, client):
    assert client.get(one_of(make_registration(forum))).status_code == 302
    assert looks() == []


def test_who_cancelled_or_does_not_exist_has_no_badge(forum, steward_client):
    registration = make_registration(forum)
    booking.cancel(registration, [1])

    assert steward_client.get(one_of(registration)).status_code == 404
    assert steward_client.get(f"{PAGE}0000000000.pdf").status_code == 404
    assert looks() == []


def test_badges_of_chosen_registrations_from_the_admin(forum, organiser_client, organiser):
    chosen, other, gone = (make_registration(forum, name=name) for name in ("홍서우", "김하늘", "이바다"))
    booking.cancel(gone, [1])
    act = {"action": "print_badges", "_selected_action": [chosen.pk, gone.pk]}

    text = Paper(organiser_client.post(LIST, act).content).text

    assert [person.name in text for person in (chosen, other, gone)] == [True, False, False]
    assert looks() == [(organiser.email, chosen.uuid)]
    nobody = organiser_client.post(LIST, act | {"_selected_action": [gone.pk]}, follow=True)
    assert said("ko", "There is nobody of whom to make a badge. Choose others.") in nobody.content.decode()


def test_the_page_asks_as_often_for_three_people_as_for_one(forum, organiser_client, django_assert_max_num_queries):
    make_registration(forum)
    with django_assert_max_num_queries(15) as one:
        organiser_client.get(PAGE)
    [make_registration(forum) for _ in range(2)]
    with django_assert_max_num_queries(len(one)):
        organiser_client.get(PAGE)

"""Registrations in the admin: looked at by organisers, every look kept, and nothing changed."""

from __future__ import annotations

import pytest
from django.urls import reverse

from forum.masking import mask_email, mask_name
from registration import booking, reconfirming
from registration.models import AccessLog, Registration
from tests.factories import make_registration
from tests.pages import said

LIST, LOG = reverse("admin:registration_registration_changelist"), reverse("admin:registration_accesslog_changelist")


@pytest.fixture
def registration(forum):
    return make_registration(forum, name="홍서우", email="seowoo@example.kr")


def page_of(registration, page="change"):
    return reverse(f"admin:registration_registration_{page}", args=[registration.pk])


def looks():
    return list(AccessLog.objects.order_by("pk").values_list("who__email", "act", "whose", "detail"))


def found(client, query):
    return [each.name for each in client.get(LIST, {"q": query}).context["cl"].result_list]


def test_the_list_tells_lines_apart_without_showing_whose_they_are(organiser_client, registration):
    html = organiser_client.get(LIST).content.decode()

    assert [masked in html for masked in ("홍*우", "se***@example.kr", registration.public_id)] == [True, True, True]
    assert [whole in html for whole in ("홍서우", "seowoo@example.kr", registration.desk_code)] == [False, False, False]


def test_every_look_at_the_list_is_kept_with_what_was_searched(organiser_client, registration):
    organiser_client.get(LIST)
    organiser_client.get(LIST, {"q": "seo"})

    assert looks() == [("organiser@example.org", "list", None, ""), ("organiser@example.org", "list", None, "q=seo")]


def test_a_person_is_found_by_name_address_number_and_desk_code(organiser_client, registration, forum):
    make_registration(forum, name="김하늘")

    queries = ["홍서우", "seowoo@", registration.public_id, registration.desk_code]
    assert [found(organiser_client, query) for query in queries] == [["홍서우"]] * 4


def test_opening_a_registration_shows_it_and_is_kept(organiser_client, registration):
    html = organiser_client.get(page_of(registration)).content.decode()

    assert [words in html for words in ("홍서우", "seowoo@example.kr", registration.desk_code)] == [True, True, True]
    assert looks() == [("organiser@example.org", "open", registration.uuid, "")]


def test_its_history_names_the_person_and_is_kept_as_a_look(organiser_client, registration):
    html = organiser_client.get(page_of(registration, "history")).content.decode()

    assert "홍서우" in html
    assert looks() == [("organiser@example.org", "history", registration.uuid, "")]


def test_nothing_is_added_changed_or_deleted(organiser_client, registration):
    facts = {"name": "Somebody else", "email": "other@example.org"}

    refused = [
        organiser_client.post(reverse("admin:registration_registration_add"), facts),
        organiser_client.post(page_of(registration), facts),
        organiser_client.post(page_of(registration, "delete"), {"post": "yes"}),
    ]
    organiser_client.post(LIST, {"action": "delete_selected", "_selected_action": registration.pk, "post": "yes"})

    assert [answer.status_code for answer in refused] == [403, 403, 403]
    assert Registration.objects.values_list("name", "email").get() == ("홍서우", "seowoo@example.kr")


def test_stewards_and_strangers_see_nothing_and_leave_no_trace(client, steward, registration):
    assert client.get(LIST).status_code == 302
    client.force_login(steward)

    answers = [
        client.get(page, follow=True) for page in (LIST, page_of(registration), page_of(registration, "history"))
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert looks() == []


def test_a_registration_that_does_not_exist_is_no_error_page(organiser_client, registration):
    assert organiser_client.get("/admin/registration/registration/999999/change/", follow=True).status_code == 200
    assert organiser_client.get("/admin/registration/registration/x/change/", follow=True).status_code == 200


def test_the_list_asks_as_often_for_three_people_as_for_one(
    organiser_client, registration, forum, django_assert_max_num_queries
):
    with django_assert_max_num_queries(15) as one:
        organiser_client.get(LIST)
    for _ in range(2):
        make_registration(forum, days=(1, 2))
    with django_assert_max_num_queries(len(one)):
        organiser_client.get(LIST)


def test_the_list_says_who_is_coming_and_finds_them_and_the_look_is_kept(organiser_client, registration, forum):
    coming, released, cancelled = (make_registration(forum, name=name) for name in ("김하늘", "이바다", "박구름"))
    reconfirming.say_coming(coming)
    reconfirming.release(released, [1])
    booking.cancel(cancelled, [1])

    lists = {
        answer: [each.name for each in organiser_client.get(LIST, {"coming": answer}).context["cl"].result_list]
        for answer in ("coming", "released", "none", "not_asked")
    }

    assert lists == {"coming": ["김하늘"], "released": ["이바다"], "none": [], "not_asked": ["홍서우"]}
    html = organiser_client.get(LIST).content.decode()
    assert [html.count(f'field-coming">{said("ko", label)}<') for label in ("yes", "no, seat released")] == [1, 1]
    assert looks()[0] == ("organiser@example.org", "list", None, "coming=coming")


def test_a_person_with_a_strange_name_is_shown_as_text(organiser_client, forum):
    registration = make_registration(forum, name="<script>alert(1)</script>")

    pages = [organiser_client.get(page).content.decode() for page in (LIST, page_of(registration))]

    assert ["<script>alert" in page for page in pages] == [False, False]


def test_the_log_of_looks_is_read_and_never_written(organiser_client, registration):
    organiser_client.get(page_of(registration))
    look = AccessLog.objects.get()

    change = reverse("admin:registration_accesslog_change", args=[look.pk])
    delete = reverse("admin:registration_accesslog_delete", args=[look.pk])
    assert str(registration.uuid) in organiser_client.get(LOG).content.decode()
    refused = [organiser_client.post(page, {"post": "yes", "act": "nothing"}) for page in (change, delete)]
    assert [answer.status_code for answer in refused] == [403, 403]
    assert AccessLog.objects.get().act == "open"


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("홍서우", "홍*우"),
        ("김솔", "김*"),
        ("남궁민수", "남**수"),
        ("Ann Lee", "A** L**"),
        ("Q", "Q"),
        ("홍", "홍*"),
        ("Nguyễn Ánh", "N****n Á*h"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_a_masked_name_tells_two_lines_apart(name, masked):
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("email", "masked"),
    [("seowoo@example.kr", "se***@example.kr"), ("a@example.kr", "a***@example.kr"), ("", ""), ("nobody", "")],
)
def test_a_masked_address_keeps_its_host(email, masked):
    assert mask_email(email) == masked

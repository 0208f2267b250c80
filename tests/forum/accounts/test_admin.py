"""Organisers make sign-ins for staff. Nobody hands out more than a role, nor their own."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from forum.accounts import citizens
from forum.accounts.models import User
from registration.models import AccessLog
from tests.signing_in import sign_in

ADD, LIST = reverse("admin:accounts_user_add"), reverse("admin:accounts_user_changelist")
FACTS = {"email": "Haneul@Example.org", "name": "김하늘", "is_active": "on", "role": "steward"}


def page_of(user):
    return reverse("admin:accounts_user_change", args=[user.pk])


def roles_of(user):
    return [group.name for group in user.groups.all()]


def test_a_new_sign_in_has_its_role_a_verified_address_and_no_password(organiser_client):
    organiser_client.post(ADD, FACTS)

    user = User.objects.get(email="haneul@example.org")
    assert (user.name, roles_of(user), user.is_staff, user.has_usable_password()) == (
        "김하늘",
        ["steward"],
        False,
        False,
    )
    assert EmailAddress.objects.values_list("email", "verified", "primary").get() == ("haneul@example.org", True, True)


@pytest.mark.parametrize(
    ("role", "groups", "opens_the_admin"),
    [("organiser", ["organiser"], True), ("steward", ["steward"], False), ("", [], False)],
)
def test_a_role_can_be_given_and_taken(organiser_client, steward, role, groups, opens_the_admin):
    organiser_client.post(page_of(steward), FACTS | {"email": steward.email, "role": role})

    steward.refresh_from_db()
    assert (roles_of(steward), steward.is_staff) == (groups, opens_the_admin)


def test_the_form_shows_the_role_that_somebody_has(organiser_client, steward):
    form = organiser_client.get(page_of(steward)).context["adminform"].form

    assert form["role"].value() == "steward"


def test_nobody_becomes_a_superuser(organiser_client, steward):
    organiser_client.post(ADD, FACTS | {"is_superuser": "on", "is_staff": "on", "user_permissions": ["1"]})
    organiser_client.post(page_of(steward), FACTS | {"email": steward.email, "is_superuser": "on", "is_staff": "on"})

    assert list(User.objects.filter(is_superuser=True)) == []
    assert User.objects.filter(user_permissions__isnull=False).count() == 0
    assert list(User.objects.filter(is_staff=True).values_list("email", flat=True)) == ["organiser@example.org"]


def test_nobody_changes_their_own_role(organiser_client, organiser):
    answer = organiser_client.post(page_of(organiser), FACTS | {"email": organiser.email})

    assert (answer.status_code, roles_of(organiser)) == (403, ["organiser"])


def test_a_superuser_is_left_alone(organiser_client):
    root = User.objects.create_superuser("root@example.org", "correct horse")

    answer = organiser_client.post(page_of(root), FACTS | {"email": "mine@example.org"})

    root.refresh_from_db()
    assert (answer.status_code, root.email) == (403, "root@example.org")


def test_nobody_is_deleted(organiser_client, steward):
    answer = organiser_client.post(reverse("admin:accounts_user_delete", args=[steward.pk]), {"post": "yes"})
    organiser_client.post(LIST, {"action": "delete_selected", "_selected_action": steward.pk, "post": "yes"})

    assert (answer.status_code, User.objects.filter(pk=steward.pk).exists()) == (403, True)


@pytest.mark.parametrize("address", ["steward@example.org", "STEWARD@example.org"])
def test_an_address_that_is_taken_is_refused_with_a_sentence(organiser_client, steward, address):
    answer = organiser_client.post(ADD, FACTS | {"email": address})

    assert (answer.status_code, list(answer.context["adminform"].form.errors)) == (200, ["email"])
    assert User.objects.count() == 2


def test_after_a_change_of_address_codes_go_to_the_new_one_only(organiser_client, steward):
    EmailAddress.objects.create(user=steward, email=steward.email, verified=True, primary=True)

    organiser_client.post(page_of(steward), FACTS | {"email": "new@example.org"})

    assert EmailAddress.objects.values_list("email", "verified", "primary").get() == ("new@example.org", True, True)


def test_whoever_works_here_no_longer_is_shut_out(organiser_client, steward, client):
    facts = {name: value for name, value in FACTS.items() if name != "is_active"}

    organiser_client.post(page_of(steward), facts | {"email": steward.email})

    steward.refresh_from_db()
    assert not steward.is_active


def test_stewards_do_not_get_in(steward_client, organiser):
    assert steward_client.get(LIST, follow=True).status_code == 403
    assert steward_client.post(ADD, FACTS, follow=True).status_code == 403
    assert User.objects.count() == 2


def test_groups_are_code_and_not_edited(organiser_client):
    assert organiser_client.get("/admin/auth/group/").status_code == 404


def test_the_list_asks_as_often_for_three_people_as_for_one(organiser_client, django_assert_max_num_queries):
    with django_assert_max_num_queries(12) as one:
        organiser_client.get(LIST)
    for number in range(2):
        User.objects.create_user(f"{number}@example.org")
    with django_assert_max_num_queries(len(one)):
        organiser_client.get(LIST)


# --- Citizens --------------------------------------------------------------------------------------------------------


@pytest.fixture
def citizen(db):
    return citizens.account_of("seowoo@example.kr")


def looks():
    return list(AccessLog.objects.values_list("who__email", "act", "detail"))


def listed(client, **query):
    return {user.email for user in client.get(LIST, query).context["cl"].result_list}


def test_the_list_shows_staff_and_citizens_only_when_asked_for(organiser_client, steward, citizen):
    assert listed(organiser_client) == {"organiser@example.org", "steward@example.org"}
    assert listed(organiser_client, q="seowoo") == set()
    assert looks() == []

    assert listed(organiser_client, kind="citizens") == {"seowoo@example.kr"}
    assert looks() == [("organiser@example.org", "accounts", "list")]


def test_a_person_with_two_roles_is_listed_once(organiser_client, steward):
    steward.groups.add(Group.objects.get(name="organiser"))

    users = [user.email for user in organiser_client.get(LIST).context["cl"].result_list]
    assert sorted(users) == ["organiser@example.org", "steward@example.org"]


def test_a_look_at_a_citizens_account_is_kept_and_one_at_staff_is_not(organiser_client, steward, citizen):
    organiser_client.get(page_of(steward))
    organiser_client.get(page_of(citizen))
    organiser_client.get(reverse("admin:accounts_user_history", args=[citizen.pk]))

    assert looks() == [("organiser@example.org", "accounts", f"account {citizen.pk}")] * 2


def test_nobody_gives_a_citizens_account_another_address(organiser_client, citizen):
    organiser_client.post(page_of(citizen), FACTS | {"email": "mine@example.org", "role": ""})

    citizen.refresh_from_db()
    assert (citizen.email, citizen.verified_addresses()) == ("seowoo@example.kr", ["seowoo@example.kr"])


def test_a_citizen_who_is_given_a_role_signs_in_anew_as_staff_do(organiser_client, citizen, forum):
    browser = Client()
    sign_in(browser, citizen.email)

    organiser_client.post(page_of(citizen), FACTS | {"role": "steward"})

    assert browser.get("/staff/").status_code == 302
    sign_in(browser, citizen.email)
    assert (browser.get("/staff/").status_code, browser.session.get_expiry_age()) == (200, 12 * 3600)


def test_a_citizen_who_is_changed_otherwise_stays_signed_in(organiser_client, citizen, forum):
    browser = Client()
    sign_in(browser, citizen.email)

    organiser_client.post(page_of(citizen), FACTS | {"role": ""})

    assert browser.get("/ko/my/").status_code == 200

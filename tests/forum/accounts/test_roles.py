"""Who may do what: the door of each page of the staff, and the rights of each role."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from forum.accounts import roles
from forum.accounts.models import User

DOORS = ("/admin/", "/staff/devices/", "/staff/")


def citizen():
    return User.objects.create_user("citizen@example.org")


def superuser():
    return User.objects.create_superuser("root@example.org", "correct horse")


def member_of(role):
    user = User.objects.create_user(f"{role}@example.org", is_staff=role == "organiser")
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.mark.parametrize(
    ("make", "answers"),
    [
        (citizen, [403, 403, 403]),
        (lambda: member_of("steward"), [403, 403, 200]),
        (lambda: member_of("organiser"), [200, 200, 200]),
        (superuser, [200, 200, 200]),
    ],
    ids=["citizen", "steward", "organiser", "superuser"],
)
def test_each_door_opens_for_its_role(client, forum, make, answers):
    client.force_login(make())

    assert [client.get(door, follow=True).status_code for door in DOORS] == answers


def test_strangers_are_sent_to_sign_in_and_come_back_after_it(client, forum):
    ends = [client.get(door, follow=True).redirect_chain[-1][0] for door in DOORS]

    assert ends == [
        "/accounts/login/?next=%2Fadmin%2F",
        "/accounts/login/?next=/staff/devices/",
        "/accounts/login/?next=/staff/",
    ]


def test_whoever_may_no_longer_sign_in_is_out_at_once(client, organiser, forum):
    client.force_login(organiser)
    User.objects.update(is_active=False)

    assert [client.get(door).status_code for door in DOORS] == [302, 302, 302]


def test_a_role_is_asked_of_the_database_once_in_a_request(steward, django_assert_num_queries):
    with django_assert_num_queries(1):
        answers = [ask(steward) for ask in (roles.is_organiser, roles.is_steward, roles.is_staff_member)]

    assert answers == [False, True, True]


def rights_of(role):
    rights = Group.objects.get(name=role).permissions.select_related("content_type")
    return sorted(f"{right.content_type.app_label}.{right.codename}" for right in rights)


def test_stewards_have_no_right_in_the_admin(db):
    assert rights_of("steward") == []


def test_organisers_see_everything_and_change_what_verbs_do_not_guard(db):
    rights = rights_of("organiser")
    own = [right for right in rights if not right.startswith("programme.")]

    assert [right for right in own if ".view_" not in right] == [
        "accounts.add_user",
        "accounts.change_user",
        "checkin.add_decision",
        "checkin.add_point",
        "checkin.change_device",
        "checkin.change_point",
        "checkin.delete_point",
        "outbox.resend_message",
        "registration.add_consentnotice",
        "registration.add_mailtext",
        "registration.add_quota",
        "registration.change_mailtext",
        "registration.change_quota",
        "registration.delete_mailtext",
    ]
    programme = Permission.objects.filter(content_type__app_label="programme").values_list("codename", flat=True)
    refused = ["programme.add_release", "programme.change_release", "programme.delete_release"]  # a verb publishes
    assert sorted({f"programme.{name}" for name in programme} - set(rights)) == refused


def test_a_flush_makes_the_groups_anew(transactional_db):
    before = rights_of("organiser")

    # Keys count on: the rows of the forum, which later tests copy, bring their own.
    call_command("flush", interactive=False, verbosity=0, reset_sequences=False)

    assert rights_of("organiser") == before


def test_a_right_that_somebody_added_survives_the_next_migration(db):
    Group.objects.get(name="steward").permissions.add(Permission.objects.get(codename="view_registration"))

    call_command("migrate", verbosity=0)

    assert rights_of("steward") == ["registration.view_registration"]

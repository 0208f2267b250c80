"""`manage.py create_staff`: a sign-in with a password that is shown once."""

from __future__ import annotations

import io

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.urls import reverse

from forum.accounts.models import User


def create(*arguments):
    out = io.StringIO()
    call_command("create_staff", *arguments, stdout=out)
    return dict(line.split(": ") for line in out.getvalue().splitlines())


def test_it_prints_the_address_and_a_password_that_opens_the_admin(client, db):
    printed = create("Haneul@Example.org", "--role", "organiser", "--name", "김하늘")

    assert sorted(printed) == ["email", "password"]
    assert printed["email"] == "haneul@example.org"
    client.post(reverse("account_login"), {"login": printed["email"], "password": printed["password"]})
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(("role", "opens_the_admin"), [("organiser", True), ("steward", False)])
def test_the_person_has_the_role_and_no_more(db, role, opens_the_admin):
    create("haneul@example.org", "--role", role)

    user = User.objects.get()
    assert [group.name for group in user.groups.all()] == [role]
    assert (user.is_staff, user.is_superuser) == (opens_the_admin, False)
    assert EmailAddress.objects.values_list("email", "verified", "primary").get() == ("haneul@example.org", True, True)


def test_every_password_is_another(db):
    first, second = create("a@example.org", "--role", "steward"), create("b@example.org", "--role", "steward")

    assert first["password"] != second["password"]
    assert len(first["password"]) >= 16


def test_an_address_that_has_a_sign_in_keeps_it(db):
    create("haneul@example.org", "--role", "steward")
    before = User.objects.get().password

    with pytest.raises(CommandError, match="has a sign-in already"):
        create("HANEUL@example.org", "--role", "organiser")

    assert User.objects.get().password == before


@pytest.mark.parametrize("address", ["", "haneul", "haneul@", "ha neul@example.org"])
def test_what_is_no_address_makes_no_sign_in(db, address):
    with pytest.raises(CommandError):
        create(address, "--role", "organiser")

    assert User.objects.count() == 0


def test_a_role_that_does_not_exist_makes_no_sign_in(db):
    with pytest.raises(CommandError):
        create("haneul@example.org", "--role", "superuser")

    assert User.objects.count() == 0

"""People who sign in are known by their address, in lower case."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from forum.accounts.models import User


def test_an_address_is_kept_in_lower_case(db):
    assert User.objects.create_user("Ha-Neul@Example.ORG").email == "ha-neul@example.org"


def test_one_address_is_one_person_however_it_is_written(db):
    User.objects.create_user("haneul@example.org")

    with pytest.raises(IntegrityError):
        User.objects.create_user("HANEUL@example.org")


def test_the_database_itself_refuses_capitals(db):
    with pytest.raises(IntegrityError):
        User.objects.create(email="Haneul@example.org")


def test_without_a_password_nobody_signs_in_by_one(db):
    assert not User.objects.create_user("haneul@example.org").has_usable_password()
    assert User.objects.create_user("seowoo@example.org", "correct horse").check_password("correct horse")


def test_a_person_is_called_by_name_or_else_by_address(db):
    named = User.objects.create_user("haneul@example.org", name="김하늘")
    unnamed = User.objects.create_user("seowoo@example.org")

    assert (str(named), named.get_full_name(), named.get_short_name()) == ("김하늘", "김하늘", "김하늘")
    assert str(unnamed) == "seowoo@example.org"


def test_a_superuser_may_do_everything(db):
    superuser = User.objects.create_superuser("root@example.org", "correct horse")

    assert (superuser.is_staff, superuser.is_superuser, superuser.has_perm("outbox.delete_message")) == (True,) * 3

"""Accounts of citizens: made by a proof, ended without a trace, and never those of staff."""

from __future__ import annotations

import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from auditlog.context import set_actor
from auditlog.models import LogEntry
from django.contrib.admin.models import LogEntry as AdminLogEntry
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from forum.accounts import citizens
from forum.accounts.models import User
from forum.outbox.models import Message
from tests.signing_in import ask_for_code, sign_in

SEOWOO = "seowoo@example.kr"


def test_a_proof_makes_an_account_and_later_ones_find_it(db):
    made, found = citizens.account_of("SeoWoo@Example.kr"), citizens.account_of(SEOWOO)

    assert (made, made.email, made.verified_addresses()) == (found, SEOWOO, [SEOWOO])
    assert not made.has_usable_password()


def test_a_proof_verifies_the_address_of_an_account_and_changes_nothing_else(db):
    user = User.objects.create_user(SEOWOO, "correct horse", name="홍서우", is_staff=True, is_active=False)
    EmailAddress.objects.create(user=user, email=SEOWOO, verified=False, primary=True)

    assert citizens.account_of(SEOWOO) == user

    user.refresh_from_db()
    assert (user.name, user.is_staff, user.is_active, user.check_password("correct horse")) == (
        "홍서우",
        True,
        False,
        True,
    )
    assert user.verified_addresses() == [SEOWOO]


def test_the_log_of_rights_does_not_hear_of_citizens(db):
    citizens.delete([citizens.account_of(SEOWOO)])

    assert LogEntry.objects.count() == 0


def test_whoever_has_or_had_a_role_is_no_citizen_to_be_deleted(db, steward, organiser):
    citizen, former = citizens.account_of(SEOWOO), User.objects.create_user("former@example.org")
    former.groups.add(Group.objects.get(name="steward"))
    former.groups.clear()
    root = User.objects.create_superuser("root@example.org", "correct horse")

    everybody = [citizen, former, steward, organiser, root]
    assert [citizens.can_be_deleted(user) for user in everybody] == [True, False, False, False, False]


def test_nothing_that_names_the_person_is_left(client, forum):
    sign_in(client, SEOWOO)
    ask_for_code(Client(), "other@example.kr")
    user = User.objects.get()
    with set_actor(user, remote_addr="203.0.113.9"):
        other = User.objects.create_user("other@example.kr")
    user.name = "홍서우"
    user.save()  # as in the admin: the log names them

    citizens.delete([user])

    assert list(User.objects.all()) == [other]
    assert EmailAddress.objects.filter(email=SEOWOO).count() == 0
    assert [entry.object_repr for entry in LogEntry.objects.all()] == ["other@example.kr"]
    assert LogEntry.objects.values_list("actor", "actor_email", "remote_addr").get() == (None, None, None)
    assert list(Message.objects.values_list("to_email", flat=True)) == ["other@example.kr"]


def test_not_even_in_the_history_of_the_admin(organiser_client, forum):
    user = citizens.account_of(SEOWOO)
    organiser_client.post(f"/admin/accounts/user/{user.pk}/change/", {"name": "", "role": ""})
    assert AdminLogEntry.objects.get().object_repr == SEOWOO

    citizens.delete([user])

    assert AdminLogEntry.objects.count() == 0


def test_they_are_signed_out_everywhere_and_others_nowhere(forum):
    first, second, other = Client(), Client(), Client()
    for browser in (first, second):
        sign_in(browser, SEOWOO)
    sign_in(other, "other@example.kr")

    citizens.delete([User.objects.get(email=SEOWOO)])

    assert [browser.get("/ko/my/").status_code for browser in (first, second, other)] == [302, 302, 200]
    assert Session.objects.count() == 1


@pytest.mark.parametrize(("days", "unused"), [(89, False), (91, True)])
def test_unused_is_whoever_has_not_signed_in_since(db, days, unused):
    user = citizens.account_of(SEOWOO)
    now = timezone.now()

    User.objects.update(last_login=now - dt.timedelta(days=days))
    assert citizens.unused_since(now - dt.timedelta(days=90)).exists() == unused

    User.objects.update(last_login=None, date_joined=now - dt.timedelta(days=days))
    assert list(citizens.unused_since(now - dt.timedelta(days=90))) == ([user] if unused else [])


def test_what_signing_in_leaves_behind_is_gone_after_a_day(forum):
    ask_for_code(Client(), "mistyped@example.kr")
    citizens.forget_sign_ins()
    assert (Message.objects.count(), Session.objects.count()) == (1, 1)

    Message.objects.update(expires_at=timezone.now() - dt.timedelta(days=1, seconds=1))
    Session.objects.update(expire_date=timezone.now() - dt.timedelta(seconds=1))
    citizens.forget_sign_ins()

    assert (Message.objects.count(), Session.objects.count()) == (0, 0)

"""Citizens' accounts: an e-mail address and nothing else, made when its owner proves it, destroyed without a trace."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from allauth.account.models import EmailAddress
from auditlog.context import disable_auditlog
from auditlog.models import LogEntry
from django.contrib.admin.models import LogEntry as AdminLogEntry
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q, QuerySet

from forum.accounts import sessions
from forum.accounts.models import User
from forum.accounts.roles import is_staff_member
from forum.outbox import records


def is_citizen(user: User | AnonymousUser) -> bool:
    """Whether somebody is signed in who has no role."""
    return user.is_authenticated and not is_staff_member(user)


@transaction.atomic
def account_of(email: str) -> User:
    """The account of an address whose owner has just proved it, made now if there is none.

    Who has one keeps its rights and its ban: nothing but the proof is added. The log of rights is about staff, so it
    does not hear of a new citizen.
    """
    address = email.lower()
    with disable_auditlog():
        user, _made = User.objects.get_or_create(email=address, defaults={"password": make_password(None)})
    EmailAddress.objects.update_or_create(user=user, email=address, defaults={"verified": True, "primary": True})
    return user


def citizens() -> QuerySet[User]:
    """Accounts that have no role and never had one: what staff were allowed stays known for three years."""
    roles = LogEntry.objects.filter(content_type=_people(), changes__has_key="groups", object_id__isnull=False)
    without_role = User.objects.filter(is_staff=False, is_superuser=False, groups=None)
    return without_role.exclude(pk__in=roles.values("object_id"))


def can_be_deleted(user: User) -> bool:
    """Whether nothing has to be kept of this person."""
    return citizens().filter(pk=user.pk).exists()


def unused_since(moment: dt.datetime) -> QuerySet[User]:
    """Citizens who have not signed in since."""
    return citizens().filter(Q(last_login__lt=moment) | Q(last_login__isnull=True, date_joined__lt=moment))


@transaction.atomic
def delete(users: Collection[User]) -> None:
    """Destroy these accounts and what names them: address, sessions, sign-in mails, entries of both logs.

    What points to them in other apps lets go by itself.
    """
    ids = [user.pk for user in users]
    sessions.end(ids)
    records.forget_codes(to=[user.email for user in users])
    LogEntry.objects.filter(content_type=_people(), object_id__in=ids).delete()
    AdminLogEntry.objects.filter(content_type=_people(), object_id__in=[str(each) for each in ids]).delete()
    LogEntry.objects.filter(actor__in=ids).update(actor=None, actor_email=None, remote_addr=None, remote_port=None)
    with disable_auditlog():
        User.objects.filter(pk__in=ids).delete()


def forget_sign_ins() -> None:
    """Destroy what signing in leaves behind: ended web sessions, and the addresses that codes were mailed to."""
    sessions.clear_ended()
    records.forget_codes()


def _people() -> ContentType:
    return ContentType.objects.get_for_model(User)

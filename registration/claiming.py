"""Which registrations belong to an account: the right follows the address.

An account may do with a registration what its secret link allows, if the registration's address is the account's own
and verified, or was when the account claimed it. Correcting a registration's address ends the claim with the link
(`changing.py`). What is erased belongs to nobody.
"""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q, QuerySet

from forum.accounts.models import User
from registration.models import Registration
from registration.normalising import email_key


def is_own(user: User | AnonymousUser, email: str) -> bool:
    """Whether somebody is signed in who has shown to read the mail of this address."""
    return user.is_authenticated and email_key(email) in _keys(user)


def rights_of(user: User) -> Q:
    """Narrows registrations to those that the account may touch."""
    return (Q(user=user) | Q(email_key__in=_keys(user))) & ~Q(name="")


def living_of(user: User | AnonymousUser, edition_slug: str) -> Registration | None:
    """What is registered for the edition with the account's own address: nobody can register that address again."""
    if not user.is_authenticated:
        return None
    return Registration.objects.living().filter(edition__slug=edition_slug, email_key__in=_keys(user)).first()


def registrations_of(user: User) -> QuerySet[Registration]:
    """All of them, of published editions: the newest edition first, living before cancelled."""
    rows = Registration.objects.filter(rights_of(user), edition__is_published=True)
    return rows.order_by("-edition__year", F("cancelled_at").desc(nulls_first=True), "-created_at")


def claim(user: User) -> None:
    """Keep with every registration of the account's address whose it is. Twice is harmless."""
    unclaimed = Registration.objects.filter(email_key__in=_keys(user)).exclude(name="").exclude(user=user)
    if unclaimed.exists():  # looking must not write
        unclaimed.update(user=user)


def _keys(user: User) -> list[str]:
    return [email_key(address) for address in user.verified_addresses()]

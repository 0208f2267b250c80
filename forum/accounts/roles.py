"""Who may do what: organisers edit everything, stewards stand at the doors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import AppConfig
from django.contrib.auth.decorators import user_passes_test
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import PermissionDenied

ORGANISER = "organiser"
STEWARD = "steward"

# The permissions of each group, by app. "*" is every model of the app.
EVERYTHING = ("add", "change", "delete", "view")
GRANTS: dict[str, dict[str, dict[str, tuple[str, ...]]]] = {
    ORGANISER: {
        "programme": {"*": EVERYTHING, "release": ("view",)},
        "registration": {
            "*": ("view",),
            "quota": ("add", "change", "view"),
            "consentnotice": ("add", "view"),
            "mailtext": EVERYTHING,
        },
        "checkin": {"*": ("view",), "point": EVERYTHING, "device": ("change", "view"), "decision": ("add", "view")},
        "outbox": {"*": ("view",), "message": ("view", "resend")},
        "accounts": {"user": ("add", "change", "view")},
        "auditlog": {"*": ("view",)},
    },
    # Stewards need no admin: the pages of the door ask for the role.
    STEWARD: {},
}


def is_organiser(user: AbstractBaseUser | AnonymousUser) -> bool:
    return user.is_active and (user.is_superuser or _has_role(user, {ORGANISER}))


def is_steward(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether the person may work at the doors. An organiser may too."""
    return user.is_active and (user.is_superuser or _has_role(user, {ORGANISER, STEWARD}))


def is_staff_member(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether the person can see personal data of others, and therefore needs a second factor."""
    return user.is_authenticated and (user.is_staff or is_steward(user))


def _required(test: Callable[[Any], bool]) -> Callable:
    """Send strangers to sign in; refuse people who are signed in and lack the role."""

    def allows(user: Any) -> bool:
        if user.is_authenticated and not test(user):
            raise PermissionDenied
        return user.is_authenticated

    return user_passes_test(allows)


organiser_required = _required(is_organiser)
steward_required = _required(is_steward)


def make_groups(sender: AppConfig, using: str, **_: Any) -> None:
    """Create both groups and give them what GRANTS says. Runs after migrate and flush; what people added stays."""
    from django.contrib.auth.models import Group, Permission

    for role, grants in GRANTS.items():
        group, _created = Group.objects.using(using).get_or_create(name=role)
        for app_label, models in grants.items():
            if app_label != sender.label:
                continue
            for permission in Permission.objects.using(using).filter(content_type__app_label=app_label):
                action, _sep, model = permission.codename.partition("_")
                if action in models.get(model, models.get("*", ())):
                    group.permissions.add(permission)


def _has_role(user: AbstractBaseUser | AnonymousUser, roles: set[str]) -> bool:
    if not user.is_authenticated:
        return False
    if not hasattr(user, "_roles"):
        user._roles = set(user.groups.values_list("name", flat=True))  # asked many times in one request
    return bool(user._roles & roles)

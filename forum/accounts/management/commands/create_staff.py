"""Make a sign-in for an organiser or a steward, with a generated password that is shown this once."""

from __future__ import annotations

import secrets
from argparse import ArgumentParser
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from forum.accounts.roles import ORGANISER, STEWARD


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--role", choices=[ORGANISER, STEWARD], required=True)
        parser.add_argument("--name", default="")

    @transaction.atomic
    def handle(self, *args: Any, email: str, role: str, name: str, **options: Any) -> None:
        _refuse_mistyped(email)
        users = get_user_model().objects
        if users.filter(email=email.lower()).exists():
            raise CommandError(f"{email} has a sign-in already. A forgotten password is mended on the sign-in page.")
        password = secrets.token_urlsafe(12)
        user = users.create_user(email, password, name=name, is_staff=role == ORGANISER)
        user.groups.add(Group.objects.get(name=role))
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        self.stdout.write(f"email: {user.email}\npassword: {password}")


def _refuse_mistyped(email: str) -> None:
    """Nobody could sign in by it, nor be sent a code."""
    try:
        validate_email(email)
    except ValidationError as error:
        raise CommandError(f"“{email}” is no e-mail address.") from error

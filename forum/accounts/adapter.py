"""How allauth behaves here: its mail goes through the outbox, and nobody signs up by a form and a password."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.translation import get_language

from forum.accounts import mails
from forum.accounts.citizens import is_citizen
from forum.accounts.models import User
from forum.outbox import queue


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Staff accounts are made by organisers; a citizen's is made by a mailed code (`codes.py`)."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put allauth's mail into the outbox, no longer than a code lives. The code itself goes in our own words."""
        if template_prefix == "account/email/login_code":
            mails.sign_in_code(email, context["code"])
            return
        mail = self.render_mail(template_prefix, email, context)
        queue.enqueue(
            kind="sign_in",
            to_email=email,
            language=get_language() or "ko",
            subject=mail.subject,
            text=mail.body,
            expires_at=timezone.now() + mails.CODE_LIVES,
            blank_when_sent=True,
        )

    def login(self, request: HttpRequest, user: User) -> None:
        """A citizen stays signed in until after the forum; staff, who see other people's data, for a working day."""
        super().login(request, user)
        if is_citizen(user):
            request.session.set_expiry(settings.CITIZEN_SESSION_AGE)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return (
            resolve_url(settings.CITIZEN_HOME_URL)
            if is_citizen(request.user)
            else super().get_login_redirect_url(request)
        )

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Always on the site's own name, whatever the request called it."""
        return settings.PUBLIC_URL + urlsplit(super().get_reset_password_from_key_url(key)).path

"""How allauth behaves here: its mail goes through the outbox, and staff accounts are made by organisers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from forum.outbox import queue

CODE_LIVES = timedelta(minutes=15)


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody needs an account to take part."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put allauth's mail into the outbox. A code is worthless after 15 minutes, so the message expires with it."""
        mail = self.render_mail(template_prefix, email, context)
        queue.enqueue(
            kind="sign_in",
            to_email=email,
            language=get_language() or "ko",
            subject=mail.subject,
            text=mail.body,
            expires_at=timezone.now() + CODE_LIVES,
            blank_when_sent=True,
        )

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Always on the site's own name, whatever the request called it."""
        return settings.PUBLIC_URL + urlsplit(super().get_reset_password_from_key_url(key)).path

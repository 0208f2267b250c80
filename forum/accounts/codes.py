"""Signing in by a mailed code, for everybody: the same page, the same mail and the same work for every address.

Whether an address has an account is asked only once the code was right; who has none gets one then. allauth's own
flow (which staff use beside their password) writes only to accounts that exist.
"""

from __future__ import annotations

import hashlib
import time
from typing import Any, Self

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.core.internal.cryptokit import compare_user_code
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string

from forum.accounts import citizens
from forum.accounts.mails import CODE_LIVES
from forum.limits import spend

KEY = "mailed_code"
DIGITS = 8  # of which nobody guesses one, with so few tries and mails
TRIES = 3  # for one code
# As (allowed, seconds). An address is written to seldom, whoever asks; a network may be a whole venue.
TO_ONE_ADDRESS = [(5, 15 * 60), (15, 24 * 3600)]
FROM_ONE_NETWORK = (2000, 3600)


class MailedCode(AbstractCodeVerificationProcess):
    """A code on its way to `email`, and the page to go on to. It lives in the web session until used up or too old."""

    def __init__(self, request: HttpRequest, state: dict[str, Any]) -> None:
        super().__init__(max_attempts=TRIES, timeout=int(CODE_LIVES.total_seconds()), state=state)
        self.request = request

    @classmethod
    def begin(cls, request: HttpRequest, email: str, goes_on_to: str) -> Self:
        """Mail a first code. Raises TooMany."""
        state = cls.initial_state(user=None, email=email.lower())
        mailed = cls(request, state | {"goes_on_to": goes_on_to})
        mailed.send()
        return mailed

    @classmethod
    def under_way(cls, request: HttpRequest) -> Self | None:
        """What was begun in this browser and can still be ended."""
        state = request.session.get(KEY)
        return cls(request, state).abort_if_invalid() if state else None

    @property
    def email(self) -> str:
        return self.state["email"]

    @property
    def goes_on_to(self) -> str:
        return self.state["goes_on_to"]

    def send(self) -> None:
        """Mail a fresh code, which ends the one before. Raises TooMany."""
        self._spend()
        self.state.update(code=get_random_string(DIGITS, "0123456789"), at=time.time(), failed_attempts=0)
        get_adapter().send_mail("account/email/login_code", self.email, {"code": self.code})
        self.persist()

    def accepts(self, typed: str) -> bool:
        """Whether this is the code. After TRIES wrong ones it is worth nothing, and `under_way` answers None."""
        if compare_user_code(actual=typed, expected=self.code):
            return True
        self.record_invalid_attempt()
        return False

    def sign_in(self) -> HttpResponse:
        """The code was right. Who set up a second factor is asked for it next."""
        self.abort()
        user = citizens.account_of(self.email)
        record_authentication(self.request, user, method="code", email=self.email)
        return perform_login(self.request, user, email=self.email, redirect_url=self.goes_on_to)

    def persist(self) -> None:
        """An address that was only typed is not kept for long."""
        self.request.session[KEY] = self.state
        self.request.session.set_expiry(2 * self.timeout)

    def abort(self) -> None:
        self.request.session.pop(KEY, None)
        self.request.session.set_expiry(None)

    def _spend(self) -> None:
        allowed, seconds = FROM_ONE_NETWORK
        spend(f"codes:{self.request.META.get('REMOTE_ADDR')}", allowed=allowed, seconds=seconds)
        address = hashlib.sha256(self.email.encode()).hexdigest()
        for allowed, seconds in TO_ONE_ADDRESS:
            spend(f"code:{seconds}:{address}", allowed=allowed, seconds=seconds)

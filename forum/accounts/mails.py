"""The mail with a sign-in code, in the language of the page that asked for it."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from forum.outbox import queue, writing

CODE_LIVES = dt.timedelta(minutes=15)


def sign_in_code(email: str, code: str) -> None:
    """Promise the code. It is worthless after CODE_LIVES, so the message expires with it and is blanked once sent."""
    language = get_language() or "ko"
    facts = {"code": code, "privacy_url": settings.PUBLIC_URL + reverse("registration:privacy")}
    letter = writing.write("sign_in", language, facts, {"code": code}, typed={})
    queue.enqueue(
        kind="sign_in",
        to_email=email,
        language=language,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        expires_at=timezone.now() + CODE_LIVES,
        blank_when_sent=True,
    )

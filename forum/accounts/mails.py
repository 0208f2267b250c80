"""The mail with a sign-in code, in the language of the page that asked for it."""

from __future__ import annotations

import datetime as dt

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from forum.outbox import queue

CODE_LIVES = dt.timedelta(minutes=15)

_inliner = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)


def sign_in_code(email: str, code: str) -> None:
    """Promise the code. It is worthless after CODE_LIVES, so the message expires with it and is blanked once sent."""
    language = get_language() or "ko"
    folder = f"emails/sign_in/{language}"
    context = {"code": code, "privacy_url": settings.PUBLIC_URL + reverse("registration:privacy")}
    queue.enqueue(
        kind="sign_in",
        to_email=email,
        language=language,
        subject=render_to_string(f"{folder}.subject.txt", context).strip(),
        text=render_to_string(f"{folder}.txt", context),
        html=_inliner.inline(render_to_string(f"{folder}.html", context)),
        expires_at=timezone.now() + CODE_LIVES,
        blank_when_sent=True,
    )

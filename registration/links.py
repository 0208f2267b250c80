"""The secret link: a citizen's key to their own registration, derived like the ticket and stored nowhere.

`<public id>-<26 digits>`: the digits are an HMAC over the registration's uuid and link version, so that sending the
link again sends the same one, and raising the version ends it.
"""

from __future__ import annotations

import hashlib
import hmac
import re

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from registration import crockford
from registration.models import Registration

SHAPE = re.compile(rf"[{crockford.ALPHABET}]{{10}}-[{crockford.ALPHABET}]{{26}}")
PAGES = ("offer", "coming", "edit", "cancel")


def token_of(registration: Registration) -> str:
    return f"{registration.public_id}-{_mac(registration)}"


def url_of(registration: Registration, page: str = "") -> str:
    """The whole address, for a mail. Always on the site's own name, whatever a request called it.

    `page` is where the link leads on to: one of PAGES, or the ticket itself.
    """
    return settings.PUBLIC_URL + reverse("ticket_link", args=[token_of(registration)]) + (f"?to={page}" if page else "")


def registration_behind(token: str) -> Registration | None:
    """Whose link this is, or None for a link that is wrong or has been replaced."""
    if not SHAPE.fullmatch(token):
        return None
    public_id, _dash, mac = token.partition("-")
    registration = Registration.objects.filter(public_id=public_id).first()
    if registration and constant_time_compare(mac, _mac(registration)):
        return registration
    return None


def _mac(registration: Registration) -> str:
    message = b"forum-link|1|" + registration.uuid.bytes + registration.link_version.to_bytes(4, "big")
    digest = hmac.new(settings.LINK_KEY, message, hashlib.sha256).digest()[:16]
    return crockford.encode(int.from_bytes(digest, "big"), 26)

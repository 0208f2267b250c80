"""The secret link: a citizen's key to their own registration, derived like the ticket and stored nowhere.

`<public id>-<26 digits>`: the digits are an HMAC over the registration's uuid and link version, so that sending the
link again sends the same one, and raising the version ends it. Whoever only waits for the opening has a link of the
same kind, which ends with the row.
"""

from __future__ import annotations

import hashlib
import hmac
import re

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from registration import crockford
from registration.models import Certificate, Interest, Registration
from registration.normalising import email_key

SHAPE = re.compile(rf"[{crockford.ALPHABET}]{{10}}-[{crockford.ALPHABET}]{{26}}")
PAGES = ("offer", "coming", "edit", "cancel", "certificate")


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


def address_url_of(registration: Registration) -> str:
    """Where the new address says yes, in the active language. It ends with the link, and with another new address."""
    token = f"{registration.public_id}-{_address_mac(registration)}"
    return settings.PUBLIC_URL + reverse("registration:confirm_address", args=[token])


def registration_of_address(token: str) -> Registration | None:
    """Whose address is to change, or None for a link that is wrong or over."""
    if not SHAPE.fullmatch(token):
        return None
    public_id, _dash, mac = token.partition("-")
    asked = Registration.objects.select_related("edition").exclude(new_email="").filter(public_id=public_id).first()
    return asked if asked and constant_time_compare(mac, _address_mac(asked)) else None


def interest_url_of(interest: Interest, page: str) -> str:
    """The whole address, for a mail, of `confirm_interest` or `withdraw_interest`, in the active language."""
    token = f"{interest.public_id}-{_interest_mac(interest)}"
    return settings.PUBLIC_URL + reverse(f"registration:{page}", args=[interest.edition.slug, token])


def interest_behind(token: str) -> Interest | None:
    """Who waits for the opening, or None for a wrong link, and for one whose address is not kept any more."""
    if not SHAPE.fullmatch(token):
        return None
    public_id, _dash, mac = token.partition("-")
    interest = Interest.objects.select_related("edition").filter(public_id=public_id).first()
    return interest if interest and constant_time_compare(mac, _interest_mac(interest)) else None


def news_url_of(registration: Registration) -> str:
    """Where news ends. Not the ticket's link: it must still work when everything but the address is erased."""
    token = f"{registration.public_id}-{_news_mac(registration)}"
    return settings.PUBLIC_URL + reverse("end_news", args=[token])


def registration_of_news(token: str) -> Registration | None:
    """Whose news this link ends, or None for a wrong one."""
    if not SHAPE.fullmatch(token):
        return None
    public_id, _dash, mac = token.partition("-")
    registration = Registration.objects.select_related("edition").filter(public_id=public_id).first()
    return registration if registration and constant_time_compare(mac, _news_mac(registration)) else None


def certificate_url(certificate: Certificate) -> str:
    """Where anybody can look whether it is true."""
    return settings.PUBLIC_URL + reverse("check_certificate", args=[certificate.code])


def _news_mac(registration: Registration) -> str:
    return _digits(b"forum-news|1|" + registration.uuid.bytes)


def _mac(registration: Registration) -> str:
    return _digits(b"forum-link|1|" + registration.uuid.bytes + registration.link_version.to_bytes(4, "big"))


def _address_mac(registration: Registration) -> str:
    version = registration.link_version.to_bytes(4, "big")
    return _digits(b"forum-address|1|" + registration.uuid.bytes + version + email_key(registration.new_email).encode())


def _interest_mac(interest: Interest) -> str:
    return _digits(b"forum-interest|1|" + interest.uuid.bytes)


def _digits(message: bytes) -> str:
    digest = hmac.new(settings.LINK_KEY, message, hashlib.sha256).digest()[:16]
    return crockford.encode(int.from_bytes(digest, "big"), 26)

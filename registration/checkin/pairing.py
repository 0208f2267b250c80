"""Making a phone a device: an organiser shows a code, the phone hands it in once.

The code is derived from the device and the moment until which it is valid, as tickets and links are, so that the page
with its QR can be opened again; the database keeps a hash of it.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from forum.errors import Refused
from registration import crockford
from registration.checkin.devices import hash_of, new_token
from registration.checkin.models import Device

CODE_DIGITS = 10
CODE_LASTS = dt.timedelta(minutes=10)


class PairingInvalid(Refused):
    code = "pairing_invalid"
    message = _("This code is not valid, or not any more. Ask an organiser for a new one.")


def offer(device: Device) -> str:
    """A new pairing code for a device that has no phone yet. The one before it ends."""
    device.pairing_until = timezone.now() + CODE_LASTS
    code = _code(device)
    waiting = Device.objects.filter(pk=device.pk, paired_at__isnull=True, revoked_at__isnull=True)
    if not waiting.update(pairing_until=device.pairing_until, pairing_hash=hash_of(code)):
        raise PairingInvalid
    return code


def offered(device: Device) -> str | None:
    """The code that a phone can be paired with now, if there is one."""
    is_open = device.pairing_until and timezone.now() < device.pairing_until and not device.revoked_at
    return _code(device) if is_open else None


def pair(code: str, app_version: str = "") -> tuple[Device, str]:
    """Make whoever hands in the code the device. Answers it with the secret of its cookie. Of two at once one gets it.

    Raises PairingInvalid.
    """
    token, now = new_token(), timezone.now()
    waiting = Device.objects.filter(
        pairing_hash=hash_of(crockford.tidy(code)),
        pairing_until__gt=now,
        valid_until__gt=now,
        revoked_at__isnull=True,
        paired_at__isnull=True,
    )
    is_paired = waiting.update(
        pairing_hash=None,
        pairing_until=None,
        token_hash=hash_of(token),
        paired_at=now,
        last_seen_at=now,
        app_version=app_version,
    )
    if not is_paired:
        raise PairingInvalid
    return Device.objects.select_related("edition").get(token_hash=hash_of(token)), token


def url_of(code: str) -> str:
    """What the QR says. The secret stands in the fragment, which no server and no log ever sees."""
    return f"{settings.PUBLIC_URL}{reverse('checkin:scanner')}#pair={code}"


def for_people(code: str) -> str:
    return f"{code[:5]}-{code[5:]}"


def _code(device: Device) -> str:
    message = f"{device.uuid}|{device.pairing_until.timestamp():.6f}"
    digest = salted_hmac("registration.checkin.pairing", message, algorithm="sha256").digest()
    return crockford.encode(int.from_bytes(digest, "big") >> (256 - 5 * CODE_DIGITS), CODE_DIGITS)

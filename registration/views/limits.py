"""How often one network and one address may press a button that writes mail.

A venue or a university shares one address of the network, so that limit is wide, and short beside it: one machine must
not empty the house in a minute. Every e-mail address is counted alike, known or not.
"""

from __future__ import annotations

import logging
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

from forum.limits import spend
from registration.normalising import email_key

logger = logging.getLogger(__name__)

MAILS_TO_ONE_ADDRESS = 6  # asked for in an hour
NOTED_FROM = 60  # presses of one network within an hour: nobody is stopped, and organisers can look


def count_press(request: HttpRequest, act: str, email: str, allowed: int = MAILS_TO_ONE_ADDRESS) -> None:
    """One press of the button of `act` with this address: `allowed` are so many an hour. Raises TooMany."""
    network = network_of(request)
    spend(f"{act}:{network}:a minute", allowed=settings.REGISTRATIONS_FROM_ONE_NETWORK_A_MINUTE, seconds=60)
    pressed = spend(f"{act}:{network}", allowed=settings.REGISTRATIONS_FROM_ONE_NETWORK, seconds=3600)
    if pressed == NOTED_FROM:
        logger.warning("One network has pressed “%s” %s times within an hour: a venue, or a robot.", act, pressed)
    spend(f"{act}:{email_key(email)}", allowed=allowed, seconds=3600)


def network_of(request: HttpRequest) -> str:
    """One house: an IPv4 address, or the 64 bits of IPv6 that one line is given."""
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return ""
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else str(address)

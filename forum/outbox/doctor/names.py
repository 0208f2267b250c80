"""Asking DNS. Each question has a short time, and a network that is away is an answer too."""

from __future__ import annotations

from collections.abc import Callable

import dns.exception
import dns.resolver

SECONDS = 2.0


class CouldNotAsk(Exception):
    """Nobody answered, or nobody who knows. Nothing is said about the name."""


class NoSuchName(Exception):
    """DNS knows nothing of this name: there is none, or this machine is told only of names inside its network."""


# What a name holds of a type: texts, or "preference host" for MX. Raises CouldNotAsk, or NoSuchName.
Ask = Callable[[str, str], list[str]]


def asking(resolver: dns.resolver.Resolver | None = None) -> Ask:
    """Asks this resolver, or else the machine's own."""

    def ask(name: str, kind: str) -> list[str]:
        try:
            answer = (resolver or dns.resolver.Resolver()).resolve(name, kind, lifetime=SECONDS, search=False)
        except dns.resolver.NXDOMAIN as error:
            raise NoSuchName from error
        except dns.resolver.NoAnswer:
            return []
        except (dns.exception.DNSException, OSError) as error:
            raise CouldNotAsk from error
        return [_text(record) for record in answer]

    return ask


def _text(record: object) -> str:
    strings = getattr(record, "strings", None)  # of a TXT record, which come in pieces of 255 bytes
    return b"".join(strings).decode("utf-8", "replace") if strings is not None else str(record)

"""What goes into a mail only when it leaves: secret links, also in its headers, QR codes, calendars.

A text holds a slot such as `slot("ticket_url")`. The app that wrote the message registers, for its kind, a function
that makes the enclosures; delivery fills the slots and attaches the files. Slots are made of private-use characters,
which nobody can type into a form here, so a person's name never becomes a slot.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from forum.outbox.models import Message

_OPEN, _CLOSE = "\ue000", "\ue001"


class Withdrawn(Exception):
    """The message must not leave any more: what it is about has changed. Raised by the maker of enclosures."""


class Postponed(Exception):
    """The message must not leave yet, but at `until`. Raised by the maker of enclosures."""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until


@dataclass(frozen=True)
class Attachment:
    """A file in a mail. An inline one is shown by the HTML part as `cid:<name>`."""

    name: str
    content: bytes
    mimetype: str
    parameters: dict[str, str] = field(default_factory=dict)
    disposition: Literal["attachment", "inline"] = "attachment"


@dataclass(frozen=True)
class Enclosures:
    slots: dict[str, str] = field(default_factory=dict)
    attachments: list[Attachment] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)


Maker = Callable[[Message], Enclosures]
_makers: dict[str, Maker] = {}


def slot(name: str) -> str:
    """The mark that stands for a value until delivery."""
    return f"{_OPEN}{name}{_CLOSE}"


def register(kind: str, maker: Maker) -> None:
    _makers[kind] = maker


def enclosures_for(message: Message) -> Enclosures:
    if message.is_called_off:
        raise Withdrawn
    maker = _makers.get(message.kind)
    return maker(message) if maker else Enclosures()


def fill(text: str, slots: dict[str, str]) -> str:
    """The text with every slot filled. A slot that nobody fills is a bug and raises KeyError."""
    head, *rest = text.split(_OPEN)
    parts = [head]
    for piece in rest:
        name, _close, tail = piece.partition(_CLOSE)
        parts += [slots[name], tail]
    return "".join(parts)

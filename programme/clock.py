"""What time it is for whoever looks at a page: now, or the moment that an organiser previews.

Only pages ask here. Whether somebody may register, take a seat or change anything goes by the real time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone


@dataclass(frozen=True)
class Preview:
    """The site as at an aware moment; None is now. `seats` is the state that open days pretend to have; empty, their
    own. `drafts_of` is the slug of the edition whose programme is shown as it is edited, not as it was published."""

    moment: datetime | None
    seats: str = ""
    drafts_of: str = ""


_preview: ContextVar[Preview | None] = ContextVar("preview", default=None)


def now() -> datetime:
    """The moment that the page shows."""
    shown = _preview.get()
    return shown.moment if shown and shown.moment else timezone.now()


def preview() -> Preview | None:
    return _preview.get()


def shows_drafts_of(edition_slug: str) -> bool:
    shown = _preview.get()
    return shown is not None and shown.drafts_of == edition_slug


@contextmanager
def pretending(shown: Preview | None) -> Iterator[None]:
    """Show pages as this preview, or as they are, until the block ends."""
    token = _preview.set(shown)
    try:
        yield
    finally:
        _preview.reset(token)

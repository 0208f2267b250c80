"""Which talks the public sees, for pages that lead to them and read no whole programme."""

from __future__ import annotations

from forum.remembering import remembered
from programme.models import Release, Talk
from programme.models.timetable import State


def is_public(talk: Talk) -> bool:
    """Whether the talk has a page: it is in the edition's latest release, or no draft where there is none."""
    if not talk.edition.is_published:
        return False
    released = _talks(talk.edition_id)
    return talk.pk in released if released is not None else State.DRAFT not in (talk.state, talk.session.state)


@remembered(seconds=1)
def _talks(edition: int) -> frozenset[int] | None:
    current = Release.objects.filter(edition=edition).first()
    return frozenset(row["id"] for row in current.programme["talks"]) if current else None

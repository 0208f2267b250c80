"""What changed from release to release, for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from django.http import HttpRequest, HttpResponse

from programme import differences, queries, telling
from programme.keeping import kept
from programme.read_model import Release
from programme.views.showing import show

SHOWN = 20  # releases


@dataclass(frozen=True)
class Publication:
    """A release and what it changed. `is_first` where nothing was published before."""

    release: Release
    entries: tuple[telling.Entry, ...] = ()
    is_first: bool = False


@kept
def changes(request: HttpRequest, edition: str) -> HttpResponse:
    programme = queries.programme(edition)
    log = queries.changelog(edition, newest=SHOWN + 1)
    publications = [_publication(release, old, new) for (release, new), (_older, old) in pairwise(log)]
    if log and len(log) <= SHOWN:
        publications.append(Publication(log[-1][0], is_first=True))
    return show(request, "programme/changes.html", programme, section="programme", publications=publications)


def _publication(release: Release, old: differences.Facts, new: differences.Facts) -> Publication:
    return Publication(release, tuple(telling.entries(differences.between(old, new), old, new)))

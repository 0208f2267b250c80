"""Who speaks."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from programme import queries
from programme.keeping import kept
from programme.read_model import Appearance, Programme, Session, Speaker, Talk
from programme.views.showing import show
from programme.views.timetable import not_found

KEYNOTE = "keynote"


@dataclass(frozen=True)
class Part:
    """What a person does in one talk."""

    talk: Talk
    session: Session
    role: str


@dataclass(frozen=True)
class Billing:
    """A person with all their parts in the programme."""

    speaker: Speaker
    parts: tuple[Part, ...]

    @property
    def is_keynote(self) -> bool:
        return any(part.talk.kind == KEYNOTE for part in self.parts)


@kept
def speakers(request: HttpRequest, edition: str) -> HttpResponse:
    programme = queries.programme(edition)
    more_to_come = any(each.kind == "session" and not each.talks for each in programme.sessions)
    return show(
        request,
        "programme/speakers.html",
        programme,
        section="speakers",
        billings=billings(programme),
        more_to_come=more_to_come or not programme.speakers,
    )


@kept
def speaker(request: HttpRequest, edition: str, slug: str) -> HttpResponse:
    programme = queries.programme(edition)
    speaker = programme.speaker(slug) or not_found()
    billing = next(each for each in billings(programme) if each.speaker == speaker)
    return show(request, "programme/speaker.html", programme, section="speakers", speaker=speaker, parts=billing.parts)


def billings(programme: Programme) -> list[Billing]:
    """Everyone in the programme: keynote speakers first, then in the order of their first talk."""
    parts: dict[Speaker, list[Part]] = {speaker: [] for speaker in programme.speakers}
    for session in programme.sessions:
        for talk in session.talks:
            for appearance in talk.appearances:
                parts.setdefault(appearance.speaker, []).append(_part(appearance, talk, session))
    everyone = [Billing(speaker, tuple(theirs)) for speaker, theirs in parts.items()]
    return sorted(everyone, key=lambda billing: not billing.is_keynote)


def _part(appearance: Appearance, talk: Talk, session: Session) -> Part:
    return Part(talk, session, appearance.role)

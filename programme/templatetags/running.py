"""How a day runs, and the films of it, in templates."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django import template

from programme import clock, recording
from programme.language import page_language
from programme.read_model import Day, Session, Stream, Talk

register = template.Library()


@dataclass(frozen=True)
class Film:
    """Where a film is seen from a second on: on YouTube itself, and in a frame of our page. `at` is that second as
    people write it, empty at the beginning."""

    watch: str
    embed: str
    language: str
    is_stand_in: bool
    second: int = 0

    @property
    def at(self) -> str:
        return recording.hours(self.second) if self.second else ""


@register.filter
def late_by(day: Day, item: Session | Talk) -> int:
    """How many minutes late it starts. Nothing any more on the days after."""
    if item.starts is None or clock.now().astimezone(item.starts.tzinfo).date() > day.date:
        return 0
    return day.delay_of(item)


@register.filter
def film(stream: Stream) -> Film:
    """The whole of it."""
    return _film(stream, 0)


@register.filter
def film_of(stream: Stream, talk: Talk) -> Film | None:
    """The recording from the talk's own second on, if both are known."""
    second = stream.second_of(talk)
    return None if second is None else _film(stream, second)


@register.filter
def films_of(day: Day, talk: Talk) -> list[Film]:
    """The same in every language, that of the page first."""
    films = [found for stream in day.streams if (found := film_of(stream, talk))]
    return sorted(films, key=lambda found: found.language != page_language())


@register.filter
def chapters(stream: Stream, day: Day) -> list[tuple[Talk, Film]]:
    """The talks in the recording, in its order."""
    found = [(talk, one) for talk in day.talks if not talk.is_cancelled and (one := film_of(stream, talk))]
    return sorted(found, key=lambda pair: pair[1].second)


def _film(stream: Stream, second: int) -> Film:
    """Captions are on where there are any, in the language that is spoken; YouTube's buttons speak the page's."""
    start = {"start": second} if second else {}
    words = {"hl": page_language(), "cc_load_policy": 1, "cc_lang_pref": stream.language}
    asked = urlencode({"autoplay": 1, "rel": 0, "playsinline": 1, **words, **start})
    jump = f"&t={second}s" if second else ""
    return Film(
        f"https://www.youtube.com/watch?v={stream.film}{jump}",
        f"https://www.youtube-nocookie.com/embed/{stream.film}?{asked}",
        stream.language,
        stream.is_stand_in,
        second,
    )

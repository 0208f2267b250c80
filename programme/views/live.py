"""The live stream: one page for each day and each language that is spoken on it. And the screen in the lobby."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language

from programme import on_air, on_stage, queries
from programme.keeping import kept
from programme.read_model import Day, Programme
from programme.views.showing import show
from programme.views.timetable import day_to_show, local_now, not_found, running

LANGUAGES = ("ko", "en")


@kept
def live(request: HttpRequest, edition: str) -> HttpResponse:
    """On to what runs now: today's stream, in the page's language where there is one."""
    chosen = day_to_show(queries.programme(edition))
    wanted = get_language()
    spoken = [stream.language for stream in chosen.streams]
    return redirect("programme:stream", edition, chosen.number, wanted if wanted in spoken or not spoken else spoken[0])


@kept
def stream(request: HttpRequest, edition: str, number: int, language: str) -> HttpResponse:
    """The player. Nothing is fetched from YouTube before somebody presses it."""
    programme = queries.programme(edition)
    day = programme.day(number) or not_found()
    stream, now = day.stream(language), local_now(programme)
    return show(
        request,
        "programme/stream.html",
        programme,
        section="live",
        day=day,
        stream=stream,
        air=on_air.air(stream, day, now) if stream else "",
        language=language,
        languages=LANGUAGES,
        begins=on_stage.first_start(day),
        next_day=_after(programme, day),
        rows=on_stage.rows(day),
        **running(programme, day),
        **_coming(day, programme),
    )


@kept
def board(request: HttpRequest, edition: str) -> HttpResponse:
    """A screen on a wall, in both languages at once: what is on, what comes, the streams, the seats of the day."""
    programme = queries.programme(edition)
    day, now = day_to_show(programme), local_now(programme)
    stage = on_stage.stage(day, now)
    return show(
        request,
        "programme/board.html",
        programme,
        day=day,
        now=now,
        streams=[(stream, on_air.air(stream, day, now)) for stream in day.streams],
        part=_part(day, stage, now),
        stage=stage,
        begins=on_stage.first_start(day),
        next_day=_after(programme, day),
    )


def _part(day: Day, stage: on_stage.Stage, now: datetime) -> str:
    """What the board says first: that the day starts, what is on, that there is a pause, or that it is over."""
    if stage.now or stage.is_pause:
        return "now" if stage.now else "pause"
    is_ahead = stage.next or on_stage.standing(day, now) == on_stage.AHEAD
    return "starts" if is_ahead else "over"


def _coming(day: Day, programme: Programme) -> dict[str, list[on_stage.Slot]]:
    now = local_now(programme)
    return {"coming": on_stage.coming(day, now)} if on_stage.standing(day, now) == on_stage.ON else {}


def _after(programme: Programme, day: Day) -> Day | None:
    """The next day that is still to come."""
    later = max(day.date, local_now(programme).date() - timedelta(days=1))
    return next((each for each in programme.days if each.date > later), None)

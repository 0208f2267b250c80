"""The programme: a day, a session, a talk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NoReturn, TypeVar
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from programme import cases, clock, on_stage, queries
from programme.keeping import kept
from programme.read_model import Day, Programme
from programme.views.showing import show

Item = TypeVar("Item")


@kept
def programme(request: HttpRequest, edition: str) -> HttpResponse:
    """On to today's page during the forum, before it to the next day's, after it to the first day's."""
    chosen = day_to_show(queries.programme(edition))
    return redirect("programme:day", edition, chosen.number)


@kept
def current(request: HttpRequest) -> HttpResponse:
    """On to the programme of the current edition."""
    return redirect("programme:programme", queries.current_programme().edition.slug)


@kept
def day(request: HttpRequest, edition: str, number: int) -> HttpResponse:
    programme = queries.programme(edition)
    day = programme.day(number) or not_found()
    return show(
        request,
        "programme/day.html",
        programme,
        section="programme",
        day=day,
        rows=on_stage.rows(day),
        **running(programme, day),
    )


@kept
def session(request: HttpRequest, edition: str, slug: str) -> HttpResponse:
    programme = queries.programme(edition)
    session = programme.session(slug) or not_found()
    day = programme.day(session.day_number) or not_found()
    before, after = _neighbours(programme.sessions, session)
    return show(
        request,
        "programme/session.html",
        programme,
        section="programme",
        session=session,
        day=day,
        before=before,
        after=after,
        **running(programme, day),
    )


@kept
def talk(request: HttpRequest, edition: str, slug: str) -> HttpResponse:
    programme = queries.programme(edition)
    talk = programme.talk(slug) or not_found()
    before, after = _neighbours(programme.talks, talk)
    return show(
        request,
        "programme/talk.html",
        programme,
        section="programme",
        talk=talk,
        session=programme.session(talk.session_slug),
        cases=cases.presented_in(edition, slug),
        day=programme.day(talk.day_number),
        before=before,
        after=after,
    )


def local_now(programme: Programme) -> datetime:
    """The moment that the page shows, at the place where the forum is."""
    return clock.now().astimezone(ZoneInfo(programme.edition.timezone))


def running(programme: Programme, day: Day | None) -> dict[str, Any]:
    """What a page shows of a day that runs: whether it is today's, what is on (`stage`), which talks are over."""
    now = local_now(programme)
    if day is None or on_stage.standing(day, now) != on_stage.ON:
        return {"is_today": day is not None and day.date == now.date(), "stage": None, "over": frozenset()}
    return {"is_today": True, "stage": on_stage.stage(day, now), "over": on_stage.over(day, now)}


def today(programme: Programme) -> Day | None:
    """Today's day of the forum, if it is one."""
    date = local_now(programme).date()
    return next((day for day in programme.days if day.date == date), None)


def day_to_show(programme: Programme) -> Day:
    """Today's, else the next one to come; when all are over, the first."""
    if not programme.days:
        not_found()
    date = local_now(programme).date()
    return next((day for day in programme.days if day.date >= date), programme.days[0])


def not_found() -> NoReturn:
    raise Http404


def _neighbours(items: Sequence[Item], item: Item) -> tuple[Item | None, Item | None]:
    place = items.index(item)
    return (items[place - 1] if place else None, items[place + 1] if place + 1 < len(items) else None)

"""The programme: a day, a session, a talk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NoReturn, TypeVar
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from programme import cases, clock, on_stage, queries
from programme.keeping import kept
from programme.phase import LIVE
from programme.read_model import Day, Programme
from programme.views.showing import show

Item = TypeVar("Item")


@kept
def programme(request: HttpRequest, edition: str) -> HttpResponse:
    """On to today's page during the forum, else to the first day's."""
    chosen = today_or_first(queries.programme(edition))
    return redirect("programme:day", edition, chosen.number)


@kept
def current(request: HttpRequest) -> HttpResponse:
    """On to the programme of the current edition."""
    return redirect("programme:programme", queries.current_programme().edition.slug)


@kept
def day(request: HttpRequest, edition: str, number: int) -> HttpResponse:
    programme = queries.programme(edition)
    day = programme.day(number) or not_found()
    now = local_now(programme)
    is_today = programme.edition.phase == LIVE and on_stage.standing(day, now) == on_stage.ON
    return show(
        request,
        "programme/day.html",
        programme,
        section="programme",
        day=day,
        rows=on_stage.rows(day),
        now=now if is_today else None,
        stage=on_stage.stage(day, now) if is_today else None,
    )


@kept
def session(request: HttpRequest, edition: str, slug: str) -> HttpResponse:
    programme = queries.programme(edition)
    session = programme.session(slug) or not_found()
    before, after = _neighbours(programme.sessions, session)
    return show(
        request,
        "programme/session.html",
        programme,
        section="programme",
        session=session,
        day=programme.day(session.day_number),
        before=before,
        after=after,
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


def today(programme: Programme) -> Day | None:
    """Today's day of the forum, if it is one."""
    date = local_now(programme).date()
    return next((day for day in programme.days if day.date == date), None)


def today_or_first(programme: Programme) -> Day:
    if not programme.days:
        not_found()
    return today(programme) or programme.days[0]


def not_found() -> NoReturn:
    raise Http404


def _neighbours(items: Sequence[Item], item: Item) -> tuple[Item | None, Item | None]:
    place = items.index(item)
    return (items[place - 1] if place else None, items[place + 1] if place + 1 < len(items) else None)

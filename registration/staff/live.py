"""While a day runs: organisers note when talks start, how late everything is, and what viewers are told."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forum.accounts.roles import organiser_required
from forum.errors import Refused
from programme import on_stage, queries, running, streaming
from programme.models import Day, Stream, Talk
from programme.views.timetable import day_to_show, local_now
from registration.staff.live_forms import RecordingForm, WordsForm

MINUTES = (0, 5, 10, 15, 20, 30, 45, 60)
SECONDS = (-10, -1, 1, 10)


@never_cache
@require_safe
@organiser_required
def today(request: HttpRequest, edition: str) -> HttpResponse:
    """On to the day that runs, else the next."""
    return redirect("staff_live_day", edition, day_to_show(queries.programme(edition)).number)


@never_cache
@require_safe
@organiser_required
def day(request: HttpRequest, edition: str, number: int) -> HttpResponse:
    return _page(request, _day(edition, number))


@never_cache
@require_POST
@organiser_required
def start(request: HttpRequest, edition: str, number: int) -> HttpResponse:
    """Note that a talk starts now, take that back, or move it by seconds."""
    talk = get_object_or_404(_talks(_day(edition, number)), slug=request.POST.get("talk", ""))
    act = request.POST.get("act", "")
    if act == "mark":
        running.mark_start(talk)
    elif act == "take_back":
        running.take_back(talk)
    else:
        _try(request, running.correct, talk, _number(act, SECONDS))
    return redirect("staff_live_day", edition, number)


@never_cache
@require_POST
@organiser_required
def delay(request: HttpRequest, edition: str, number: int) -> HttpResponse:
    """Everything that is planned from a time of the day on is late by some minutes."""
    row = _day(edition, number)
    since = request.POST.get("since", "")
    if since in [f"{each:%H:%M}" for each in running.starts(row)]:
        late = _number(request.POST.get("minutes", ""), MINUTES)
        _try(request, running.delay, row, dt.time.fromisoformat(since), late)
    return redirect("staff_live_day", edition, number)


@never_cache
@require_POST
@organiser_required
def words(request: HttpRequest, edition: str, number: int) -> HttpResponse:
    """How the streams stand and what viewers are told. What is wrong comes back with everything that was typed."""
    row = _day(edition, number)
    form = WordsForm(request.POST, day=row)
    if not form.is_valid():
        return _page(request, row, form)
    form.save()
    messages.success(request, _("Viewers are told now."))
    return redirect("staff_live_day", edition, number)


@never_cache
@require_POST
@organiser_required
def beginning(request: HttpRequest, edition: str, number: int) -> HttpResponse:
    """The streams go on the air: the first second of both recordings."""
    streaming.mark_beginning(_day(edition, number).streams.all())
    messages.success(request, _("The beginning of the recordings is noted."))
    return redirect("staff_live_day", edition, number)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@organiser_required
def recording(request: HttpRequest, edition: str, number: int, language: str) -> HttpResponse:
    """What is known of one recording, and what was measured in it."""
    row = _day(edition, number)
    stream = get_object_or_404(Stream.objects.select_related("day__edition"), day=row, language=language)
    form = RecordingForm(request.POST or None, stream=stream, talks=list(_talks(row)))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved. The talks lead to their seconds once you say that the recording is up."))
        return redirect("staff_live_day", edition, number)
    return render(request, "staff/live_recording.html", {"form": form, "stream": stream, "day": row})


def _page(request: HttpRequest, row: Day, form: WordsForm | None = None) -> HttpResponse:
    programme = queries.programme(row.edition.slug)
    day = programme.day(row.number)
    stage = on_stage.stage(day, local_now(programme))
    context = {
        "programme": programme,
        "edition": programme.edition,
        "day": day,
        "row": row,
        "streams": [_here(stream, row) for stream in row.streams.all()],
        "form": form or WordsForm(day=row),
        "states": [state for state in Stream.State if state != Stream.State.BY_THE_CLOCK],
        "is_today": True,
        "stage": stage,
        "minutes": MINUTES,
        **_marks(row),
        **_lateness(row, stage),
    }
    return render(request, "staff/live.html", context)


def _here(stream: Stream, row: Day) -> Stream:
    """With `here`, the beginning of its recording as on the clocks of the hall."""
    stream.here = stream.recording_starts_at and stream.recording_starts_at.astimezone(row.edition.tzinfo)
    return stream


def _marks(row: Day) -> dict[str, Any]:
    """The talks of the day with their noted starts, and the one that starts next: the first after the last noted."""
    noted = row.running.moments if hasattr(row, "running") else {}
    talks = list(_talks(row))
    last = max((place for place, talk in enumerate(talks) if talk.slug in noted), default=-1)
    return {
        "marks": [(talk, noted.get(talk.slug)) for talk in talks],
        "coming_up": next(iter(talks[last + 1 :]), None),
        "corrections": [(str(each), f"{each:+d}".replace("-", "−")) for each in SECONDS],
    }


def _lateness(row: Day, stage: on_stage.Stage) -> dict[str, Any]:
    """The times from which on something can be late, the next one chosen, and what was said so far."""
    planned = stage.next and stage.next.item.starts
    return {
        "starts": [f"{each:%H:%M}" for each in running.starts(row)],
        "chosen": f"{planned:%H:%M}" if planned else "",
        "delays": row.running.delays if hasattr(row, "running") else [],
    }


def _day(edition: str, number: int) -> Day:
    rows = Day.objects.select_related("edition", "running")
    return get_object_or_404(rows, edition__slug=edition, edition__is_published=True, number=number)


def _talks(row: Day) -> Any:
    talks = Talk.objects.public().filter(session__day=row).exclude(state=Talk.State.CANCELLED)
    return talks.select_related("session__day__edition").order_by("starts", "session__starts", "order", "pk")


def _number(text: str, among: tuple[int, ...]) -> int:
    """One of the numbers that buttons hold; anything else moves nothing."""
    return next((each for each in among if str(each) == text), 0)


def _try(request: HttpRequest, verb: Any, *facts: Any) -> None:
    try:
        verb(*facts)
    except Refused as refusal:
        messages.error(request, str(refusal))

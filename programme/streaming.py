"""What an organiser says of streams and their recordings. It shows at once and waits for no publishing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone

from programme.models import Stream


def say(streams: Iterable[Stream], state: str, message_ko: str = "", message_en: str = "") -> None:
    """How these streams stand from now on, and in which words viewers are told; without words, in the usual ones.
    `state` is one of Stream.State; BY_THE_CLOCK takes back what was said before."""
    now = timezone.now()
    with transaction.atomic():
        for stream in _locked(streams):
            if stream.state != state:
                stream.state_since = now if state else None
            stream.state, stream.message_ko, stream.message_en = state, message_ko, message_en
            stream.save()


def mark_beginning(streams: Iterable[Stream], moment: dt.datetime | None = None) -> None:
    """The first second of these recordings shows this aware moment, or now. The latest word counts."""
    with transaction.atomic():
        for stream in _locked(streams):
            stream.recording_starts_at = moment or timezone.now()
            stream.save()


def describe_recording(
    stream: Stream, *, film: str, starts_at: dt.datetime | None, measured: Mapping[str, int]
) -> None:
    """What is known of the recording: its YouTube id where it is another film, the aware moment of its first second,
    and the seconds that were measured in it, by the slug of the talk."""
    with transaction.atomic():
        [row] = _locked([stream])
        row.recording_id, row.recording_starts_at, row.measured = film, starts_at, dict(measured)
        row.save()


def _locked(streams: Iterable[Stream]) -> list[Stream]:
    ids = sorted(stream.pk for stream in streams)
    return list(Stream.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))

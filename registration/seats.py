"""The counters of a day's seats. Whoever moves a seat goes through here, quotas in ascending order of their ids.

Newcomers change a row by one conditional UPDATE, the last of their transaction. Whoever changes an existing booking
locks the rows first.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F
from django.utils import timezone

from registration import promotion
from registration.errors import DayFull
from registration.models import Quota


def lock(quota_ids: Iterable[int]) -> dict[int, Quota]:
    """Queue behind everybody else who moves these seats, until the transaction ends. Answers the fresh rows by id."""
    rows = Quota.objects.select_for_update(no_key=True).filter(pk__in=set(quota_ids)).order_by("pk")
    return {row.pk: row for row in rows}


def take(quota: Quota) -> bool:
    """Take a free seat, unless somebody waits for one."""
    free = Quota.objects.filter(pk=quota.pk, waiting=0, taken__lt=F("capacity"))
    return bool(free.update(taken=F("taken") + 1))


def has_line(quota: Quota) -> bool:
    """Whether anybody still waits for seats of this day."""
    return timezone.now() < promotion.line_closes_at(quota.day)


def join_line(quota: Quota) -> int:
    """Stand at the end of the line. Answers the place, which nobody else ever has.

    Raises DayFull when the line has closed, whatever a page that was opened before may have said.
    """
    if not has_line(quota):
        raise DayFull([quota.day.number])
    Quota.objects.filter(pk=quota.pk).update(waiting=F("waiting") + 1, last_place=F("last_place") + 1)
    return Quota.objects.values_list("last_place", flat=True).get(pk=quota.pk)  # ours: the row is locked until commit


def give_back(quota: Quota) -> None:
    """A seat that was held is free."""
    Quota.objects.filter(pk=quota.pk).update(taken=F("taken") - 1)


def leave_line(quota: Quota) -> None:
    Quota.objects.filter(pk=quota.pk).update(waiting=F("waiting") - 1)


def move_up(quota: Quota) -> bool:
    """From the line to a free seat, if there is one."""
    free = Quota.objects.filter(pk=quota.pk, waiting__gt=0, taken__lt=F("capacity"))
    return bool(free.update(taken=F("taken") + 1, waiting=F("waiting") - 1))

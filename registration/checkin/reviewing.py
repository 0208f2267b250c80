"""Scans that count only when a supervisor says so: from a phone that was revoked, had expired, or was not given the
point. They are facts all the same, and so is what was decided about them."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet

from programme.models import Edition
from registration.checkin import attending
from registration.checkin.models import Decision, Scan, Verdict
from registration.checkin.rows import insert_once


def waiting(edition: Edition) -> QuerySet[Scan]:
    """What nobody has decided about."""
    return Scan.objects.filter(point__edition=edition, verdict=Verdict.UNDER_REVIEW, decision=None)


@transaction.atomic
def decide(scan: Scan, by: AbstractBaseUser, *, accepted: bool) -> bool:
    """Let a scan count, or not. The first decision stands; answers whether it is this one."""
    if scan.verdict != Verdict.UNDER_REVIEW or not insert_once(Decision(scan=scan, accepted=accepted, by=by)):
        return False
    told = Scan.objects.select_related("point__edition").filter(pk=scan.voids or scan.pk).first()
    group = told and attending.group_of(told, told.point)
    if accepted and group:
        attending.retell(group)
    return True

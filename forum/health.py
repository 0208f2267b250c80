"""Is this process alive, and is the whole thing working? Monitors ask; the answers hold no personal data."""

from __future__ import annotations

import datetime as dt

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from forum.outbox.models import Heartbeat, Message

MAIL_IS_LATE = dt.timedelta(minutes=10)
HEART_STOPPED = dt.timedelta(minutes=2)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers."""
    return JsonResponse({"ok": True})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Everything that a registration needs is there: 200, or 503 and which part is not."""
    try:
        parts = {"database": True, "migrations": _is_migrated(), "mail": _mail_flows(), "worker": _worker_lives()}
    except DatabaseError:
        parts = {"database": False}
    return JsonResponse(parts, status=200 if all(parts.values()) else 503)


def _is_migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _mail_flows() -> bool:
    return not Message.objects.awaited().overdue(MAIL_IS_LATE).exists()


def _worker_lives() -> bool:
    return Heartbeat.objects.filter(name="worker", beaten_at__gt=Now() - HEART_STOPPED).exists()

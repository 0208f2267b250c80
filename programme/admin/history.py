"""The log of changes. Its own search asks for first and last names, which our people do not have."""

from __future__ import annotations

from auditlog.admin import LogEntryAdmin
from auditlog.models import LogEntry
from django.contrib import admin

admin.site.unregister(LogEntry)


@admin.register(LogEntry)
class HistoryAdmin(LogEntryAdmin):
    search_fields = ["object_repr", "changes", "actor__email", "actor__name"]

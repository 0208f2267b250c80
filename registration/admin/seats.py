from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from registration import waiting_list
from registration.models import ConsentNotice, Quota


@admin.register(Quota)
class QuotaAdmin(admin.ModelAdmin):
    list_display = ["day", "share", "capacity", "taken", "waiting", "longest_line"]
    list_filter = ["day__edition", "share"]
    readonly_fields = ["taken", "waiting"]

    def save_model(self, request: HttpRequest, obj: Quota, form: Any, change: bool) -> None:
        """Only what the form asks of an existing row is written: its counters may have moved since it was opened."""
        if change:
            waiting_list.set_capacity(obj, form.cleaned_data["capacity"])
            Quota.objects.filter(pk=obj.pk).update(longest_line=form.cleaned_data["longest_line"])
        else:
            super().save_model(request, obj, form, change)

    def get_readonly_fields(self, request: HttpRequest, obj: Quota | None = None) -> list[str]:
        """What is counted already keeps its day and share."""
        return [*self.readonly_fields, *(["day", "share"] if obj else [])]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Quota | None:
        """Saved under the row's lock: what is written back would otherwise forget a seat that was taken meanwhile."""
        quota = super().get_object(request, object_id, from_field)
        if quota and request.method == "POST":
            return Quota.objects.select_for_update(no_key=True).get(pk=quota.pk)
        return quota


@admin.register(ConsentNotice)
class ConsentNoticeAdmin(admin.ModelAdmin):
    """A notice is never edited: people agreed to its words. A change is a new version."""

    list_display = ["edition", "kind", "version", "language", "title", "created_at"]
    list_filter = ["edition", "kind", "language"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from modeltranslation.admin import TranslationAdmin

from programme.admin.local_times import LocalTimes
from registration.admin.registrations import ReadOnly
from registration.checkin import attending, reviewing
from registration.checkin.models import Device, Point, Scan, Verdict


@admin.register(Point)
class PointAdmin(LocalTimes, TranslationAdmin):
    list_display = ["name", "day", "mode", "places", "edition"]
    list_filter = ["edition"]
    fields = [
        ("name_ko", "name_en"), "edition", "day", "mode", ("opens_at", "closes_at"), "counts_people", "places",
        "standby_from",
    ]  # fmt: skip

    def save_model(self, request: HttpRequest, obj: Point, form: Any, change: bool) -> None:
        """Another way of counting tells everything that was scanned here anew."""
        super().save_model(request, obj, form, change)
        if change and "mode" in form.changed_data:
            attending.rebuild(obj.edition)


@admin.register(Device)
class DeviceAdmin(admin.ModelAdmin):
    list_display = ["label", "gate", "rights", "edition", "last_seen_at", "unsent", "valid_until", "revoked_at"]
    list_filter = ["edition", "rights"]
    readonly_fields = [
        "label", "gate", "rights", "edition", "user", "created_at", "paired_at", "last_seen_at", "unsent",
        "app_version", "clock_offset_ms",
    ]  # fmt: skip
    fields = [*readonly_fields, "valid_until", "revoked_at"]

    def has_add_permission(self, request: object) -> bool:
        return False


class WaitingFilter(admin.SimpleListFilter):
    """Scans that a supervisor has to look at."""

    title = _("to decide")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [("yes", _("kept for a supervisor to look at"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Scan]) -> QuerySet[Scan]:
        return queryset.filter(verdict=Verdict.UNDER_REVIEW, decision=None) if self.value() else queryset


@admin.register(Scan)
class ScanAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["effective_at", "point", "gate", "verdict", "verdict_now", "flags_now", "method", "device"]
    list_filter = ["point", WaitingFilter, "verdict", "outcome__verdict", "method"]
    list_select_related = ["point__day__edition", "device", "outcome"]
    actions = ["accept", "dismiss"]

    @admin.display(description=_("now"))
    def verdict_now(self, scan: Scan) -> str:
        return scan.outcome.get_verdict_display() if hasattr(scan, "outcome") else ""

    @admin.display(description=_("flags"))
    def flags_now(self, scan: Scan) -> str:
        return ", ".join(scan.outcome.flags if hasattr(scan, "outcome") else scan.flags)

    @admin.action(description=_("Let the chosen scans count"), permissions=["decide"])
    def accept(self, request: HttpRequest, queryset: QuerySet[Scan]) -> None:
        self._decide(request, queryset, accepted=True)

    @admin.action(description=_("Let the chosen scans not count"), permissions=["decide"])
    def dismiss(self, request: HttpRequest, queryset: QuerySet[Scan]) -> None:
        self._decide(request, queryset, accepted=False)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("checkin.add_decision")

    def _decide(self, request: HttpRequest, queryset: QuerySet[Scan], *, accepted: bool) -> None:
        number = sum(reviewing.decide(scan, request.user, accepted=accepted) for scan in queryset)
        sentence = ngettext("%(number)d scan was decided.", "%(number)d scans were decided.", number)
        self.message_user(request, sentence % {"number": number}, messages.SUCCESS)

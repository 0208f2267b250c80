from __future__ import annotations

from django.contrib import admin
from modeltranslation.admin import TranslationAdmin

from registration.admin.registrations import ReadOnly
from registration.checkin.models import Device, Point, Scan


@admin.register(Point)
class PointAdmin(TranslationAdmin):
    list_display = ["name", "day", "edition"]
    list_filter = ["edition"]
    fields = [("name_ko", "name_en"), "edition", "day"]


@admin.register(Device)
class DeviceAdmin(admin.ModelAdmin):
    list_display = ["label", "gate", "edition", "last_seen_at", "valid_until", "revoked_at"]
    list_filter = ["edition"]
    readonly_fields = ["label", "gate", "edition", "user", "created_at", "last_seen_at"]
    fields = [*readonly_fields, "valid_until", "revoked_at"]

    def has_add_permission(self, request: object) -> bool:
        return False


@admin.register(Scan)
class ScanAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["effective_at", "point", "gate", "verdict", "method", "device", "flags"]
    list_filter = ["point", "verdict", "method"]

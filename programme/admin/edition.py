"""Editions with their hosts and days, venues and organisations."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import URLField
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin, TranslationTabularInline

from programme.admin.announcing import Announcing
from programme.admin.languages import both, rows
from programme.models import Day, Edition, EditionHost, Organisation, Room, Venue


class HostInline(admin.TabularInline):
    model = EditionHost
    extra = 0


class DayInline(admin.TabularInline):
    model = Day
    extra = 0
    show_change_link = True


@admin.register(Edition)
class EditionAdmin(Announcing, TranslationAdmin):
    list_display = ["name", "year", "slug", "is_published", "is_current"]
    inlines = [DayInline, HostInline]
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    fieldsets = [
        (None, {"fields": rows(both("name", "theme", "summary", "note", "open_to"), ("slug", "year", "ordinal"))}),
        (_("Place"), {"fields": rows(("venue", "format", "timezone"), both("entry_instructions"))}),
        (
            _("Registration"),
            {"fields": ["registration_opens_at", "registration_closes_at", "changes_until", "retention_days"]},
        ),
        (_("Contact"), {"fields": rows(("contact_email", "contact_phone"), both("privacy_officer", "processors"))}),
        (_("Afterwards"), {"fields": ["survey_url"]}),
        (
            _("Figures"),
            {"fields": [("sessions_announced", "talks_announced"), ("experts", "countries"), ("visitors", "viewers")]},
        ),
        (_("Publishing"), {"fields": [("is_published", "is_current", "dates_moved"), "organiser_note"]}),
    ]


class RoomInline(TranslationTabularInline):
    model = Room
    extra = 0


@admin.register(Venue)
class VenueAdmin(TranslationAdmin):
    inlines = [RoomInline]
    fieldsets = [
        (None, {"fields": rows(both("name", "address", "directions", "note"), ("latitude", "longitude"), "slug")})
    ]


@admin.register(Organisation)
class OrganisationAdmin(TranslationAdmin):
    list_display = ["name", "key", "url"]
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    fieldsets = [(None, {"fields": rows(both("name"), ("key", "url"))})]

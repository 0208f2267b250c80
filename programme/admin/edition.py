"""Editions with their hosts and days, venues and organisations."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet, URLField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin, TranslationTabularInline

from forum.errors import Refused
from programme import editions, signals
from programme.admin import cloning
from programme.admin.announcing import Announcing
from programme.admin.languages import both, rows
from programme.admin.local_times import LocalTimes
from programme.models import Day, Edition, EditionHost, Organisation, Room, Venue


class HostInline(admin.TabularInline):
    model = EditionHost
    extra = 0


class DayInline(admin.TabularInline):
    model = Day
    extra = 0
    show_change_link = True


@admin.register(Edition)
class EditionAdmin(LocalTimes, Announcing, TranslationAdmin):
    change_form_template = "admin/programme/edition/change.html"
    list_display = ["name", "year", "slug", "is_published", "is_current"]
    inlines = [DayInline, HostInline]
    actions = ["make_current", "clone"]
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    fieldsets = [
        (None, {"fields": rows(both("name", "theme", "summary", "note", "open_to"), ("slug", "year", "ordinal"))}),
        (_("Place"), {"fields": rows(("venue", "format", "timezone", "is_free"), both("entry_instructions"))}),
        (
            _("Registration"),
            {
                "description": _("Moments are those of the clocks at the forum, in its time zone."),
                "fields": ["registration_opens_at", "registration_closes_at", "changes_until", "retention_days"],
            },
        ),
        (_("Contact"), {"fields": rows(("contact_email", "contact_phone"), both("privacy_officer", "processors"))}),
        (_("Afterwards"), {"fields": ["survey_url"]}),
        (
            _("Figures"),
            {"fields": [("sessions_announced", "talks_announced"), ("experts", "countries"), ("visitors", "viewers")]},
        ),
        (_("Publishing"), {"fields": [("is_published", "is_current", "dates_moved"), "organiser_note"]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(lambda request, pk: cloning.page(self, request, pk))
        return [path("<int:pk>/clone/", view, name="programme_edition_clone"), *super().get_urls()]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """A new edition is announced with its days, which are on the same page."""
        super().save_related(request, form, formsets, change)
        if not change:
            signals.edition_created.send(sender=Edition, edition=form.instance)

    @admin.action(description=_("Make it the current edition"), permissions=["change"])
    def make_current(self, request: HttpRequest, queryset: QuerySet[Edition]) -> None:
        chosen = self._the_one(request, queryset)
        try:
            if chosen:
                editions.make_current(chosen)
                said = _("The home page is now that of %(edition)s. Every earlier address still answers.")
                self.message_user(request, said % {"edition": chosen}, messages.SUCCESS)
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)

    @admin.action(description=_("Start the next edition from it"), permissions=["add"])
    def clone(self, request: HttpRequest, queryset: QuerySet[Edition]) -> HttpResponse | None:
        chosen = self._the_one(request, queryset)
        return redirect("admin:programme_edition_clone", chosen.pk) if chosen else None

    def _the_one(self, request: HttpRequest, queryset: QuerySet[Edition]) -> Edition | None:
        if queryset.count() == 1:
            return queryset.get()
        self.message_user(request, _("Choose one edition."), messages.ERROR)
        return None


class RoomInline(TranslationTabularInline):
    model = Room
    extra = 0


@admin.register(Venue)
class VenueAdmin(TranslationAdmin):
    inlines = [RoomInline]
    fieldsets = [
        (
            None,
            {
                "fields": rows(
                    both("name", "address", "directions", "accessibility", "parking", "note"),
                    ("latitude", "longitude"),
                    "slug",
                )
            },
        )
    ]


@admin.register(Organisation)
class OrganisationAdmin(TranslationAdmin):
    list_display = ["name", "key", "url"]
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    fieldsets = [(None, {"fields": rows(both("name"), ("key", "url"))})]

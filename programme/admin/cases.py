"""The register of cases."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet, URLField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from programme.admin.languages import both, rows
from programme.models import Case, CaseField


@admin.register(CaseField)
class CaseFieldAdmin(TranslationAdmin):
    list_display = ["name", "key", "order"]
    fieldsets = [(None, {"fields": rows(both("name"), ("key", "order"))})]


@admin.register(Case)
class CaseAdmin(TranslationAdmin):
    list_display = ["title", "owner", "status", "edition", "is_published", "has_english"]
    list_filter = ["is_published", "status", "fields", "edition"]
    search_fields = ["title_ko", "title_en", "owner_ko", "owner_en", "slug"]
    prepopulated_fields = {"slug": ["title_en"]}
    autocomplete_fields = ["talk", "source"]
    filter_horizontal = ["fields"]
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    actions = ["publish"]
    fieldsets = [
        (None, {"fields": rows(both("title", "owner", "summary", "data_used"), ("status", "link"), "fields")}),
        (_("Where it comes from"), {"fields": [("edition", "talk", "source")]}),
        (_("Publishing"), {"fields": [("slug", "is_published")]}),
    ]

    @admin.display(description=_("English"), boolean=True)
    def has_english(self, case: Case) -> bool:
        return bool(case.title_en and (case.summary_en or not case.summary_ko))

    @admin.action(description=_("Publish"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Case]) -> None:
        for case in queryset:  # one by one, so that each change is logged and each address kept
            case.is_published = True
            case.save()

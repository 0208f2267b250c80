from __future__ import annotations

from django.contrib import admin
from modeltranslation.admin import TranslationAdmin

from programme.admin.drafting import Drafting
from programme.admin.languages import LacksLanguage, both, rows
from programme.models import Speaker


@admin.register(Speaker)
class SpeakerAdmin(Drafting, TranslationAdmin):
    list_display = ["name", "affiliation", "country", "edition"]
    list_filter = ["edition", LacksLanguage, "country"]
    search_fields = ["name_ko", "name_en", "slug"]
    prepopulated_fields = {"slug": ["name_en"]}
    fieldsets = [
        (
            None,
            {"fields": rows(both("name", "position", "affiliation", "bio"), ("country", "photo"), ("edition", "slug"))},
        )
    ]

"""Notices and questions."""

from __future__ import annotations

from adminsortable2.admin import SortableAdminMixin
from django.contrib import admin
from django.db.models import URLField
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from programme.admin.languages import both, rows
from programme.admin.local_times import LocalTimes
from programme.models import Notice, Question


@admin.register(Notice)
class NoticeAdmin(LocalTimes, TranslationAdmin):
    list_display = ["title", "kind", "edition", "published_at", "is_pinned", "has_english"]
    list_filter = ["kind", "edition"]
    search_fields = ["title_ko", "title_en", "slug"]
    prepopulated_fields = {"slug": ["title_en"]}
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    fieldsets = [
        (None, {"fields": rows(both("title", "body"), ("kind", "slug"), "edition")}),
        (_("Source"), {"fields": rows(both("source_name"), ("source_url", "source_date"))}),
        (_("Publishing"), {"fields": [("published_at", "is_pinned")]}),
    ]

    @admin.display(description=_("English"), boolean=True)
    def has_english(self, notice: Notice) -> bool:
        return bool(notice.title_en and (notice.body_en or not notice.body_ko))


@admin.register(Question)
class QuestionAdmin(SortableAdminMixin, TranslationAdmin):
    list_display = ["question", "edition", "order"]
    list_filter = ["edition"]
    search_fields = ["question_ko", "question_en"]
    ordering = ["order"]
    fieldsets = [(None, {"fields": rows(both("question", "answer"), "edition")})]

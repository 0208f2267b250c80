"""Days, sessions and talks. Talks are dragged into order inside their session."""

from __future__ import annotations

from typing import Any

from adminsortable2.admin import CustomInlineFormSet, SortableAdminBase, SortableTabularInline
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet, URLField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin, TranslationTabularInline

from programme.admin.announcing import Announcing
from programme.admin.drafting import Drafting, remind
from programme.admin.languages import LacksLanguage, both, rows
from programme.models import Appearance, Day, Session, Stream, Talk


class StreamInline(admin.TabularInline):
    """What an organiser says of a stream while it runs has a page of its own (`staff/live/`)."""

    model = Stream
    extra = 0
    fields = ["language", "youtube_id", "backup_url", "is_stand_in", "recording_id", "recording_starts_at"]
    formfield_overrides = {URLField: {"assume_scheme": "https"}}


@admin.register(Day)
class DayAdmin(Announcing, admin.ModelAdmin):
    list_display = ["edition", "number", "date", "doors", "starts", "ends", "times_confirmed"]
    list_display_links = ["number"]
    list_filter = ["edition"]
    inlines = [StreamInline]
    fields = ["edition", ("number", "date"), ("doors", "starts", "ends"), "times_confirmed"]


class TalkFormSet(CustomInlineFormSet):
    def clean(self) -> None:
        """A slug names one talk of the edition. Each talk asks for itself, but knows neither its new neighbours on this
        page nor the edition of a session that is not saved yet."""
        super().clean()
        facts = [form.cleaned_data for form in self.forms if hasattr(form, "cleaned_data")]
        slugs = [each["slug"] for each in facts if each.get("slug") and not each.get("DELETE")]
        edition = self.instance.day.edition_id if self.instance.day_id else None
        elsewhere = Talk.objects.filter(edition=edition, slug__in=slugs).exclude(session=self.instance.pk)
        if len(set(slugs)) < len(slugs) or elsewhere.exists():
            raise ValidationError(_("Another talk of this edition has this slug."))


class TalkInline(SortableTabularInline, TranslationTabularInline):
    model = Talk
    formset = TalkFormSet
    extra = 0
    prepopulated_fields = {"slug": ["title_en"]}
    fields = ["title_ko", "title_en", "kind", "starts", "minutes", "state", "languages", "slug", "order"]
    show_change_link = True


@admin.register(Session)
class SessionAdmin(Announcing, Drafting, SortableAdminBase, TranslationAdmin):
    list_display = ["__str__", "day", "starts", "ends", "times_confirmed", "state", "has_english"]
    list_filter = ["edition", "day", "state", "kind", LacksLanguage, "languages"]
    search_fields = ["title_ko", "title_en", "slug"]
    filter_horizontal = ["hosts"]
    prepopulated_fields = {"slug": ["title_en"]}
    inlines = [TalkInline]
    actions = ["publish", "confirm_times"]
    fieldsets = [
        (None, {"fields": rows(both("title", "abstract"), ("number", "kind", "slug"), ("state", "languages"))}),
        (_("When and where"), {"fields": [("day", "room"), ("starts", "ends", "times_confirmed")]}),
        (_("Hosts"), {"fields": ["hosts"]}),
    ]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Dragging moves a talk, not its time: say so when the two disagree."""
        super().save_related(request, form, formsets, change)
        times = [talk.starts for talk in form.instance.talks.all() if talk.starts]
        if times != sorted(times):
            self.message_user(request, _("The talks are not in the order of their times."), messages.WARNING)

    @admin.display(description=_("English"), boolean=True)
    def has_english(self, session: Session) -> bool:
        return bool(session.title_en and (session.abstract_en or not session.abstract_ko))

    @admin.action(description=_("Publish"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        for session in queryset:  # one by one, so that each change is logged
            session.state = Session.State.PUBLISHED
            try:
                session.validate_constraints()
            except ValidationError as refusal:
                self.message_user(request, f"{session}: {' '.join(refusal.messages)}", messages.ERROR)
            else:
                session.save()
        self._remind(request, queryset)

    @admin.action(description=_("Confirm the times"), permissions=["change"])
    def confirm_times(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        for session in queryset:
            session.times_confirmed = True
            session.save()
        self._remind(request, queryset)

    def _remind(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        for edition in {session.edition for session in queryset}:
            remind(request, edition)


class AppearanceInline(admin.TabularInline):
    model = Appearance
    extra = 1
    autocomplete_fields = ["speaker"]


@admin.register(Talk)
class TalkAdmin(Drafting, TranslationAdmin):
    list_display = ["title", "session", "kind", "starts", "minutes", "language", "state"]
    list_filter = ["edition", "kind", "state", "language", LacksLanguage, "languages"]
    search_fields = ["title_ko", "title_en", "slug"]
    inlines = [AppearanceInline]
    prepopulated_fields = {"slug": ["title_en"]}
    fieldsets = [
        (None, {"fields": rows(both("title", "abstract", "note"), ("kind", "slug"), ("state", "languages"))}),
        (
            _("When and in which language"),
            {"fields": [("session", "starts", "minutes"), ("language", "interpreted_into")]},
        ),
    ]

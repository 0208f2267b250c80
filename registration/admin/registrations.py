"""Registrations to look at. Every look is logged, and nothing is changed here: verbs do that."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from registration import access
from registration.masking import mask_email, mask_name
from registration.models import AccessLog, Booking, Consent, Erasure, Registration


class ReadOnly:
    """Shown, never edited."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class BookingInline(ReadOnly, admin.TabularInline):
    model = Booking
    fields = readonly_fields = ["day", "state", "place", "booked_at", "cancelled_at"]
    extra = 0


class ConsentInline(ReadOnly, admin.TabularInline):
    model = Consent
    fields = readonly_fields = ["notice", "agreed", "channel", "answered_at"]
    extra = 0


class AnswerFilter(admin.SimpleListFilter):
    """Who comes, who does not, who said nothing, and who was not asked."""

    title = _("coming")
    parameter_name = "coming"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return Registration.Answer.choices

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(answer=self.value()) if self.value() else queryset


@admin.register(Registration)
class RegistrationAdmin(ReadOnly, admin.ModelAdmin):
    list_display = [
        "public_id",
        "masked_name",
        "masked_email",
        "edition",
        "days",
        "coming",
        "language",
        "created_at",
        "is_living",
    ]
    list_filter = ["edition", AnswerFilter, "language", "field", "channel"]
    search_fields = ["name", "email", "public_id", "desk_code"]
    search_help_text = _("Name, e-mail address, number or desk code")
    inlines = [BookingInline, ConsentInline]
    fields = [
        "edition", "public_id", "desk_code", "name", "email", "organisation", "field", "support", "support_note",
        "language", "channel", "created_at", "asked_at", "coming_since", "released_at",
        "cancelled_at",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).with_answer()
        return rows.select_related("edition").prefetch_related("bookings__day")

    @admin.display(description=_("name"))
    def masked_name(self, registration: Registration) -> str:
        return mask_name(registration.name)

    @admin.display(description=_("e-mail"))
    def masked_email(self, registration: Registration) -> str:
        return mask_email(registration.email)

    @admin.display(description=_("days"))
    def days(self, registration: Registration) -> str:
        living = [each for each in registration.bookings.all() if each.state in Booking.LIVING]
        return ", ".join(f"{each.day.number} ({each.get_state_display()})" for each in living)

    @admin.display(description=_("coming"), ordering="answer")
    def coming(self, registration: Registration) -> str:
        return Registration.Answer(registration.answer).label if registration.answer else ""

    @admin.display(description=_("living"), boolean=True)
    def is_living(self, registration: Registration) -> bool:
        return registration.cancelled_at is None

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        access.note_look(request, "list", detail=request.GET.urlencode())
        return super().changelist_view(request, extra_context)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        access.note_look(request, "open", self.get_object(request, object_id))
        return super().change_view(request, object_id, *args, **kwargs)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        access.note_look(request, "history", self.get_object(request, object_id))
        return super().history_view(request, object_id, extra_context)


@admin.register(Erasure)
class ErasureAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["at", "edition", "what", "number", "reason", "method", "by"]


@admin.register(AccessLog)
class AccessLogAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["at", "who", "device", "whence", "act", "whose", "detail"]
    list_filter = ["act", "who"]
    search_fields = ["whose"]

"""Registrations to look at. Every look is logged, and nothing is changed here: verbs do that."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import date
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from forum.masking import mask_email, mask_name
from forum.outbox import records
from registration import access, reaching
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


class MailFilter(admin.SimpleListFilter):
    """Whose address returns our mail."""

    title = _("mail")
    parameter_name = "mail"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [("returned", _("does not arrive"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(unreachable_since__isnull=False) if self.value() == "returned" else queryset


@admin.register(Registration)
class RegistrationAdmin(ReadOnly, admin.ModelAdmin):
    list_display = [
        "public_id",
        "masked_name",
        "masked_email",
        "arrival",
        "edition",
        "days",
        "coming",
        "language",
        "created_at",
        "is_living",
    ]
    list_filter = ["edition", AnswerFilter, MailFilter, "language", "field", "channel"]
    search_fields = ["name", "email", "public_id", "desk_code"]
    search_help_text = _("Name, e-mail address, number or desk code")
    inlines = [BookingInline, ConsentInline]
    fields = [
        "edition", "public_id", "desk_code", "name", "email", "organisation", "field", "support", "support_note",
        "language", "channel", "created_at", "asked_at", "coming_since", "cancelled_at", "unreachable_since", "mails",
    ]  # fmt: skip
    readonly_fields = ["mails"]
    actions = ["write_again"]

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).with_answer()
        return rows.select_related("edition").prefetch_related("bookings__day")

    @admin.display(description=format_html('<input type="checkbox" id="{}">', "action-toggle"))
    def action_checkbox(self, obj: Registration) -> str:
        """Named by its number: Django's own would say whose it is."""
        named = {"class": "action-select", "aria-label": obj.public_id}
        return forms.CheckboxInput(named, lambda _value: False).render(ACTION_CHECKBOX_NAME, str(obj.pk))

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

    @admin.display(description=_("mail"), ordering="unreachable_since")
    def arrival(self, registration: Registration) -> str:
        return _("⚠ does not arrive") if registration.unreachable_since else ""

    @admin.display(description=_("mails"))
    def mails(self, registration: Registration) -> str:
        """Each mail about the registration, newest first, and what became of it. Not what it says."""
        rows = records.fates_of(registration.uuid)
        return "\n".join(f"{_moment(moment)} · {kind} · {state} · {delivery}" for moment, kind, state, delivery in rows)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.write_again_here))
        return [
            path("<int:pk>/write-again/", view, name="registration_registration_write_again"),
            *super().get_urls(),
        ]

    def write_again_here(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The same, of one that is open."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        self.write_again(request, self.get_queryset(request).filter(pk=pk))
        return redirect("admin:registration_registration_change", pk)

    @admin.action(description=_("Write to these addresses again"), permissions=["view"])
    def write_again(self, request: HttpRequest, queryset: QuerySet[Registration]) -> None:
        """For whoever was given up as unreachable: lift that, and send the link again."""
        given_up = list(queryset.filter(unreachable_since__isnull=False).exclude(email=""))
        for registration in given_up:
            access.note_look(request, "write again", registration)
            reaching.try_again(registration)
        sentence = ngettext(
            "The link goes to %(number)d address again.", "The link goes to %(number)d addresses again.", len(given_up)
        )
        messages.success(request, sentence % {"number": len(given_up)})

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


def _moment(moment: Any) -> str:
    return date(timezone.localtime(moment), "Y-m-d H:i")

"""The outbox to look into: what was sent when, and why something was not. Texts of sign-in codes are not shown."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from forum.outbox.models import Message


@admin.register(Message)
class MessageAdmin(admin.ModelAdmin):
    list_display = ["created_at", "kind", "masked_address", "language", "state", "attempts", "sent_at"]
    list_filter = ["state", "kind", "language"]
    search_fields = ["to_email", "uuid", "about"]
    fields = [
        "kind", "masked_address", "language", "state", "created_at", "next_attempt_at", "sent_at",
        "attempts", "last_error", "subject", "uuid", "about",
    ]  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("to"))
    def masked_address(self, message: Message) -> str:
        """Enough to tell two lines apart. Whose it is stands on the registration, where every look is logged."""
        local, _at, domain = message.to_email.partition("@")
        return f"{local[:2]}***@{domain}" if domain else ""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        return False

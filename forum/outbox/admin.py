"""The outbox to look into: what was sent when, and why something was not. Texts of sign-in codes are not shown."""

from __future__ import annotations

import datetime as dt

from auditlog.models import LogEntry
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from forum.masking import mask_email, mask_emails_in
from forum.outbox import queue, suppression
from forum.outbox.models import Message, Suppression


@admin.register(Message)
class MessageAdmin(admin.ModelAdmin):
    list_display = ["created_at", "kind", "masked_address", "language", "state", "delivery", "attempts", "sent_at"]
    list_filter = ["state", "delivery", "kind", "language"]
    search_fields = ["to_email", "uuid", "about"]
    fields = [
        "kind", "masked_address", "language", "state", "created_at", "next_try", "first_tried_at",
        "last_tried_at", "sent_at", "delivery", "delivery_at", "attempts", "failure", "failures", "masked_error",
        "subject", "uuid", "about",
    ]  # fmt: skip
    readonly_fields = fields
    actions = ["send_again"]

    @admin.action(description=_("Send again what failed"), permissions=["resend"])
    def send_again(self, request: HttpRequest, chosen: QuerySet[Message]) -> None:
        """The same mail once more, after what was wrong is mended. It is in the log who let it go."""
        asked = chosen.count()  # now: of a list filtered by its state, those let go are no longer part
        with transaction.atomic():
            again = queue.send_again(chosen)
            for message in again:
                changes = {"state": [Message.State.FAILED, Message.State.QUEUED]}
                LogEntry.objects.log_create(message, force_log=True, action=LogEntry.Action.UPDATE, changes=changes)
        said = ngettext("%(number)d message will be sent again.", "%(number)d messages will be sent again.", len(again))
        self.message_user(request, said % {"number": len(again)})
        if others := asked - len(again):
            said = ngettext(
                "%(number)d message cannot be: it has not failed, or is no longer there to be sent.",
                "%(number)d messages cannot be: they have not failed, or are no longer there to be sent.",
                others,
            )
            self.message_user(request, said % {"number": others}, messages.WARNING)

    def has_resend_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("outbox.resend_message")

    @admin.display(description=_("to"))
    def masked_address(self, message: Message) -> str:
        """Enough to tell two lines apart. Whose it is stands on the registration, where every look is logged."""
        return mask_email(message.to_email)

    @admin.display(description=_("next try"))
    def next_try(self, message: Message) -> dt.datetime | None:
        """Of a mail that still has one before it."""
        return message.next_attempt_at if message.state == Message.State.QUEUED else None

    @admin.display(description=Message._meta.get_field("last_error").verbose_name)
    def masked_error(self, message: Message) -> str:
        """Servers like to repeat the address that they refuse."""
        return mask_emails_in(message.last_error)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        return False


@admin.register(Suppression)
class SuppressionAdmin(admin.ModelAdmin):
    """How many, since when and why. Whose they are cannot be read here; a whole address can be looked for."""

    list_display = ["since", "reason", "scope", "ends"]
    list_filter = ["reason", "scope"]
    fields = readonly_fields = ["reason", "scope", "since", "ends"]
    search_fields = ["address_key"]
    search_help_text = _("A whole e-mail address")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Suppression], search_term: str
    ) -> tuple[QuerySet[Suppression], bool]:
        found = queryset.filter(address_key=suppression.key_of(search_term)) if search_term else queryset
        return found, False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Suppression | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Suppression | None = None) -> bool:
        return False

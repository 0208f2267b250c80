"""What registration does when the programme or the accounts announce something."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forum.accounts.signals import citizens_shown
from forum.outbox.signals import address_lifted, address_suppressed
from programme import signals
from programme.changes import Change
from programme.models import Day, Edition
from registration import access, change_notices, consent, reaching
from registration.models import Quota


def listen() -> None:
    signals.edition_loaded.connect(open_the_book, dispatch_uid="registration.open_the_book")
    signals.edition_created.connect(publish_notices, dispatch_uid="registration.publish_notices")
    signals.edition_cloned.connect(carry_over, dispatch_uid="registration.carry_over")
    signals.programme_changed.connect(prepare_a_mail, dispatch_uid="registration.prepare_a_mail")
    citizens_shown.connect(note_a_look_at_accounts, dispatch_uid="registration.note_a_look_at_accounts")
    address_suppressed.connect(note_unreachable, dispatch_uid="registration.note_unreachable")
    address_lifted.connect(note_reachable, dispatch_uid="registration.note_reachable")


def open_the_book(edition: Edition, facts: dict[str, Any], **more: Any) -> None:
    """Give each day of a newly loaded edition its seats, and the edition its consent notices."""
    capacity = facts["edition"]["registration"]["provisional"]["capacity_per_day"]
    for day in edition.days.all():
        Quota.objects.get_or_create(day=day, share=Quota.Share.PUBLIC, defaults={"capacity": capacity})
    consent.publish_first_notices(edition)


def publish_notices(edition: Edition, **more: Any) -> None:
    """What is made by hand has its words of consent at once. How many seats there are, only organisers know."""
    consent.publish_first_notices(edition)


def carry_over(edition: Edition, source: Edition, days: dict[int, Day], **more: Any) -> None:
    """The next edition begins with as many seats, and with the words of consent that people read last."""
    for quota in Quota.objects.filter(day__in=days):
        Quota.objects.create(
            day=days[quota.day_id], share=quota.share, capacity=quota.capacity, longest_line=quota.longest_line
        )
    consent.carry_over(source, edition)


def note_a_look_at_accounts(request: HttpRequest, which: str, **more: Any) -> None:
    """Citizens' addresses are personal data too: a look at them stands in the same log."""
    access.note_look(request, "accounts", detail=which)


def prepare_a_mail(edition: Edition, changes: list[Change], request: HttpRequest, **more: Any) -> None:
    """People planned by what was changed: prepare the mail, and show whoever saved it how many they are."""
    broadcast = change_notices.prepare(edition, changes)
    if broadcast is None:
        return
    number = change_notices.affected(broadcast)
    affected = ngettext("%(number)s person is affected.", "%(number)s people are affected.", number)
    link = format_html('<a href="{}">{}</a>', reverse("broadcast", args=[broadcast.pk]), _("Review the mail."))
    told = _("Nobody has been told yet.")
    messages.warning(request, format_html("{} {} {}", affected % {"number": number}, told, link))


def note_unreachable(email: str, **more: Any) -> None:
    reaching.note_unreachable(email)


def note_reachable(email: str, **more: Any) -> None:
    reaching.note_reachable(email)

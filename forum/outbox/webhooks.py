"""A provider's events: who sends them is anymail's to examine, what they mean for our mail is said here."""

from __future__ import annotations

import importlib
import json
import logging
import re
from typing import Any

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt

from forum.outbox import bounces
from forum.outbox.bounces import Delivery
from forum.outbox.intake import PROVIDERS
from forum.outbox.models import Message

logger = logging.getLogger(__name__)

GONE = {RejectReason.BOUNCED, RejectReason.INVALID}
SOFT = re.compile(r'"\w*(?:type|event|severity)": "(?:soft|transient|temporary|undetermined)', re.IGNORECASE)


class TooEarly(Exception):
    """The event may be about a mail that is just being sent and has no number yet."""


def urls() -> list[URLPattern]:
    """One address, for the provider that is set. Without a secret there is none."""
    provider = settings.MAIL_EVENTS_FROM
    if not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        return []
    module, name = PROVIDERS[provider][0].split(".")
    view = getattr(importlib.import_module(f"anymail.webhooks.{module}"), name).as_view()
    return [path(f"mail/events/{provider}/", _answer(view), name="mail_events")]


def receive(event: AnymailTrackingEvent, esp_name: str, **_: Any) -> None:
    """Keep what the event says of a mail of ours. Others' mails, opened and clicked are nobody's business here."""
    delivery = delivery_of(event)
    if delivery is None and event.event_type != EventType.UNSUBSCRIBED:
        return
    may_be_early = Message.objects.filter(state=Message.State.SENDING).exists()  # asked first: it may end meanwhile
    message = message_of(event)
    if message is None:
        if may_be_early:
            raise TooEarly
    elif delivery is None:
        bounces.note_end_of_news(message)
    else:
        facts = (event.event_id,) if event.event_id else (event.event_type, event.message_id, event.timestamp)
        key = bounces.key_of(*facts, message.uuid)
        bounces.note(message, delivery, source=esp_name, key=key, at=event.timestamp)


def delivery_of(event: AnymailTrackingEvent) -> Delivery | None:
    """What the event says of the delivery. None for everything else."""
    if event.event_type == EventType.DELIVERED:
        return Delivery.DELIVERED
    if event.event_type == EventType.COMPLAINED or event.reject_reason == RejectReason.SPAM:
        return Delivery.COMPLAINT
    if event.event_type in (EventType.DEFERRED, EventType.FAILED):
        return Delivery.SOFT_BOUNCE
    if event.event_type in (EventType.BOUNCED, EventType.REJECTED):
        return Delivery.HARD_BOUNCE if _is_for_good(event) else Delivery.SOFT_BOUNCE
    return None


def message_of(event: AnymailTrackingEvent) -> Message | None:
    """The mail that the event is about: by our mark, by our Message-ID, or by the provider's number."""
    mark = (event.metadata or {}).get(bounces.MARK, "")
    words = f"X-Forum-Message: {mark}\n{event.message_id}\n{_text_of(event)}"
    message = bounces.message_in(words)
    if message is None and event.message_id:
        message = Message.objects.filter(provider_id=event.message_id).first()
    return message


def _is_for_good(event: AnymailTrackingEvent) -> bool:
    said = bounces.is_about_the_address(f"{event.mta_response or ''} {event.description or ''}")
    if said is not None:
        return said
    return event.reject_reason in GONE and not SOFT.search(_text_of(event))


def _text_of(event: AnymailTrackingEvent) -> str:
    return json.dumps(event.esp_event, default=str)


def _answer(view: Any) -> Any:
    """503 for what may come too early: providers send it again within minutes, and then everything is noted.

    400 for what shows no secret or a wrong one. Anybody can post that: it is one line of the log, and no alarm.
    """

    @csrf_exempt  # a provider has no cookie; it shows the secret, and most sign what they send
    def events(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except TooEarly:
            return HttpResponse(status=503)
        except AnymailWebhookValidationFailure as refusal:
            logger.warning("An event of mail was refused: %s", refusal)
            return HttpResponse(status=400)

    return events

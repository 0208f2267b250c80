"""What mail servers write when a mail does not arrive: delivery reports (RFC 3464) and complaints (RFC 5965).

They come as mails to the sender. A mail server hands them to `manage.py read_bounces`.
"""

from __future__ import annotations

import email
import email.policy
import hashlib
from email.message import EmailMessage
from email.message import Message as Part

from forum.outbox import bounces
from forum.outbox.bounces import Delivery
from forum.outbox.models import Message


def read(content: bytes) -> tuple[Message, Delivery] | None:
    """Note what this mail reports of one of ours. None for any other mail. The same one twice is noted once."""
    mail = email.message_from_bytes(content, policy=email.policy.default)
    delivery = _delivery_in(mail)
    message = bounces.message_in(_returned(mail)) if delivery else None
    if delivery is None or message is None:
        return None
    key = hashlib.sha256(str(mail["Message-ID"] or "").encode() or content).hexdigest()
    bounces.note(message, delivery, source="report", key=bounces.key_of(key, message.uuid, delivery))
    return message, delivery


def _delivery_in(mail: EmailMessage) -> Delivery | None:
    for part in mail.walk():
        if part.get_content_type() == "message/feedback-report":
            return Delivery.COMPLAINT if _field(_first(part), "Feedback-Type").lower() == "abuse" else None
        if part.get_content_type() == "message/delivery-status":
            recipients = [block for block in _blocks(part) if block["Action"]]
            return _delivery_of(recipients[0]) if recipients else None  # a mail of ours has one recipient
    return None


def _delivery_of(recipient: Part) -> Delivery | None:
    action = _field(recipient, "Action").lower()
    if action == "delivered":
        return Delivery.DELIVERED
    if action == "delayed":
        return Delivery.SOFT_BOUNCE
    if action != "failed":
        return None
    words = f"{_field(recipient, 'Diagnostic-Code')} {_field(recipient, 'Status')}"
    return Delivery.HARD_BOUNCE if bounces.is_about_the_address(words) else Delivery.SOFT_BOUNCE


def _returned(mail: EmailMessage) -> str:
    """The headers of the mail that came back, whole or as headers only. Nothing that the report itself says."""
    for part in mail.walk():
        if part.get_content_type() == "message/rfc822":
            return "\n".join(f"{name}: {value}" for name, value in _first(part).items())
        if part.get_content_type() == "text/rfc822-headers":
            return str(part.get_content())
    return ""


def _blocks(part: Part) -> list[Part]:
    payload = part.get_payload()
    return payload if isinstance(payload, list) else []


def _first(part: Part) -> Part:
    blocks = _blocks(part)
    return blocks[0] if blocks else Part()


def _field(block: Part, name: str) -> str:
    return str(block[name] or "").strip()

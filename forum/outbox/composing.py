"""The mail itself, made of a message when it leaves."""

from __future__ import annotations

from email.encoders import encode_base64
from email.header import Header
from email.message import Message as Envelope
from email.mime.base import MIMEBase
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, SafeMIMEMultipart

from forum.outbox import bounces
from forum.outbox.enclosures import Attachment, enclosures_for, fill
from forum.outbox.models import Message

LONGEST_LINE = 76  # RFC 2047, for lines with encoded words


class EnclosedMail(EmailMultiAlternatives):
    """A mail whose HTML shows pictures of its own: mixed(related(alternative(text, HTML), pictures), files).

    Some mail programs hide files that stand beside the pictures.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pictures: list[MIMEBase] = []

    def message(self) -> Any:
        """With subject and sender folded by their place in the line: else the first line of a Korean one is empty."""
        message = super().message()  # which has refused line breaks in either
        name, address = parseaddr(str(self.from_email))
        sender = f"{_words('From', name)} <{address}>" if name and not name.isascii() else message["From"]
        for header, words in (("Subject", _words("Subject", self.subject)), ("From", sender)):
            Envelope.replace_header(message, header, Header(words, header_name=header))
        return message

    def _create_alternatives(self, msg: Any) -> Any:
        alternatives = super()._create_alternatives(msg)
        if not self.pictures:
            return alternatives
        related = SafeMIMEMultipart(_subtype="related", encoding=self.encoding or settings.DEFAULT_CHARSET)
        for part in (alternatives, *self.pictures):
            related.attach(part)
        return related


def compose(message: Message) -> EmailMultiAlternatives:
    """The mail itself, with every slot filled. What it holds now is in nobody's database."""
    enclosures = enclosures_for(message)
    mail = EnclosedMail(
        subject=fill(message.subject, enclosures.slots),
        body=fill(message.text, enclosures.slots),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[message.to_email],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers={
            "Message-ID": f"<{message.uuid}@{settings.PUBLIC_HOST}>",
            "X-Forum-Message": str(message.uuid),
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "DR, RN, NRN, OOF, AutoReply",  # Exchange's; not NDR: bounces are read
            "Content-Language": message.language,
            **enclosures.headers,
        },
    )
    if message.html:
        mail.attach_alternative(fill(message.html, enclosures.slots), "text/html")
    mail.metadata = bounces.marks_of(message)  # which a provider's own interface hands back
    for attachment in enclosures.attachments:
        if attachment.disposition == "inline":
            mail.pictures.append(_part(attachment))
        else:
            mail.attach(_part(attachment))
    return mail


def _words(header: str, text: str) -> str:
    """The text as a header may hold it, in words of which the first fits behind the header's name."""
    encoding = "us-ascii" if text.isascii() else "utf-8"
    return Header(text, encoding, header_name=header, maxlinelen=LONGEST_LINE).encode(linesep="")


def _part(attachment: Attachment) -> MIMEBase:
    main, _slash, sub = attachment.mimetype.partition("/")
    part = MIMEBase(main, sub, **attachment.parameters)
    part.set_payload(attachment.content)
    encode_base64(part)
    part.add_header("Content-Disposition", attachment.disposition, filename=attachment.name)
    if attachment.disposition == "inline":
        part.add_header("Content-ID", f"<{attachment.name}>")
    return part

"""Why a mail was not taken, and whose fault that is. What follows from it is `delivery.py`'s to do.

Codes are those of RFC 5321, enhanced ones (5.7.1) those of RFC 3463. Providers that are called over the web, by a
backend of django-anymail, answer with codes of HTTP.
"""

from __future__ import annotations

import re
import smtplib
from enum import Enum

# A policy that is about us: nobody gets mail before it is mended. DMARC is 5.7.26 at large providers.
ABOUT_US = re.compile(rb"relay|rcpthosts|\b5\.7\.(8|26)\b|authenticat|DMARC", re.IGNORECASE)
# We send too fast. One mailbox (4.2.x) that gets too much of everybody is not meant.
TOO_MUCH = re.compile(rb"\brate|too (many|much|fast|quick)|throttl|slow down", re.IGNORECASE)
ENHANCED = re.compile(rb"\b([245])\.(\d{1,3})\.(\d{1,3})\b")


class Failure(Enum):
    AWAY = "away"  # the server, the network or our database: it will pass for everybody
    UNCERTAIN = "uncertain"  # cut off after the content was sent: it may have arrived
    LATER = "later"  # this mailbox, for now
    TOO_FAST = "too fast"  # the server wants fewer from us
    OURS = "ours"  # sign-in, sender or permission: no mail will pass before somebody mends it
    NO_SUCH_ADDRESS = "no such address"
    REFUSED = "refused"  # this address, for good, whatever we say
    CONTENT = "content"  # what the mail says, or how much, or somebody's policy
    BUG = "bug"  # we could not even write it


def of(error: Exception, *, content_was_sent: bool = False) -> Failure:
    """What kind of failure this error of smtplib, of the network, of the database or of a provider's backend is."""
    if isinstance(error, smtplib.SMTPException):
        known = _of_smtp(error)
    elif (status := getattr(error, "status_code", None)) is not None:
        known = _of_web_answer(status)
    else:
        known = _BY_NAME.get(type(error).__name__)
    if known:
        return known
    if not isinstance(error, OSError):
        return Failure.BUG
    return Failure.UNCERTAIN if content_was_sent else Failure.AWAY


_BY_NAME = {  # django-anymail need not be there
    "OperationalError": Failure.AWAY,
    "ImproperlyConfigured": Failure.OURS,
    "AnymailConfigurationError": Failure.OURS,
    "AnymailRecipientsRefused": Failure.REFUSED,
}


def _of_smtp(error: smtplib.SMTPException) -> Failure | None:
    match error:
        case smtplib.SMTPRecipientsRefused():
            answers = error.recipients.values()
            return _of_answer(*next(iter(answers)), at_recipient=True) if answers else Failure.LATER
        case smtplib.SMTPAuthenticationError():  # 454: their register of passwords is away
            return Failure.AWAY if error.smtp_code // 100 == 4 else Failure.OURS
        case smtplib.SMTPNotSupportedError():
            return Failure.OURS
        case smtplib.SMTPConnectError() | smtplib.SMTPHeloError():
            return Failure.AWAY
        case smtplib.SMTPSenderRefused():
            answer = _of_answer(error.smtp_code, error.smtp_error, at_sender=True)
            is_too_big = error.smtp_code == 552 or b"5.3.4" in _bytes(error.smtp_error)
            return Failure.OURS if answer is Failure.CONTENT and not is_too_big else answer
        case smtplib.SMTPResponseException():
            return _of_answer(error.smtp_code, error.smtp_error)
    return None


def _of_answer(code: int, words: bytes | str, *, at_sender: bool = False, at_recipient: bool = False) -> Failure:
    found = ENHANCED.search(_bytes(words))
    kind, subject, detail = (int(each) for each in found.groups()) if found else (code // 100, 0, 0)
    if code in (530, 535, 538):
        return Failure.OURS
    if code == 421 or code // 100 not in (4, 5):  # no refusal: half an answer, before the line was cut
        return Failure.AWAY
    # 4.7.1 to a recipient or a mail is greylisting, as a rule: of us it speaks where nobody else was named yet.
    is_of_us = (at_sender and subject == 7) or (subject != 2 and TOO_MUCH.search(_bytes(words)))
    if code == 432 or (kind == 4 and is_of_us):
        return Failure.TOO_FAST
    if code // 100 == 4 or (subject, detail) == (2, 2):  # a mailbox that is full is emptied some day
        return Failure.LATER
    if subject != 1 and ABOUT_US.search(_bytes(words)):  # 5.1.1 also says “unknown in relay recipient table”
        return Failure.OURS
    # A policy against one recipient or mail says nothing of the others, until it says so several times (delivery.py).
    if not at_recipient or subject == 7:
        return Failure.CONTENT
    if subject == 1 or (not found and code in (550, 551, 553)):
        return Failure.NO_SUCH_ADDRESS
    return Failure.REFUSED


def _of_web_answer(status: int) -> Failure:
    if status == 429:
        return Failure.TOO_FAST
    if status in (401, 402, 403, 404):
        return Failure.OURS
    return Failure.CONTENT if 400 <= status < 500 and status != 408 else Failure.AWAY


def _bytes(words: bytes | str) -> bytes:
    return words if isinstance(words, bytes) else words.encode()

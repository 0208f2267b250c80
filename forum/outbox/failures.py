"""Why a mail was not taken, and whose fault that is. What follows from it is `delivery.py`'s to do.

Codes are those of RFC 5321, enhanced ones (5.7.1) those of RFC 3463.
"""

from __future__ import annotations

import re
import smtplib
from enum import Enum

ENHANCED = re.compile(rb"\b([245])\.(\d{1,3})\.(\d{1,3})\b")


class Failure(Enum):
    AWAY = "away"  # the server, the network or our database: it will pass for everybody
    UNCERTAIN = "uncertain"  # cut off after the content was sent: it may have arrived
    LATER = "later"  # this mailbox, for now
    TOO_FAST = "too fast"  # the server wants fewer from us
    OURS = "ours"  # sign-in, sender or permission: no mail will pass before somebody mends it
    NO_SUCH_ADDRESS = "no such address"
    REFUSED = "refused"  # the content, or this address of all, for good


def of(error: Exception, *, content_was_sent: bool = False) -> Failure:
    """What kind of failure this error of smtplib, of the network or of the database is."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = error.recipients.values()
        return _of_answer(*next(iter(answers)), at_recipient=True) if answers else Failure.LATER
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPNotSupportedError):
        return Failure.OURS
    if isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPHeloError):
        return Failure.AWAY
    if isinstance(error, smtplib.SMTPSenderRefused):
        answer = _of_answer(error.smtp_code, error.smtp_error)
        return Failure.OURS if answer in (Failure.REFUSED, Failure.NO_SUCH_ADDRESS) else answer
    if isinstance(error, smtplib.SMTPResponseException):
        return _of_answer(error.smtp_code, error.smtp_error)
    return Failure.UNCERTAIN if content_was_sent else Failure.AWAY


def _of_answer(code: int, words: bytes | str, *, at_recipient: bool = False) -> Failure:
    found = ENHANCED.search(words if isinstance(words, bytes) else words.encode())
    kind, subject, detail = (int(each) for each in found.groups()) if found else (code // 100, 0, 0)
    if code in (530, 535, 538):
        return Failure.OURS
    if code == 421 or code // 100 not in (4, 5):  # no refusal: half an answer, before the line was cut
        return Failure.AWAY
    if code == 432 or (kind == 4 and subject == 7):
        return Failure.TOO_FAST
    if code // 100 == 4 or (subject, detail) == (2, 2):  # a mailbox that is full is emptied some day
        return Failure.LATER
    if subject == 7:
        return Failure.OURS
    if at_recipient and (subject == 1 or (not found and code in (550, 551, 553))):
        return Failure.NO_SUCH_ADDRESS
    return Failure.REFUSED

"""Every answer of a mail server has one meaning, and only some of them are the address's fault."""

from __future__ import annotations

import smtplib
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from forum.outbox import failures
from forum.outbox.failures import Failure


class OfTheWeb(Exception):
    """As the backends of django-anymail raise it."""

    def __init__(self, status_code):
        self.status_code = status_code


class AnymailRecipientsRefused(Exception):
    """Theirs has this name."""


def at_recipient(code, words):
    return SMTPRecipientsRefused({"seowoo@example.org": (code, words)})


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (ConnectionRefusedError(), Failure.AWAY),
        (TimeoutError(), Failure.AWAY),
        (smtplib.SMTPServerDisconnected("closed"), Failure.AWAY),
        (smtplib.SMTPConnectError(421, b"4.3.2 closing"), Failure.AWAY),
        (smtplib.SMTPHeloError(501, b"who?"), Failure.AWAY),
        (SMTPDataError(421, b"4.7.0 too many connections"), Failure.AWAY),
        (at_recipient(222, b"22"), Failure.AWAY),
        (SMTPDataError(-1, b""), Failure.AWAY),
        (OperationalError("the database is away"), Failure.AWAY),
        (smtplib.SMTPAuthenticationError(535, b"5.7.8 bad credentials"), Failure.OURS),
        (smtplib.SMTPNotSupportedError("STARTTLS"), Failure.OURS),
        (SMTPSenderRefused(530, b"5.7.0 authenticate first", "forum@example.org"), Failure.OURS),
        (SMTPSenderRefused(550, b"5.1.8 sender unknown", "forum@example.org"), Failure.OURS),
        (SMTPSenderRefused(451, b"4.3.0 later", "forum@example.org"), Failure.LATER),
        (at_recipient(550, b"5.7.1 relaying denied"), Failure.OURS),
        (at_recipient(550, b"relay not permitted"), Failure.OURS),
        (at_recipient(553, b"sorry, that domain isn't in my list of allowed rcpthosts"), Failure.OURS),
        (at_recipient(554, b"Relay access denied"), Failure.OURS),
        (at_recipient(550, b"5.1.1 User unknown in relay recipient table"), Failure.NO_SUCH_ADDRESS),
        (at_recipient(550, b"5.7.1 we do not trust you"), Failure.CONTENT),
        (SMTPDataError(554, b"5.7.1 rejected as spam"), Failure.CONTENT),
        (SMTPSenderRefused(550, b"5.7.1 not allowed", "forum@example.org"), Failure.OURS),
        (at_recipient(554, b"5.7.26 DMARC"), Failure.OURS),
        (SMTPDataError(550, b"5.7.26 unauthenticated mail"), Failure.OURS),
        (at_recipient(550, b"5.1.1 no such user"), Failure.NO_SUCH_ADDRESS),
        (at_recipient(550, "no such user here"), Failure.NO_SUCH_ADDRESS),
        (at_recipient(553, b"mailbox name not allowed"), Failure.NO_SUCH_ADDRESS),
        (at_recipient(450, b"4.2.0 greylisted"), Failure.LATER),
        (at_recipient(450, b"4.7.1 Greylisting in action, please come back later"), Failure.LATER),
        (at_recipient(451, b"4.7.1 Please try again later"), Failure.LATER),
        (at_recipient(450, b"4.2.1 The user is receiving mail at a rate that is too high"), Failure.LATER),
        (SMTPDataError(451, b"4.7.1 Try again later"), Failure.LATER),
        (at_recipient(452, b"4.2.2 mailbox full"), Failure.LATER),
        (at_recipient(552, b"5.2.2 mailbox full"), Failure.LATER),
        (at_recipient(432, b"too many"), Failure.TOO_FAST),
        (at_recipient(451, b"4.7.1 slow down"), Failure.TOO_FAST),
        (at_recipient(450, b"too many messages, throttled"), Failure.TOO_FAST),
        (SMTPSenderRefused(450, b"4.7.1 not now", "forum@example.org"), Failure.TOO_FAST),
        (SMTPDataError(451, b"4.7.0 rate limited"), Failure.TOO_FAST),
        (at_recipient(550, b"5.2.1 mailbox disabled"), Failure.REFUSED),
        (SMTPDataError(554, b"looks like spam"), Failure.CONTENT),
        (SMTPDataError(552, b"5.3.4 message too big"), Failure.CONTENT),
        (SMTPSenderRefused(552, b"5.3.4 message too big", "forum@example.org"), Failure.CONTENT),
        (smtplib.SMTPAuthenticationError(454, b"4.7.0 temporary failure"), Failure.AWAY),
        (ImproperlyConfigured("no key"), Failure.OURS),
        (OfTheWeb(401), Failure.OURS),
        (OfTheWeb(429), Failure.TOO_FAST),
        (OfTheWeb(503), Failure.AWAY),
        (OfTheWeb(422), Failure.CONTENT),
        (AnymailRecipientsRefused(), Failure.REFUSED),
        (ValueError("header injection"), Failure.BUG),
    ],
)
def test_each_answer_has_its_meaning(error, failure):
    assert failures.of(error) == failure


@pytest.mark.parametrize("error", [smtplib.SMTPServerDisconnected("closed"), TimeoutError(), ConnectionResetError()])
def test_cut_off_after_the_content_it_may_have_arrived(error):
    assert failures.of(error, content_was_sent=True) == Failure.UNCERTAIN

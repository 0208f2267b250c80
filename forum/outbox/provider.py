"""What we know of the mail server, shared by all workers: whether to leave it alone for a while.

One row. A server that is away costs one attempt each time its pause is over, not one for each mail that waits; a
sign-in that is wrong burns no mails.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from forum.outbox.failures import Failure
from forum.outbox.models import Provider

logger = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=15)


def is_left_alone(now: datetime | None = None) -> bool:
    """Whether nobody should call the server now."""
    return Provider.objects.filter(paused_until__gt=now or timezone.now()).exists()


def leave_alone(failure: Failure, sentence: str) -> None:
    """Pause for everybody: half a minute, then twice as long each time, up to a quarter of an hour.

    Several workers may fail at the same moment; that is one failure. What only we can mend is said aloud once.
    """
    now = timezone.now()
    with transaction.atomic():
        provider = _locked()
        if provider.paused_until and provider.paused_until > now:
            return
        pause = min(FIRST_PAUSE * 2**provider.failures, LONGEST_PAUSE)
        is_news = provider.failure != failure.value
        provider.paused_until, provider.failure, provider.sentence = now + pause, failure.value, sentence
        provider.failures = min(provider.failures + 1, 10)
        provider.save()
    if failure is Failure.OURS and is_news:
        logger.critical("No mail can leave until the mail settings are mended: %s", sentence)
    else:
        logger.warning("The mail server is left alone for %s s: %s", pause.seconds, sentence)


def has_answered() -> None:
    """It takes mail: whatever was, is over."""
    Provider.objects.exclude(failures=0, failure="").update(paused_until=None, failures=0, failure="", sentence="")


def _locked() -> Provider:
    Provider.objects.get_or_create(pk=1)
    return Provider.objects.select_for_update(no_key=True).get(pk=1)

"""What all workers know of the mail server together, in one row: whether to leave it alone, and how fast it may be fed.

A server that is away costs one attempt each time its pause is over, not one for each mail that waits; a sign-in that is
wrong burns no mails. The rate is a token bucket of two tokens, kept as the moment at which it is full again. A ticket
takes either token. Mail in bulk takes one only from a full bucket, so it never stands before somebody who waits.

The clock is the database's: a worker whose own runs ahead calls nobody early.
"""

from __future__ import annotations

import logging
import random
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Case, DateTimeField, F, Q, Value, When
from django.db.models.functions import Greatest, Now
from django.utils.crypto import salted_hmac

from forum.outbox import pauses
from forum.outbox.failures import Failure
from forum.outbox.models import BULK, Provider

logger = logging.getLogger(__name__)

PROBE_LASTS = timedelta(seconds=100)  # longer than any call; after it another worker may try
SLOWED_FOR = timedelta(minutes=10)
LASTING = timedelta(hours=1)  # from then on somebody must look


@dataclass(frozen=True)
class Turn:
    """The right to call the server once. `failures` is how often in a row it had failed until then."""

    failures: int

    @property
    def still_holds(self) -> bool:
        """Whether nobody has learnt meanwhile that it fails."""
        return Provider.objects.filter(pk=1, failures__lte=self.failures).exists()


def is_left_alone() -> bool:
    """Whether nobody should call the server now."""
    return Provider.objects.filter(_is_paused()).exists()


def is_free() -> bool:
    """Whether a mail in bulk could leave at once."""
    return not Provider.objects.filter(_is_paused() | Q(free_at__gt=Now())).exists()


def may_be_back() -> bool:
    """Whether it was away, and its pause is over."""
    return Provider.objects.filter(~_is_paused(), failures__gt=0, failure=Failure.AWAY.value).exists()


def turn(priority: int, patience: float) -> Turn | None:
    """Wait for a turn, at most so many seconds. None: not now.

    Where the server failed and its pause is over, one worker gets a turn, and everybody else waits for how that ends.
    """
    give_up_at = time.monotonic() + patience
    while True:
        row, now = _row()
        pace = _pace(slowed=bool(row.slowed_until and row.slowed_until > now))
        leeway = timedelta(0) if priority >= BULK else pace
        is_ours = (
            Provider.objects.filter(~_is_paused(), pk=1, free_at__lte=Now() + leeway)
            .update(
                free_at=Greatest(F("free_at"), Now()) + pace,
                paused_until=Case(
                    When(failures=0, then=Value(None)), default=Now() + PROBE_LASTS, output_field=DateTimeField()
                ),
                settings_seen=fingerprint() if row.failures else "",
            )
        )  # fmt: skip
        if is_ours:
            return Turn(row.failures)
        wait = (row.free_at - leeway - now).total_seconds()
        wait = max(wait, 0.005) * random.uniform(1, 1.1)  # noqa: S311 (not everybody at the same moment)
        if time.monotonic() + wait > give_up_at or is_left_alone():
            return None
        time.sleep(wait)


def leave_alone(failure: Failure, sentence: str, turn: Turn) -> None:
    """Pause for everybody, longer each time. What only people can mend is said aloud once.

    Several workers may fail at the same moment; that is one failure.
    """
    with transaction.atomic():
        row = Provider.objects.annotate(now=Now()).select_for_update(no_key=True).get(pk=1)
        if row.failures != turn.failures:
            return
        pause = pauses.of_the_server(failure, row.failures + 1)
        is_news = row.failure != failure.value
        is_lasting = row.failing_since is not None and row.now - row.failing_since > LASTING
        Provider.objects.filter(pk=1).update(
            paused_until=Now() + pause,
            failures=row.failures + 1,
            failing_since=row.failing_since or Now(),
            failure=failure.value,
            sentence=sentence,
            settings_seen=fingerprint(),
        )
    if is_news and failure is Failure.OURS:
        logger.critical("No mail can leave until the mail settings are mended: %s", sentence)
    elif is_news and failure is Failure.CONTENT:
        logger.critical("The mail server refuses what our mails say: %s", sentence)
    elif is_lasting:
        logger.error("The mail server has taken no mail since %s: %s", row.failing_since.isoformat(), sentence)
    else:
        logger.warning("The mail server is left alone for %d s: %s", pause.total_seconds(), sentence)


def has_answered(turn: Turn) -> bool:
    """It takes mail. Whether that is news: then whatever was, is over."""
    if not turn.failures:
        return False
    well = {"paused_until": None, "failures": 0, "failing_since": None, "failure": "", "sentence": ""}
    Provider.objects.filter(pk=1).update(**well, settings_seen="")
    logger.warning("The mail server takes mail again.")
    return True


def give_back(turn: Turn) -> None:
    """The call says nothing about the server: if everybody waits for how it ends, the next one may try."""
    if turn.failures:
        Provider.objects.filter(pk=1, failures=turn.failures).update(paused_until=Now())


def slow_down() -> None:
    """The server wants fewer mails: half the rate for a while."""
    if Provider.objects.filter(Q(slowed_until=None) | Q(slowed_until__lte=Now()), pk=1).exists():
        logger.warning("The mail server wants fewer mails: half the rate for %d s.", SLOWED_FOR.total_seconds())
    Provider.objects.filter(pk=1).update(slowed_until=Now() + SLOWED_FOR)


def try_now() -> None:
    """Somebody says that it is mended: the pause is over."""
    Provider.objects.filter(paused_until__isnull=False).update(paused_until=Now())


def _is_paused() -> Q:
    """For whoever has the settings that failed. With other ones the server is tried at once."""
    return Q(paused_until__gt=Now(), settings_seen__in=["", fingerprint()])


def _pace(*, slowed: bool) -> timedelta:
    return timedelta(seconds=(2 if slowed else 1) / settings.MAIL_RATE)


def _row() -> tuple[Provider, datetime]:
    """The row, and what time it is for the database."""
    row = Provider.objects.annotate(now=Now()).filter(pk=1).first()
    if row is None:
        Provider.objects.get_or_create(pk=1)
        return _row()
    return row, row.now


def fingerprint() -> str:
    """Tells one set of mail settings from another, and nobody what they are."""
    names = ("BACKEND", "HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_TLS", "USE_SSL")
    values = [str(getattr(settings, f"EMAIL_{name}", "")) for name in names]
    values += [settings.DEFAULT_FROM_EMAIL, str(getattr(settings, "ANYMAIL", ""))]
    return salted_hmac("forum.outbox.provider", "\n".join(values), algorithm="sha256").hexdigest()

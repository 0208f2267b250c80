"""Whether mail flows here: the broker, the workers, the outbox, the mail server, and what comes back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from celery import current_app
from django.conf import settings
from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from kombu.exceptions import KombuError

from forum.health import HEART_STOPPED, MAIL_IS_LATE
from forum.outbox.doctor.findings import Finding, State
from forum.outbox.failures import Failure
from forum.outbox.models import DeliveryReport, Heartbeat, Message, Provider, Suppression

DAY = dt.timedelta(days=1)
FEW = 0.05  # of the mails of a day that come back
ENOUGH_TO_JUDGE = 20  # mails
QUEUES = {"mail", "bulk"}
BULK_IS_LATE = dt.timedelta(hours=2)

# The queues that workers take from. None where the broker cannot be reached.
AskWorkers = Callable[[], set[str] | None]


def findings(ask_workers: AskWorkers) -> list[Finding]:
    queues = ask_workers()
    return [
        _server(),
        _broker(queues),
        _workers(queues or set()),
        _beat(),
        _outbox(),
        _failed(),
        _coming_back(),
        _suppressed(),
    ]


def ask_celery() -> set[str] | None:
    with current_app.connection_for_write() as connection:
        try:
            answers = current_app.control.inspect(timeout=1, connection=connection).active_queues() or {}
        except (KombuError, OSError, *connection.connection_errors):
            return None
    return {queue["name"] for queues in answers.values() for queue in queues}


def _server() -> Finding:
    title, provider = _("Mail server"), Provider.objects.first()
    if provider and provider.failure == Failure.OURS.value:
        sentence = _("It does not let us send. Mend EMAIL_URL or DEFAULT_FROM_EMAIL; no mail is lost meanwhile.")
        return Finding(title, State.BROKEN, sentence, provider.sentence)
    if provider and provider.failure == Failure.CONTENT.value:
        sentence = _("It refuses what our mails say. Look at the failed messages, mend the cause, and send them again.")
        return Finding(title, State.BROKEN, sentence, provider.sentence)
    if provider and provider.failing_since and timezone.now() - provider.failing_since > MAIL_IS_LATE:
        sentence = _("It has taken no mail since %(moment)s. Mails wait for two days: have it mended before.")
        moment = timezone.localtime(provider.failing_since).strftime("%Y-%m-%d %H:%M")
        return Finding(title, State.BROKEN, sentence % {"moment": moment}, provider.sentence)
    if provider and provider.paused_until and provider.paused_until > timezone.now():
        sentence = _("It did not answer and is tried again at %(time)s. Mails wait; nothing needs to be done.")
        time = timezone.localtime(provider.paused_until).strftime("%H:%M:%S")
        return Finding(title, State.LOOK, sentence % {"time": time}, provider.sentence)
    if provider and provider.slowed_until and provider.slowed_until > timezone.now():
        return Finding(title, State.LOOK, _("It wants fewer mails, so they leave at half the rate. Lower MAIL_RATE."))
    if settings.EMAIL_BACKEND == "forum.mailbox.backend.MailboxBackend":
        return Finding(title, State.LOOK, _("Mail stays on this machine, in /dev/mail/. Set EMAIL_URL to send it."))
    return Finding(title, State.WELL, _("It takes our mail."), f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}")


def _broker(queues: set[str] | None) -> Finding:
    title = _("Broker")
    if queues is None:
        sentence = _("It cannot be reached. Start Redis; until then send with “manage.py drain_outbox”.")
        return Finding(title, State.BROKEN, sentence)
    return Finding(title, State.WELL, _("It answers."))


def _workers(queues: set[str]) -> Finding:
    title, missing = _("Workers"), sorted(QUEUES - queues)
    if not queues:
        sentence = _("None answers. Start one; until then send with “manage.py drain_outbox”.")
        return Finding(title, State.BROKEN, sentence)
    if missing:
        sentence = _("Nobody takes mail from the queue %(queue)s. Start a worker with -Q %(queue)s.")
        return Finding(title, State.BROKEN, sentence % {"queue": ",".join(missing)})
    return Finding(title, State.WELL, _("They take every mail."))


def _beat() -> Finding:
    title = _("Clock (beat)")
    beaten = Heartbeat.objects.filter(name="worker").values_list("beaten_at", flat=True).first()
    if beaten is None or timezone.now() - beaten > HEART_STOPPED:
        sentence = _("Nothing has happened by the clock for a while. Start one “celery beat”, and only one.")
        seen = timezone.localtime(beaten).strftime("%Y-%m-%d %H:%M:%S") if beaten else ""
        return Finding(title, State.BROKEN, sentence, seen)
    return Finding(title, State.WELL, _("It beats."))


def _outbox() -> Finding:
    title = _("Outbox")
    counted = Message.objects.values("state").annotate(number=Count("pk")).order_by()
    numbers = {row["state"]: row["number"] for row in counted}
    states = [f"{Message.State(state).label} {numbers[state]}" for state in Message.State.values if state in numbers]
    oldest = Message.objects.awaited().overdue().aggregate(oldest=Min("due_at"))["oldest"]
    late = timezone.now() - oldest if oldest else dt.timedelta()
    if late < dt.timedelta(minutes=1):
        return _bulk(title, " · ".join(states))
    minutes = int(late.total_seconds() // 60)
    sentence = ngettext(
        "A mail should have left %(number)d minute ago. See what is said of server, broker and workers.",
        "A mail should have left %(number)d minutes ago. See what is said of server, broker and workers.",
        minutes,
    )
    state = State.BROKEN if late > MAIL_IS_LATE else State.LOOK
    return Finding(title, state, sentence % {"number": minutes}, " · ".join(states))


def _bulk(title: str, states: str) -> Finding:
    """Mail to many takes its time: ten thousand at the usual rate a quarter of an hour."""
    number = Message.objects.waiting().bulk().not_paused().overdue(BULK_IS_LATE).count()
    if not number:
        return Finding(title, State.WELL, _("No mail waits that should have left."), states)
    sentence = ngettext(
        "%(number)d mail to many has waited for more than two hours. See what is said of server and workers.",
        "%(number)d mails to many have waited for more than two hours. See what is said of server and workers.",
        number,
    )
    return Finding(title, State.LOOK, sentence % {"number": number}, states)


def _failed() -> Finding:
    title = _("Mails given up")
    number = Message.objects.filter(state=Message.State.FAILED, created_at__gt=timezone.now() - 3 * DAY).count()
    if not number:
        return Finding(title, State.WELL, _("None in three days."))
    sentence = ngettext(
        "%(number)d mail was given up in three days. Each says why under Messages in the admin.",
        "%(number)d mails were given up in three days. Each says why under Messages in the admin.",
        number,
    )
    return Finding(title, State.LOOK, sentence % {"number": number})


def _coming_back() -> Finding:
    title = _("Bounces and complaints")
    if settings.MAIL_EVENTS_FROM:
        sentence = _("%(provider)s reports them to %(address)s.")
        address = f"{settings.PUBLIC_URL}/mail/events/{settings.MAIL_EVENTS_FROM}/"
        return Finding(title, State.WELL, sentence % {"provider": settings.MAIL_EVENTS_FROM, "address": address})
    if DeliveryReport.objects.filter(source="report").exists():
        return Finding(title, State.WELL, _("They are read from the mails that servers send back."))
    sentence = _(
        "What comes back later is not known here. Set MAIL_EVENTS_FROM, or let the mail server of the sender’s mailbox"
        " run “manage.py read_bounces”."
    )
    return Finding(title, State.LOOK, sentence)


def _suppressed() -> Finding:
    title, now = _("Suppressed addresses"), timezone.now()
    living = Suppression.objects.filter(ends__gt=now)
    number, lately = living.count(), living.filter(since__gt=now - DAY).count()
    tried = Message.objects.filter(Q(sent_at__gt=now - DAY) | _turned_away(now - DAY)).count()
    figures = {"number": number, "lately": lately, "tried": max(tried, lately)}
    figures["percent"] = round(100 * lately / (figures["tried"] or 1))
    seen = _("%(number)d in all, %(lately)d since yesterday") % figures
    if not lately:
        return Finding(title, State.WELL, _("None was added since yesterday."), seen)
    since = _("Since yesterday %(lately)d of %(tried)d mails came back (%(percent)d %%).") % figures
    if lately <= figures["tried"] * FEW:
        return Finding(title, State.WELL, since, seen)
    what_to_do = _("See whether the mail server refuses good addresses.")
    if figures["tried"] < ENOUGH_TO_JUDGE:
        what_to_do = _(
            "That is too few to judge by: look at each, a mistyped address or a server that refuses good ones."
        )
    return Finding(title, State.LOOK, f"{since} {what_to_do}", seen)


def _turned_away(since: dt.datetime) -> Q:
    """Mails that the server did not even take, since there is no such address."""
    failure = Failure.NO_SUCH_ADDRESS.value
    return Q(state=Message.State.FAILED, failure=failure, last_tried_at__gt=since)

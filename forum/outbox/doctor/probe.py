"""A mail to somebody who waits for it: whether it leaves, and how long that takes."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from forum.outbox import queue, writing
from forum.outbox.doctor.findings import Finding, State
from forum.outbox.models import Message

LIVES = dt.timedelta(minutes=15)


def send(email: str) -> Message:
    """Promise a probe in the active language. It goes the way of every mail, and nothing of it is kept for long."""
    language = get_language() or "ko"
    facts = {"privacy_url": settings.PUBLIC_URL + reverse("registration:privacy")}
    letter = writing.write("probe", language, facts, {"asked": f"{timezone.localtime():%H:%M}"}, {})
    return queue.enqueue(
        kind="probe",
        to_email=email,
        language=language,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        expires_at=timezone.now() + LIVES,
        blank_when_sent=True,
    )


def fate_of(message: Message) -> Finding:
    """What became of it so far."""
    title, state = _("Probe"), message.state
    if state == Message.State.SENT:
        if message.delivery in (Message.Delivery.HARD_BOUNCE, Message.Delivery.COMPLAINT):
            return Finding(title, State.BROKEN, _("It left, and came back."))
        seconds = (message.sent_at - message.created_at).total_seconds()
        sentence = _("The mail server took it after %(seconds)s s. See whether it arrives, and not among spam.")
        return Finding(title, State.WELL, sentence % {"seconds": f"{seconds:.1f}"})
    if state == Message.State.SUPPRESSED:
        return Finding(title, State.LOOK, _("Mail to this address came back before, so none is sent. Lift that first."))
    if state in (Message.State.QUEUED, Message.State.SENDING):
        if message.last_error:
            return Finding(title, State.BROKEN, _("It did not leave and is tried again."), message.last_error)
        return Finding(title, State.LOOK, _("It waits to be sent. Look again in a few seconds."))
    return Finding(title, State.BROKEN, _("It did not leave."), message.last_error)

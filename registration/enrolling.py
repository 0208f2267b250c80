"""Staff register somebody who told them so: a caller by telephone, or a guest whom an organiser invites."""

from __future__ import annotations

import uuid

from django.utils import timezone

from programme.models import Edition
from programme.phase import is_registration_open
from registration import sign_up
from registration.errors import RegisteredAlready, RegistrationNotOpen
from registration.models import Quota, Registration
from registration.normalising import email_key
from registration.sign_up import Answers


def key_of(edition: Edition, form_key: uuid.UUID, answers: Answers) -> uuid.UUID:
    """What a form of staff becomes at most once: this person. Many of them have no address, so the name counts too."""
    return uuid.uuid5(form_key, f"{edition.pk}:{email_key(answers.email)}:{answers.name}")


def enrol(edition: Edition, answers: Answers, form_key: uuid.UUID) -> Registration:
    """Give the person a seat of their share, or a place in the line, on every day, and promise the mail.

    The same form sent again answers the same registration. Raises RegisteredAlready, DayFull, and for citizens
    RegistrationNotOpen: a call is no way around the opening.
    """
    if answers.share == Quota.Share.PUBLIC and not is_open(edition):
        raise RegistrationNotOpen
    return sign_up.enter(edition, answers, key_of(edition, form_key, answers), _lead_to_it)


def is_open(edition: Edition) -> bool:
    """Whether citizens can be registered by telephone: from the opening until changes close."""
    closes = edition.changes_until or edition.registration_closes_at
    return is_registration_open(timezone.now(), opens=edition.registration_opens_at, closes=closes)


def _lead_to_it(known: Registration, _answers: Answers) -> Registration:
    raise RegisteredAlready(known)

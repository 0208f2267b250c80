"""Registering for an edition."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from forum.retrying import retrying
from programme.models import Edition, Speaker
from programme.phase import is_registration_open
from registration import consent, notices, seats, ticketing
from registration.errors import DayFull, RegistrationNotOpen
from registration.models import Booking, ConsentNotice, Quota, Registration
from registration.normalising import email_key


@dataclass(frozen=True)
class Answers:
    """What somebody told us, already tidied and found sensible by a form.

    `days` are the numbers of days, `may_wait` those of them for which a place in the line will do. Staff who register
    somebody say by which `channel` they heard of it, as whom the person comes, and which `speaker` it is.
    """

    days: Sequence[int]
    name: str
    email: str
    organisation: str
    field: str
    support: Sequence[str]
    support_note: str
    language: str
    consents: dict[ConsentNotice, bool]
    may_wait: Collection[int] = ()
    takes_any_seat: bool = False
    is_of_age: bool = False
    channel: str = Registration.Channel.WEB
    category: str = Registration.Category.ATTENDEE
    speaker: Speaker | None = None

    @property
    def share(self) -> Quota.Share:
        return Quota.share_of(self.category)


Met = Callable[[Registration, Answers], Registration]


def key_of(edition: Edition, form_key: uuid.UUID, email: str) -> uuid.UUID:
    """What a form becomes at most once: a registration of this address.

    The same page filled in for somebody else, by the browser's Back, is another.
    """
    return uuid.uuid5(form_key, f"{edition.pk}:{email_key(email)}")


def register(edition: Edition, answers: Answers, form_key: uuid.UUID) -> Registration:
    """Give the person a seat, or a place in the line, on every day they chose, and promise the mail.

    The same form sent again answers the same registration and changes nothing. An address that is registered already
    keeps what it has and is sent its link. Raises RegistrationNotOpen, or DayFull with nothing saved.
    """
    if not is_registration_open(
        timezone.now(), opens=edition.registration_opens_at, closes=edition.registration_closes_at
    ):
        raise RegistrationNotOpen
    return enter(edition, answers, key_of(edition, form_key, answers.email), _tell_the_owner)


def enter(edition: Edition, answers: Answers, key: uuid.UUID, met: Met) -> Registration:
    """Write the registration with its seats, ticket and mail, once for a key. `met` says what becomes of an address
    that is registered already. Raises DayFull with nothing saved."""
    try:
        return retrying(lambda: _register(edition, answers, key, met))
    except DayFull:
        # The last seat may have gone to this very form, sent twice at once.
        same_form, _known = met_before(edition, answers, key)
        if same_form is None:
            raise
        return same_form


@transaction.atomic
def _register(edition: Edition, answers: Answers, key: uuid.UUID, met: Met) -> Registration:
    same_form, known = met_before(edition, answers, key)
    if same_form:
        return same_form
    quotas = _quotas(edition, answers.days, answers.share)
    lines = [quota for quota in quotas if quota.left <= 0]
    # Before the address counts: whether a day is full must not tell whether an address is known.
    _refuse_full([quota for quota in lines if quota.day.number not in answers.may_wait or not seats.has_line(quota)])
    if known:
        return met(known, answers)
    registration = write(edition, answers, key)
    seated = _book(registration, [quota for quota in quotas if quota not in lines])
    if lines:
        notices.confirmed(registration, seated + _take_and_join(registration, quotas, lines))
    else:
        notices.confirmed(registration, seated)
        _take(quotas)
    return registration


def _tell_the_owner(known: Registration, answers: Answers) -> Registration:
    notices.already_registered(known, answers.days)
    return known


def met_before(edition: Edition, answers: Answers, key: uuid.UUID) -> tuple[Registration | None, Registration | None]:
    """(what this form has become before, the living registration of this address, or of this speaker)"""
    mine = Q(submission_key=key)
    if answers.email:
        mine |= Q(edition=edition, email_key=email_key(answers.email), cancelled_at__isnull=True)
    if answers.speaker:
        mine |= Q(speaker=answers.speaker, cancelled_at__isnull=True)
    known = Registration.objects.filter(mine).order_by().values_list("submission_key", "pk")
    found = dict(known)  # empty for almost everybody
    same_form = found.pop(key, None)
    rows = Registration.objects.in_bulk([same_form, *found.values()]) if same_form or found else {}
    for row in rows.values():
        row.edition = edition
    return rows.get(same_form), next((rows[pk] for pk in found.values()), None)


def _quotas(edition: Edition, numbers: Sequence[int], share: str = Quota.Share.PUBLIC) -> list[Quota]:
    """The quotas of the days, in the order in which everybody takes them."""
    days = {day.pk: day for day in edition.days.all() if day.number in numbers}
    quotas = list(Quota.objects.filter(day__in=days, share=share).order_by("pk"))
    for quota in quotas:
        quota.day = days[quota.day_id]
    missing = set(numbers) - {quota.day.number for quota in quotas}
    if missing or not quotas:
        raise DayFull(missing)
    return quotas


def write(edition: Edition, answers: Answers, key: uuid.UUID) -> Registration:
    """The registration, what was agreed to, and the ticket: all but the seats. Inside a transaction."""
    registration = Registration.objects.create(
        edition=edition,
        submission_key=key,
        name=answers.name,
        email=answers.email,
        email_key=email_key(answers.email),
        organisation=answers.organisation,
        field=answers.field,
        support=list(answers.support),
        support_note=answers.support_note,
        language=answers.language,
        takes_any_seat=answers.takes_any_seat,
        is_of_age=answers.is_of_age,
        channel=answers.channel,
        category=answers.category,
        speaker=answers.speaker,
    )
    consent.record(registration, answers.consents, answers.channel)
    ticketing.issue_first(registration)
    return registration


def _book(registration: Registration, quotas: Sequence[Quota]) -> list[Booking]:
    return Booking.objects.bulk_create(Booking.of_seat(registration, quota) for quota in quotas)


def _take(quotas: Sequence[Quota]) -> None:
    """The last statements of the transaction, by ascending id: each row is locked only from here to the commit."""
    _refuse_full([quota for quota in quotas if not seats.take(quota)])


def _take_and_join(registration: Registration, quotas: Sequence[Quota], lines: Sequence[Quota]) -> list[Booking]:
    """As `_take`, or the end of the line where the day is full. The mail names the place, so it comes after."""
    waiting = []
    for quota in quotas:
        if quota in lines:
            claim = Booking(registration=registration, day=quota.day, quota=quota, state=Booking.State.WAITING)
            claim.place = seats.join_line(quota)
            claim.save(force_insert=True)
            waiting.append(claim)
        elif not seats.take(quota):
            _refuse_full([quota])
    return waiting


def _refuse_full(quotas: Sequence[Quota]) -> None:
    if quotas:
        raise DayFull(quota.day.number for quota in quotas)

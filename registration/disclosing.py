"""Everything that we hold about a person, to take along: the keys are words for people, the moments are in UTC."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from forum.accounts.models import User
from forum.accounts.roles import is_organiser
from forum.outbox import records
from registration.models import AccessLog, Certificate, Consent, Registration

ABOUT = "Everything that the forum holds about you. Moments are in UTC; null is what has not happened or is not known."

Facts = dict[str, object]


def about_registration(registration: Registration) -> Facts:
    """One entry for an edition, with all that belongs to it."""
    return {
        "forum": registration.edition.slug,
        "name": registration.name,
        "email_address": registration.email,
        "new_email_address_not_confirmed": registration.new_email,
        "mail_does_not_arrive_since": registration.unreachable_since,
        "first_opened_the_ticket_at": registration.ticket_opened_at,
        "organisation": registration.organisation,
        "field_of_interest": registration.field,
        "support_wanted": registration.support,
        "other_support_wanted": registration.support_note,
        "language": registration.language,
        "registered_through": registration.channel,
        "comes_as": registration.category,
        "speaker_in_the_programme": registration.speaker.slug if registration.speaker else None,
        "takes_a_seat_from_the_waiting_list_without_being_asked": registration.takes_any_seat,
        "said_to_be_14_or_older": registration.is_of_age,
        "desk_code": registration.desk_code_for_people,
        "registered_at": registration.created_at,
        "asked_whether_coming_at": registration.asked_at,
        "said_to_be_coming_at": registration.coming_since,
        "cancelled_at": registration.cancelled_at,
        "days": _days(registration),
        "entries_at_the_door": [
            {"date": each["date"], "first_entered_at": each["first_in_at"]}
            for each in registration.attendances.values("date", "first_in_at").order_by("pk")
        ],
        "certificate_of_attendance": _certificate(registration),
        "consents": [_consent(each) for each in registration.consents.select_related("notice")],
        "mails": [
            {
                "kind": mail["kind"],
                "subject": mail["subject"],
                "to": mail["to_email"],
                "state": mail["state"],
                "written_at": mail["created_at"],
                "sent_at": mail["sent_at"],
            }
            for mail in records.mails_about(registration.uuid)
        ],
        "looks_by_staff": _looks(AccessLog.objects.filter(whose=registration.uuid)),
        "account": about_account(registration.user) if registration.user else None,
    }


def about_account(user: User) -> Facts:
    """The account itself, without its registrations."""
    return {
        "email_address": user.email,
        "made_at": user.date_joined,
        "last_signed_in_at": user.last_login,
        "codes_mailed_at": records.codes_mailed_to(user.email),
    }


def everything_of(user: User, registrations: Iterable[Registration]) -> Facts:
    """The account and each of its registrations."""
    theirs = [about_registration(each) for each in registrations]
    for each in theirs:
        del each["account"]
    return {"about_this_file": ABOUT, "account": about_account(user), "registrations": theirs}


def everything_about(registration: Registration) -> Facts:
    return {"about_this_file": ABOUT, **about_registration(registration)}


def _days(registration: Registration) -> list[Facts]:
    return [
        {
            "day": booking.day.number,
            "date": booking.day.date,
            "state": booking.state,
            "place_in_line": booking.place,
            "offered_until": booking.offered_until,
            "booked_at": booking.booked_at,
            "confirmed_at": booking.confirmed_at,
            "cancelled_at": booking.cancelled_at,
            "released_when_asked_whether_coming_at": booking.released_at,
        }
        for booking in registration.bookings.select_related("day").order_by("pk")
    ]


def _certificate(registration: Registration) -> Facts | None:
    found = Certificate.objects.select_related("edition").filter(registration=registration).first()
    return found and {"number": found.serial, "code": found.code, "issued_at": found.issued_at}


def _consent(consent: Consent) -> Facts:
    """The answer, and the words that were answered."""
    notice = consent.notice
    return {
        "agreed": consent.agreed,
        "answered_at": consent.answered_at,
        "answered_through": consent.channel,
        "notice": {
            "kind": notice.kind,
            "version": notice.version,
            "language": notice.language,
            "title": notice.title,
            "data_collected": notice.items,
            "purpose": notice.purpose,
            "kept_until": notice.retention,
            "right_to_refuse": notice.refusal,
            "legal_basis": notice.legal_basis,
        },
    }


def _looks(looks: QuerySet[AccessLog]) -> list[Facts]:
    """When somebody looked, what they did and in which role they may: who they are is their own data."""
    return [
        {"at": look.at, "act": look.act, "role": "organiser" if is_organiser(look.who) else "staff"}
        for look in looks.select_related("who").order_by("at")
    ]

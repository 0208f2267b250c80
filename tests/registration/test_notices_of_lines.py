"""Mails to whoever has a seat, waits, or both: what is said of the ticket and of the place in the line."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from programme.templatetags.forum_dates import day_long
from registration import booking
from tests.pages import without_codes
from tests.registration.every_mail import (
    AFTER_THE_FIRST,
    LANGUAGES,
    TICKET_WORDS,
    attachments,
    caused,
    dates_in,
    left,
    make_waiting,
    parts,
    soon,
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", AFTER_THE_FIRST)
def test_who_only_waits_is_not_told_of_a_ticket(forum, kind, language):
    sent = caused(kind, make_waiting(forum, language))

    told = [sent.subject, *(without_codes(part) for part in parts(sent))]
    assert [word for word in TICKET_WORDS[language] for each in told if word in each] == []
    assert attachments(sent) == {}
    for part in parts(sent):
        assert dates_in(part, forum, language) == [2]
        assert ({"ko": "대기 1번", "en": "Number 1 on the waiting list"}[language] in part) == (kind != "cancelled")
        assert forum.venue.address not in part


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["confirmation", *AFTER_THE_FIRST[:-1]])
def test_who_has_a_seat_and_waits_reads_of_both_days_and_then_of_the_place(forum, kind, language):
    sent = caused(kind, make_waiting(forum, language, days=(1, 2)))

    assert list(attachments(sent)) == ["ticket-qr.png", "forum.ics"]
    for part in parts(sent):
        with override(language):
            seat, line = (part.index(day_long(day.date)) for day in forum.days.all())
        assert seat < line < part.index(getattr(forum.venue, f"address_{language}"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_offer_that_waits_for_an_answer_is_in_every_mail(forum, language):
    registration = make_waiting(forum, language)
    registration.bookings.update(state="offered", offered_until=soon())

    sent = caused("link_again", registration)

    until = registration.bookings.get().offered_until.astimezone(forum.tzinfo)
    assert [f"{until:%H:%M}" in part for part in parts(sent)] == [True, True]


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_gives_back_the_seat_and_stays_in_the_line_is_told_that_the_place_stays(forum, language):
    registration = make_waiting(forum, language, days=(1, 2))

    booking.cancel(registration, [1])

    sent = left("cancelled")
    for part in parts(sent):
        assert {"ko": "다른 날의 대기 순서는 그대로입니다", "en": "You keep your place"}[language] in part
        assert "QR" not in without_codes(part)

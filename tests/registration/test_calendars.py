"""The calendar of a registration, read by another library than a human eye: times, zone, changes."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as some
from icalendar import Calendar

from programme.calendars import Entry, calendar
from registration import booking, calendars, links
from registration.models import Quota, Registration
from tests.factories import make_registration

SEOUL = zoneinfo.ZoneInfo("Asia/Seoul")


def read(registration):
    return Calendar.from_ical(calendars.registration_calendar(registration))


def events(registration):
    return read(registration).walk("VEVENT")


def test_each_day_is_an_event_at_its_time_in_seoul(registration, forum):
    found = [(event.decoded("dtstart"), event.decoded("dtend")) for event in events(registration)]

    days = [day.date for day in forum.days.order_by("number")]
    nine_thirty, half_past_five = dt.time(9, 30), dt.time(17, 30)
    assert found == [
        (dt.datetime.combine(day, nine_thirty, SEOUL), dt.datetime.combine(day, half_past_five, SEOUL)) for day in days
    ]
    assert [event["dtstart"].params["TZID"] for event in events(registration)] == ["Asia/Seoul", "Asia/Seoul"]


def test_the_rules_of_the_zone_are_in_the_file(registration):
    zones = read(registration).walk("VTIMEZONE")

    assert [str(zone["tzid"]) for zone in zones] == ["Asia/Seoul"]
    assert {rule.decoded("tzoffsetto") for rule in zones[0].walk("STANDARD")} >= {dt.timedelta(hours=9)}


def test_calendars_are_told_where_and_what_but_never_the_secret_link(registration, forum):
    event = events(registration)[0]

    assert str(event["uid"]) == f"{registration.uuid}-day-1@forum.test"
    assert forum.venue.name_ko in str(event["location"])
    assert str(event["url"]) == "http://forum.test/ko/2022/programme/day-1/"
    assert links.token_of(registration) not in calendars.registration_calendar(registration).decode()
    assert event["geo"].to_ical() == f"{forum.venue.latitude};{forum.venue.longitude}"
    assert (str(event["status"]), event["sequence"]) == ("CONFIRMED", 0)
    assert str(read(registration)["method"]) == "PUBLISH"


@pytest.mark.parametrize(
    ("language", "summary"), [("ko", "2022 서울 빅데이터 포럼"), ("en", "Seoul Big Data Forum 2022")]
)
def test_it_speaks_the_language_of_the_registration(forum, language, summary):
    event = events(make_registration(forum, language=language))[0]

    assert str(event["summary"]).startswith(summary)
    assert getattr(forum.venue, f"name_{language}") in str(event["location"])


def test_only_days_that_were_booked_are_in_it(forum):
    registration = make_registration(forum, days=(2,))

    assert [str(event["uid"]) for event in events(registration)] == [f"{registration.uuid}-day-2@forum.test"]


def test_a_day_given_back_is_cancelled_in_calendars_too(registration):
    booking.cancel(registration, [1])

    facts = [(str(event["status"]), event["sequence"]) for event in events(registration)]
    assert facts == [("CANCELLED", 1), ("CONFIRMED", 0)]


def test_the_story_of_a_day_counts_up(registration):
    """A calendar takes the newest: booked 0, cancelled 1, booked again 2, cancelled again 3."""
    story = []
    for _ in range(2):
        story.append(day_two(registration))
        booking.cancel(registration, [2])
        story.append(day_two(registration))
        book_again(registration)

    assert story == [("CONFIRMED", 0), ("CANCELLED", 1), ("CONFIRMED", 2), ("CANCELLED", 3)]


def day_two(registration):
    event = next(event for event in events(registration) if "-day-2@" in event["uid"])
    return str(event["status"]), event["sequence"]


def test_every_change_of_the_day_its_place_or_the_forum_counts_up_and_the_event_stays_the_same(registration, forum):
    def uid_and_sequence():
        event = events(Registration.objects.get())[0]
        return str(event["uid"]), event["sequence"]

    found = [uid_and_sequence()]
    day = forum.days.get(number=1)
    day.starts = dt.time(10)
    day.save()
    found.append(uid_and_sequence())
    forum.venue.address_ko = "서울특별시 중구 을지로 281"
    forum.venue.save()
    found.append(uid_and_sequence())
    booking.cancel(registration, [1])
    found.append(uid_and_sequence())

    assert found == [(f"{registration.uuid}-day-1@forum.test", sequence) for sequence in range(4)]


def test_what_was_given_back_is_a_cancellation_of_those_days_only(registration):
    booking.cancel(registration, [1])

    taken_out, kept = (Calendar.from_ical(file(registration)) for file in (calendars.given_back, calendars.seats))

    for file, method, status, day in ((taken_out, "CANCEL", "CANCELLED", 1), (kept, "PUBLISH", "CONFIRMED", 2)):
        found = file.walk("VEVENT")
        assert (str(file["method"]), [str(event["uid"])[-17:] for event in found]) == (
            method,
            [f"-day-{day}@forum.test"],
        )
        assert {str(event["status"]) for event in found} == {status}


def test_calendars_believe_the_same_sender_when_they_enter_and_take_out(registration, settings):
    settings.DEFAULT_FROM_EMAIL = "Seoul Big Data Forum <forum@example.org>"
    booking.cancel(registration, [1])

    senders = {
        str(event["organizer"])
        for file in (calendars.given_back, calendars.seats)
        for event in Calendar.from_ical(file(registration)).walk("VEVENT")
    }

    assert senders == {"mailto:forum@example.org"}


def test_who_has_nothing_to_enter_or_to_take_out_has_no_file(registration):
    assert calendars.given_back(registration) is None

    booking.cancel(registration, [1, 2])

    assert calendars.seats(registration) is None


def test_a_place_in_the_line_that_was_given_back_takes_nothing_out(forum):
    Quota.objects.filter(day__number=1).update(capacity=0)
    registration = make_registration(forum, may_wait=[1])
    booking.cancel(registration, [1])

    assert calendars.given_back(registration) is None


def book_again(registration):
    """As a changed registration will."""
    given_back = registration.bookings.filter(day__number=2).last()
    given_back.pk, given_back.state, given_back.cancelled_at = None, "confirmed", None
    given_back.save()
    Quota.objects.filter(pk=given_back.quota_id).update(taken=1)


def test_a_place_in_the_line_is_no_event_yet(registration):
    registration.bookings.filter(day__number=2).update(state="waiting", place=1)

    assert [str(event["uid"]) for event in events(registration)] == [f"{registration.uuid}-day-1@forum.test"]


def test_a_day_without_times_lasts_the_whole_date(registration, forum):
    forum.days.filter(number=1).update(starts=None, ends=None, doors=None)

    event = events(registration)[0]

    assert (event.decoded("dtstart").time(), event.decoded("dtend").time()) == (dt.time(0), dt.time(23, 59))


def test_a_forum_without_a_venue_has_a_calendar(registration, forum):
    forum.venue = None
    forum.save()

    assert "location" not in events(Registration.objects.get())[0]


def test_entry_instructions_stand_in_it(registration, forum):
    forum.entry_instructions_ko = "3번 출구; 신분증, 그리고\nQR"
    forum.save()

    assert str(events(Registration.objects.get())[0]["description"]) == "3번 출구; 신분증, 그리고\nQR"


# --- The format ---------------------------------------------------------------------------------------------------

words = some.text(some.characters(exclude_categories=["Cs", "Cc"]), max_size=200)


@given(words, words)
def test_whatever_the_words_the_file_reads_back_and_keeps_its_line_length(summary, location):
    at = dt.datetime(2026, 11, 30, 9, 30, tzinfo=dt.UTC)  # writing the rules of a zone takes most of the time

    file = calendar([Entry("1@forum.test", summary, at, at + dt.timedelta(hours=8), at, location=location)])

    event = Calendar.from_ical(file).walk("VEVENT")[0]
    assert str(event["summary"]) == summary
    assert str(event.get("location", "")) == location
    assert max(len(line) for line in file.split(b"\r\n")) <= 75
    assert b"\n" not in file.replace(b"\r\n", b"")


def test_a_name_cannot_write_lines_of_its_own(forum):
    registration = make_registration(forum, name="홍서우\r\nATTENDEE:mailto:everybody@example.org")

    file = calendars.registration_calendar(registration)

    assert b"\r\nATTENDEE" not in file


def test_nothing_to_tell_is_an_empty_calendar():
    assert Calendar.from_ical(calendar([])).walk("VEVENT") == []

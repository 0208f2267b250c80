"""A session that moves, moves in calendars; one that is cancelled leaves them. Read as a calendar program does."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest
from django.core import mail
from django.urls import reverse
from icalendar import Calendar

from programme.models import Day, Room, Session, Venue
from registration import broadcasting, writing
from tests.factories import make_registration
from tests.programme.test_admin import change, filled
from tests.registration.editing import draft
from tests.registration.mails_to_many import confirm, send_all

SEOUL = zoneinfo.ZoneInfo("Asia/Seoul")


@pytest.fixture
def panel(forum):
    """Another session of the first day."""
    return Session.objects.filter(day__number=1, state="published").exclude(slug="session-1").first()


def let_go(organiser):
    """The draft goes out. Answers the mails that it became."""
    send_all()
    mail.outbox.clear()
    confirm(draft(), organiser)
    writing.write()
    send_all()
    return mail.outbox


def files_of(sent):
    """{name: Calendar} of the files in a mail, each with the method that its part says."""
    parts = [part for part in sent.message().walk() if part.get_content_type() == "text/calendar"]
    files = {part.get_filename(): Calendar.from_ical(part.get_payload(decode=True)) for part in parts}
    assert [part.get_param("method") for part in parts] == [str(file["method"]) for file in files.values()]
    return files


def events_of(sent):
    """{method: [(uid, status)]}"""
    return {
        str(file["method"]): [(str(event["uid"]), str(event["status"])) for event in file.walk("VEVENT")]
        for file in files_of(sent).values()
    }


def uid(session):
    return f"session-{session.pk}@forum.test"


def only_event(sent):
    [file] = files_of(sent).values()
    [event] = file.walk("VEVENT")
    return event


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_moved_session_is_entered_at_its_new_time_in_seoul(forum, keynotes, organiser, save, language):
    make_registration(forum, days=(1,), language=language)
    save(keynotes, starts="10:40", ends="11:20")

    [sent] = let_go(organiser)

    [(name, file)] = files_of(sent).items()
    [event] = file.walk("VEVENT")
    date = keynotes.day.date
    assert (name, str(file["method"])) == ("forum.ics", "PUBLISH")
    assert (str(event["uid"]), str(event["status"])) == (uid(keynotes), "CONFIRMED")
    assert event.decoded("dtstart") == dt.datetime.combine(date, dt.time(10, 40), SEOUL)
    assert event.decoded("dtend") == dt.datetime.combine(date, dt.time(11, 20), SEOUL)
    assert [str(zone["tzid"]) for zone in file.walk("VTIMEZONE")] == [event["dtstart"].params["TZID"]] == ["Asia/Seoul"]
    assert str(event["summary"]) == getattr(keynotes, f"title_{language}")
    assert getattr(forum.venue, f"name_{language}") in str(event["location"])


def test_a_cancelled_session_is_a_cancellation_of_the_same_event_with_a_higher_number(forum, keynotes, organiser, save):
    make_registration(forum, days=(1,))
    save(keynotes, starts="10:40")
    moved = only_event(let_go(organiser)[0])
    save(keynotes, state="cancelled")

    [sent] = let_go(organiser)

    assert events_of(sent) == {"CANCEL": [(uid(keynotes), "CANCELLED")]}
    assert list(files_of(sent)) == ["cancelled.ics"]
    assert only_event(sent)["sequence"] > moved["sequence"] > 0


def test_moved_and_cancelled_sessions_are_two_files_each_with_its_method(forum, keynotes, panel, organiser, save):
    make_registration(forum, days=(1,))
    save(keynotes, starts="10:40")
    save(panel, state="cancelled")

    [sent] = let_go(organiser)

    assert events_of(sent) == {"PUBLISH": [(uid(keynotes), "CONFIRMED")], "CANCEL": [(uid(panel), "CANCELLED")]}
    assert list(files_of(sent)) == ["forum.ics", "cancelled.ics"]


def test_a_deleted_session_is_taken_out_with_the_time_that_it_had(organiser_client, forum, keynotes, organiser, save):
    make_registration(forum, days=(1,))
    save(keynotes, starts="10:40")
    moved = only_event(let_go(organiser)[0])
    organiser_client.post(reverse("admin:programme_session_delete", args=[keynotes.pk]), {"post": "yes"})

    [sent] = let_go(organiser)

    event = only_event(sent)
    assert (str(event["uid"]), str(event["status"])) == (uid(keynotes), "CANCELLED")
    assert event.decoded("dtstart") == moved.decoded("dtstart")
    assert event["sequence"] > moved["sequence"]


def test_a_session_that_takes_place_after_all_comes_back(forum, keynotes, organiser, save):
    make_registration(forum, days=(1,))
    save(keynotes, state="cancelled")
    cancelled = only_event(let_go(organiser)[0])
    save(keynotes, state="published")

    event = only_event(let_go(organiser)[0])

    assert (str(event["uid"]), str(event["status"])) == (uid(keynotes), "CONFIRMED")
    assert event["sequence"] > cancelled["sequence"]


def test_the_number_rises_with_every_change_also_to_a_day_and_a_place_that_changed_less(
    organiser_client, forum, keynotes, organiser, save
):
    """A number that counted only the present day and place would fall when the session leaves a busy one."""
    make_registration(forum, days=(1, 2))
    for minute in (10, 20, 30):
        save(forum.days.get(number=1), doors=f"08:{minute}")
    room = Room.objects.create(venue=forum.venue, name_ko="가온홀", name_en="Gaon Hall")
    elsewhere = Venue.objects.create(slug="elsewhere", name_ko="다른 곳", name_en="Elsewhere")
    let_go(organiser)
    acts = [
        (keynotes, {"starts": "10:40"}),
        (keynotes, {"room": room.pk}),
        (keynotes, {"day": Day.objects.get(edition=forum, number=2).pk}),
        (forum, {"venue": elsewhere.pk}),
        (keynotes, {"state": "cancelled"}),
    ]

    numbers = []
    for row, typed in acts:
        organiser_client.post(change(row), filled(organiser_client, change(row), **typed))
        save(keynotes, ends=f"12:{len(numbers)}0")
        [sent] = let_go(organiser)
        events = [event for file in files_of(sent).values() for event in file.walk("VEVENT")]
        numbers += [event["sequence"] for event in events if str(event["uid"]) == uid(keynotes)]

    assert len(numbers) == len(acts)
    assert numbers == sorted(set(numbers))


def test_only_sessions_of_days_with_a_seat_are_entered(forum, keynotes, organiser, save):
    second = Session.objects.filter(day__number=2, state="published", starts__isnull=False).first()
    of_first, of_second = (make_registration(forum, days=(number,)) for number in (1, 2))
    save(keynotes, starts="10:40")
    save(second, starts="09:31")

    sent = {each.to[0]: events_of(each) for each in let_go(organiser)}

    assert sent == {
        of_first.email: {"PUBLISH": [(uid(keynotes), "CONFIRMED")]},
        of_second.email: {"PUBLISH": [(uid(second), "CONFIRMED")]},
    }


def test_who_only_waits_is_told_and_gets_nothing_to_enter(forum, keynotes, organiser, save):
    waiting = make_registration(forum, days=(1,))
    waiting.bookings.update(state="waiting", place=1)
    save(keynotes, starts="10:40")

    [sent] = let_go(organiser)

    assert (sent.to, files_of(sent)) == ([waiting.email], {})


def test_a_day_that_moved_is_the_persons_own_event_with_a_higher_number(forum, organiser, save):
    registration = make_registration(forum, days=(1,))
    save(forum.days.get(number=1), starts="10:00")

    event = only_event(let_go(organiser)[0])

    assert str(event["uid"]) == f"{registration.uuid}-day-1@forum.test"
    assert event["sequence"] > 0
    assert event.decoded("dtstart").time() == dt.time(10)


def test_a_session_without_an_end_has_a_start_alone(forum, keynotes, organiser, save):
    make_registration(forum, days=(1,))
    save(keynotes, starts="10:40", ends="")

    event = only_event(let_go(organiser)[0])

    assert ("dtend" in event, event.decoded("dtstart").time()) == (False, dt.time(10, 40))


def test_the_test_mail_is_the_same_mail(forum, keynotes, panel, organiser, save):
    """Words, changes and files; only the link to one's own page leads elsewhere, and the mail says so."""
    organiser.name = "Anna Lee"
    make_registration(forum, days=(1,), language="en", name=organiser.name)
    save(keynotes, starts="10:40")
    save(panel, state="cancelled")
    send_all()
    mail.outbox.clear()
    broadcasting.send_test(draft(), organiser)
    send_all()
    korean, english = sorted(mail.outbox, key=lambda each: each.subject.isascii())

    [sent] = let_go(organiser)

    def files(of):
        return {name: file.to_ical() for name, file in files_of(of).items()}

    assert files(english) == files(sent)
    assert list(files(korean)) == list(files(sent))
    assert english.subject == f"[Test] {sent.subject}"
    page = "http://forum.test/en/2022/programme/day-1/"
    assert (page in english.body, "http://forum.test/\n" in english.body) == (True, False)
    assert "This is a sample." in english.body
    assert "This is a sample." not in sent.body

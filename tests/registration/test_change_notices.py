"""What an organiser moves or cancels becomes a mail to those who planned by it. Nothing leaves by itself."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core import mail
from django.urls import reverse
from django.utils.translation import override
from icalendar import Calendar

from forum.outbox.models import Message
from programme.models import Day, Room, Session, Venue
from programme.templatetags.forum_dates import day_long
from registration import booking, broadcasting, change_words, composing, writing
from registration.models import Broadcast
from tests.factories import make_registration
from tests.programme.test_admin import change, filled, listed
from tests.registration.editing import draft, said
from tests.registration.mails_to_many import addresses, confirm, send_all, written_to


@pytest.fixture
def people(forum):
    """Two on day 1, one on day 2, one on both."""
    days = [(1,), (1,), (2,), (1, 2)]
    return [make_registration(forum, days=each, language=["ko", "en"][len(each) - 1]) for each in days]


def lines(language="en", of=None):
    """Everything that the mail says changed, in one line each."""
    found = []
    for entry in change_words.entries((of or draft()).changes, language):
        found += [entry.remark] if entry.remark else []
        found += [f"{line.label}: {line.before} → {line.after}" for line in entry.lines]
    return found


# --- What is said after saving --------------------------------------------------------------------------------------


def test_moving_a_session_says_how_many_are_affected_and_prepares_the_mail(forum, people, keynotes, save):
    messages = save(keynotes, starts="10:40")

    page = reverse("broadcast", args=[draft().pk])
    assert [text for text in messages if "3명" in text and f'href="{page}"' in text] != []
    assert draft().audience["days"] == [keynotes.day.number] == [1]
    assert (draft().subject_ko, draft().subject_en) == (
        "꼭 확인해 주세요: 시작 시각 변경",
        "Please read: new starting time",
    )
    assert Message.objects.exclude(batch=None).count() == 0


@pytest.mark.parametrize(("language", "day"), [("ko", "1일차 · "), ("en", "Day 1 · ")])
def test_the_mail_says_on_which_day_and_date_a_moved_session_is(forum, people, keynotes, save, language, day):
    save(keynotes, starts="10:40")
    letter = composing.sample(draft(), language, "홍서우")

    with override(language):
        when = day + day_long(keynotes.day.date)
    assert [when in part for part in (letter.text, letter.html)] == [True, True]


def test_the_mail_says_old_and_new_in_both_languages(forum, people, keynotes, save):
    old = f"{keynotes.starts:%H:%M}"
    save(keynotes, starts="10:40")

    assert lines("en") == [f"Starts: {old} → 10:40"]
    assert lines("ko") == [f"시작: {old} → 10:40"]
    for language, title in (("ko", keynotes.title_ko), ("en", keynotes.title_en)):
        letter = composing.sample(draft(), language, "")
        for part in (letter.text, re.sub(r"</?(s|strong)\b[^>]*>", "", letter.html)):
            assert f"{old} → 10:40" in part
        assert title in letter.text


def test_across_days_people_of_both_are_affected(forum, people, keynotes, save):
    save(keynotes, day=forum.days.get(number=2).pk)

    assert draft().audience["days"] == [1, 2]
    assert draft().subject_en == "Please read: new date"
    assert [line for line in lines() if line.startswith("Date: ")] != []


@pytest.mark.parametrize("state", ["cancelled", "draft"])
def test_a_session_that_is_cancelled_or_taken_off_the_site_is_cancelled(forum, people, keynotes, save, state):
    save(keynotes, state=state)

    assert draft().subject_ko == "꼭 확인해 주세요: 세션 취소"
    assert [line.startswith("Cancelled. It was planned for ") for line in lines()] == [True]


def test_a_deleted_session_is_cancelled(organiser_client, forum, people, keynotes):
    page = reverse("admin:programme_session_delete", args=[keynotes.pk])
    messages = said(organiser_client.post(page, {"post": "yes"}))

    assert [text for text in messages if "3명" in text] != []
    assert [line.startswith("Cancelled.") for line in lines()] == [True]


def test_sessions_deleted_from_the_list_are_cancelled(organiser_client, forum, people, keynotes):
    act = {"action": "delete_selected", "_selected_action": [keynotes.pk], "post": "yes"}
    organiser_client.post(listed(Session), act)

    assert not Session.objects.filter(pk=keynotes.pk).exists()
    assert [line.startswith("Cancelled.") for line in lines()] == [True]


def test_a_room_a_day_and_the_place_count_too(forum, people, keynotes, save):
    room = Room.objects.create(venue=forum.venue, name_ko="가온홀", name_en="Gaon Hall")
    save(keynotes, room=room.pk)
    assert (draft().subject_en, lines()) == ("Please read: new room", ["Room: – → Gaon Hall"])

    day = forum.days.get(number=2)
    save(day, doors="08:30")
    assert draft().audience["days"] == [1, 2]
    assert draft().subject_en == "Please read: the programme changed"
    assert lines()[1:] == [f"Doors: {day.doors:%H:%M} → 08:30"]

    elsewhere = Venue.objects.create(slug="elsewhere", name_ko="다른 곳", name_en="Elsewhere")
    save(forum, venue=elsewhere.pk)
    assert f"Where: {forum.venue.name_en} → Elsewhere" in lines()


def test_days_edited_on_the_page_of_the_edition_count_as_well(organiser_client, forum, people):
    page = change(forum)
    facts = filled(organiser_client, page)
    field = next(name for name in facts if name.startswith("days-0-starts") or name == "days-0-date")
    prefix = field.rsplit("-", 1)[0]
    number = int(facts[f"{prefix}-number"])
    date = dt.date.fromisoformat(facts[f"{prefix}-date"]) - dt.timedelta(days=1)
    organiser_client.post(page, facts | {f"{prefix}-date": date.isoformat()})

    assert forum.days.get(number=number).date == date
    assert (draft().audience["days"], draft().subject_en) == ([number], "Please read: new date")


# --- What is not announced ------------------------------------------------------------------------------------------


def test_other_words_are_no_change(forum, people, keynotes, save):
    assert [text for text in save(keynotes, title_ko="새 제목") if "명" in text] == []
    assert Broadcast.objects.count() == 0


def test_a_draft_that_moves_or_appears_was_told_to_nobody(forum, people, keynotes, save):
    Session.objects.filter(pk=keynotes.pk).update(state="draft")
    save(keynotes, starts="10:40")
    save(keynotes, state="published")

    assert Broadcast.objects.count() == 0


def test_without_people_and_in_the_archive_there_is_nobody_to_tell(forum, keynotes, save):
    save(keynotes, starts="10:40")
    assert Broadcast.objects.count() == 0

    make_registration(forum, days=(1,))
    for day in forum.days.all():
        Day.objects.filter(pk=day.pk).update(date=day.date - dt.timedelta(days=400))
    save(keynotes, starts="10:50")
    assert Broadcast.objects.count() == 0


def test_a_form_that_is_refused_announces_nothing(organiser_client, forum, people, keynotes):
    page = change(keynotes)
    answer = organiser_client.post(page, filled(organiser_client, page, starts="18:00", ends="17:00"))

    assert (answer.status_code, Broadcast.objects.count()) == (200, 0)


# --- One draft ------------------------------------------------------------------------------------------------------


def test_several_changes_join_one_draft_from_the_first_to_the_last(forum, people, keynotes, save):
    old = f"{keynotes.starts:%H:%M}"
    for starts in ("10:40", "10:45", "10:50"):
        save(keynotes, starts=starts)

    assert lines() == [f"Starts: {old} → 10:50"]
    assert draft().revision == 3


def test_what_is_moved_back_is_in_it_no_more_and_an_empty_draft_is_discarded(forum, people, keynotes, save):
    old = f"{keynotes.starts:%H:%M}"
    save(keynotes, starts="10:40")
    assert [text for text in save(keynotes, starts=old) if "명" in text] == []

    assert list(Broadcast.objects.values_list("state", flat=True)) == ["cancelled"]


def test_words_that_an_organiser_chose_stay_when_another_change_joins(forum, people, keynotes, save):
    save(keynotes, starts="10:40")
    broadcasting.revise(draft(), subject_ko="조금 늦게 시작합니다", body_ko="새 본문")
    save(keynotes, state="cancelled")

    assert (draft().subject_ko, draft().body_ko) == ("조금 늦게 시작합니다", "새 본문")
    assert draft().subject_en == "Please read: a session is cancelled"


def test_after_it_went_out_the_next_change_begins_a_new_draft(forum, people, keynotes, organiser, save):
    save(keynotes, starts="10:40")
    sent = confirm(draft(), organiser)
    save(keynotes, starts="10:50")

    assert lines() == ["Starts: 10:40 → 10:50"]
    assert [line.endswith("→ 10:40") for line in lines(of=sent)] == [True]


def test_cancelled_and_taken_back_after_the_mail_it_takes_place_after_all(forum, people, keynotes, organiser, save):
    save(keynotes, state="cancelled")
    confirm(draft(), organiser)
    save(keynotes, state="published")

    assert [line.startswith("Takes place after all: ") for line in lines()] == [True]


# --- With their yes -------------------------------------------------------------------------------------------------


def test_confirmed_it_reaches_those_of_the_day_with_their_calendar(forum, people, keynotes, organiser, save):
    save(keynotes, starts="10:40")
    confirm(draft(), organiser)
    booking.cancel(people[0], [1])
    writing.write()
    send_all()

    day = forum.days.get(number=1)
    assert set(Message.objects.exclude(batch=None).values_list("expires_at", flat=True)) == {day.at(dt.time.max)}
    expected = addresses([people[1], people[3]])
    assert written_to() == expected
    notices = [each for each in mail.outbox if "10:40" in each.body]
    assert sorted(each.to[0] for each in notices) == expected
    for each in notices:
        parts = [part for part in each.message().walk() if part.get_content_type() == "text/calendar"]
        assert len(list(Calendar.from_ical(parts[0].get_payload(decode=True)).walk("VEVENT"))) >= 1

"""Whatever is edited, deleted or moved is told in both languages, in the order of the programme."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils.translation import override

from programme import differences, publishing, telling
from programme.frozen import Facts
from programme.models import Appearance, Organisation, Room, Session, Speaker, Talk
from tests.programme.releasing import edit
from tests.programme.test_pages import make_talks


@pytest.fixture
def old(forum) -> Facts:
    make_talks(Session.objects.get(slug="session-2"), 2)
    return publishing.everything(forum).facts


def told(forum, old, language="en"):
    """The title, the remark and the lines of everything that differs now."""
    new = publishing.everything(forum).facts
    with override(language):
        entries = telling.entries(differences.between(old, new), old, new)
        return [
            (str(each.title), each.remark, [tuple(map(str, vars(line).values()))[:3] for line in each.lines])
            for each in entries
        ]


def test_nothing_is_told_of_nothing(forum, old):
    assert told(forum, old) == []


def test_times_rooms_people_and_words_are_told_old_beside_new(forum, old):
    room = Room.objects.create(venue=forum.venue, name_ko="가상 방", name_en="Made-up room")
    edit("talk-1", starts=dt.time(14, 0), minutes=30, language="en", note_en="A note, made up", note_ko="지어낸 말")
    edit("session-2", room=room, times_confirmed=True, starts=dt.time(13, 40))
    Session.objects.get(slug="session-2").hosts.set([Organisation.objects.last()])
    Appearance.objects.filter(talk__slug="talk-2").update(speaker=Speaker.objects.get(slug="yiqun-xie"))
    title, hosts = Session.objects.get(slug="session-2").title_en, Organisation.objects.last().name_en
    was = next(row for row in old["sessions"] if row["slug"] == "session-2")

    assert told(forum, old) == [
        (title, "", [
            ("Time", f"{was['starts']}–{was['ends']}", f"13:40–{was['ends']}"),
            ("Room", "–", "Made-up room"),
            ("Times", "Provisional", "Final"),
            ("Hosts", was["hosts"][0]["name"]["en"], hosts),
        ]),
        ("Talk 1", "", [
            ("Time", "13:01–13:02", "14:00–14:30"),
            ("Spoken language", "Korean", "English"),
            ("Note", "–", "A note, made up"),
        ]),
        ("Talk 2", "", [("Speakers", "Speaker 2", "Yiqun Xie")]),
    ]  # fmt: skip


def test_a_talk_that_went_to_another_session_and_day_says_both(forum, old):
    edit("talk-1", session=Session.objects.get(slug="session-4"))
    names = [Session.objects.get(slug=slug).title_en for slug in ("session-2", "session-4")]

    [(title, _remark, lines)] = told(forum, old)

    assert (title, lines) == ("Talk 1", [("Time", "Day 1, 13:01–13:02", "Day 2, 13:01–13:02"), ("Session", *names)])


def test_a_text_is_told_in_the_language_in_which_it_differs(forum, old):
    edit("talk-1", title_ko="새 발표")

    assert told(forum, old) == [("Talk 1", "", [("Title", "발표 1", "새 발표")])]
    assert told(forum, old, "ko") == [("새 발표", "", [("제목", "발표 1", "새 발표")])]


def test_what_is_new_gone_cancelled_or_on_again_is_told_in_a_word(forum, old):
    edit("talk-1", state="cancelled")
    Talk.objects.get(slug="talk-2").delete()
    make_talks_called("talk-3", "Talk 3")

    cancelled = publishing.everything(forum).facts
    edit("talk-1", state="published")

    def words(before):
        return {title: remark for title, remark, _lines in told(forum, before)}

    assert words(old) == {"Talk 2": "No longer in the programme", "Talk 3": "New"}
    assert words(cancelled) == {"Talk 1": "Takes place after all"}
    edit("talk-1", state="cancelled")
    assert words(old)["Talk 1"] == "Cancelled"


def test_order_and_addresses_alone_are_told_to_nobody(forum, old):
    Talk.objects.filter(slug="talk-1").update(order=999, slug="another-address")

    assert told(forum, old) == []
    assert differences.between(old, publishing.everything(forum).facts) != []


def make_talks_called(slug, title):
    Talk.objects.create(
        session=Session.objects.get(slug="session-2"), slug=slug, title_ko="발표 3", title_en=title, state="published",
        order=101, language="ko",
    )  # fmt: skip

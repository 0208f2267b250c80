"""What looks wrong in a programme, and what only looks like it."""

from __future__ import annotations

import datetime as dt

import pytest

from programme import queries
from programme.conflicts import conflicts
from programme.models import Appearance, Edition, Room, Session, Speaker, Stream, Talk
from tests.programme.releasing import edit


@pytest.fixture
def found(forum):
    """What looks wrong now, as the kind with the slugs that collide."""

    def look():
        return [
            (each.kind, *sorted(item.slug for item in each.items), *([each.who.slug] if each.who else []))
            for each in conflicts(queries.drafts(Edition.objects.get(pk=forum.pk)))
        ]

    return look


@pytest.fixture
def one(forum):
    return make_talk("session-1", "one", dt.time(10, 20), 40)


@pytest.fixture
def person(forum, one):
    person = Speaker.objects.create(edition=forum, slug="made-up", name_ko="지어낸 이", name_en="Made Up")
    Appearance.objects.create(talk=one, speaker=person)
    return person


def make_talk(session, slug, starts, minutes):
    return Talk.objects.create(
        session=Session.objects.get(slug=session), slug=slug, title_ko=f"지어낸 {slug}", title_en=f"Made up {slug}",
        state="published", starts=starts, minutes=minutes, order=50,
    )  # fmt: skip


def test_the_forum_as_it_is_loaded_has_no_conflict(found):
    assert found() == []


@pytest.mark.parametrize(
    ("starts", "collides"), [(dt.time(10, 50), True), (dt.time(11, 0), False), (dt.time(9, 40), False)]
)
def test_nobody_speaks_in_two_talks_at_once_but_may_in_one_after_the_other(found, person, starts, collides):
    edit(
        "session-2", starts=dt.time(9, 30), room=Room.objects.create(venue=Edition.objects.first().venue, name_ko="방")
    )
    other = make_talk("session-2", "two", starts, 30)
    Appearance.objects.create(talk=other, speaker=person)

    expected = [("two_places", "one", "two", "made-up")] if collides else []
    assert [each for each in found() if each[0] == "two_places"] == expected


def test_somebody_in_an_untimed_talk_is_there_as_long_as_its_session_lasts(found, person):
    edit("session-2", starts=dt.time(10, 30))
    Appearance.objects.create(talk=make_talk("session-2", "two", None, None), speaker=person)

    assert ("two_places", "one", "two", "made-up") in found()


def test_two_untimed_talks_of_one_session_follow_each_other(found, person, one):
    edit("one", starts=None)
    Appearance.objects.create(talk=make_talk("session-1", "two", None, None), speaker=person)

    assert found() == []


def test_what_was_cancelled_is_in_nobodys_way(found, person):
    edit("session-2", starts=dt.time(10, 30), state="cancelled")
    Appearance.objects.create(talk=make_talk("session-2", "two", dt.time(10, 30), 20), speaker=person)
    edit("two", state="cancelled")

    assert found() == []


def test_two_sessions_of_one_stage_or_room_may_touch_but_not_overlap(found, forum):
    room = Room.objects.create(venue=forum.venue, name_ko="가상 방", name_en="Made-up room")
    edit("session-1", ends=dt.time(13, 30))
    assert found() == []
    edit("session-1", ends=dt.time(13, 31))
    assert found() == [("same_room", "session-1", "session-2")]
    edit("session-1", room=room)
    assert found() == []
    edit("session-2", room=room)
    assert found() == [("same_room", "session-1", "session-2")]


@pytest.mark.parametrize(
    ("starts", "minutes", "outside"),
    [
        (dt.time(10, 20), 100, False), (dt.time(10, 19), 10, True), (dt.time(11, 30), 31, True),
        (dt.time(12, 1), None, True), (None, 10, False),
    ],
)  # fmt: skip
def test_a_talk_lies_within_its_session(found, starts, minutes, outside):
    make_talk("session-1", "one", starts, minutes)

    assert found() == ([("outside", "one", "session-1")] if outside else [])


def test_a_day_without_a_stream_is_no_conflict_where_nobody_watches(found, forum):
    Stream.objects.filter(day__number=2).delete()
    assert found() == [("no_stream",)]

    Edition.objects.filter(pk=forum.pk).update(format="onsite")

    assert found() == []

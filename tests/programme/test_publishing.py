"""The public sees the latest release. What is edited waits for the next one; an earlier one can be published again."""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection, transaction

from programme import frozen, publishing, queries, read_model
from programme.models import Appearance, Day, Edition, Release, Room, Session, Speaker, Stream, Talk
from programme.models.release import NeverChanged
from programme.read_model import Text
from tests.programme.releasing import edit, publish, publish_again, publish_one
from tests.programme.test_pages import addresses, make_talks, queries_of

DAY = "/en/2022/programme/day-1/"


@pytest.fixture
def released(forum):
    return publish(forum)


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


# --- What the public sees -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_page_is_the_same_from_a_release_as_from_the_rows_that_it_was_made_of(client, forum, language):
    make_talks(Session.objects.get(slug="session-2"), 3)
    before = {address: page(client, address) for address in addresses(language)}
    days = [address for address in before if "/programme/day-" in address]

    publish(forum)

    after = {address: page(client, address) for address in addresses(language)}
    assert [address for address in before if before[address] != after[address]] == days  # they name the release


def test_a_programme_read_from_a_release_equals_the_one_that_was_published(forum):
    make_talks(Session.objects.get(slug="session-2"), 3)
    live = queries.programme("2022")

    publish(forum)

    released = queries.programme("2022")
    assert (released.days, released.speakers) == (live.days, live.speakers)
    assert (released.release.number, live.release) == (1, None)


def test_an_edit_shows_only_when_it_is_published(client, forum, released):
    edit("session-2", title_en="A new title, made up")
    assert "A new title, made up" not in page(client, DAY)

    publish(forum)

    assert "A new title, made up" in page(client, DAY)


def test_without_a_release_every_edit_shows_at_once(client, forum):
    edit("session-2", title_en="A new title, made up")

    assert "A new title, made up" in page(client, DAY)


def test_days_their_streams_and_photographs_never_wait_for_a_release(client, forum, released):
    day = Day.objects.get(edition=forum, number=1)
    day.ends = dt.time(20, 45)
    day.save()
    Stream.objects.filter(day=day).delete()
    speaker = Speaker.objects.get(slug="yiqun-xie")
    speaker.photo.save("made-up.png", ContentFile(b"no picture"))

    shown = queries.programme("2022")

    assert (shown.day(1).ends.time(), shown.day(1).streams) == (dt.time(20, 45), ())
    assert shown.speaker("yiqun-xie").photo_url == speaker.photo.url
    speaker.photo.delete()
    assert queries.programme("2022").speaker("yiqun-xie").photo_url == ""


def test_what_was_deleted_stays_public_until_the_next_release(client, forum, released):
    Session.objects.get(slug="session-6").delete()
    assert queries.programme("2022").session("session-6").title.ko

    publish(forum)

    assert queries.programme("2022").session("session-6") is None


def test_a_release_holds_every_field_that_pages_show_or_it_is_known_to_be_live():
    held = {
        read_model.Session: {*frozen.SESSION, "day_number", "starts", "ends", "hosts", "talks"},
        read_model.Talk: {*frozen.TALK, "session_slug", "day_number", "starts", "appearances"},
        read_model.Speaker: {*frozen.SPEAKER},
    }
    live = {read_model.Session: {"was"}, read_model.Talk: {"was"}, read_model.Speaker: {"photo_url"}}

    for values, names in held.items():
        assert {field.name for field in dataclasses.fields(values)} == names | live[values]


def test_a_release_from_before_a_field_existed_is_still_shown_and_differs_by_nothing_that_readers_see(client, forum):
    facts = publishing.everything(forum).facts
    for row in facts["talks"]:
        del row["languages"]
    Release.objects.create(edition=forum, number=1, programme=facts)

    assert queries.programme("2022").talk("ai-sharing-for-smart-cities").languages == "both"
    assert [each for each in publishing.everything(forum).differences if each.is_seen] == []


@pytest.mark.parametrize("address", [DAY, "/en/2022/speakers/", "/en/2022/programme/changes/"])
def test_a_page_from_a_release_asks_as_much_for_one_talk_as_for_forty_and_at_most_eight_times(client, forum, address):
    session = Session.objects.get(slug="session-2")
    make_talks(session, 1)
    publish(forum)
    edit("session-2", starts=dt.time(13, 0))
    publish(forum)
    few = queries_of(client, address)
    Talk.objects.filter(session=session).delete()
    Speaker.objects.filter(slug__startswith="speaker-").delete()
    make_talks(session, 40)
    publish(forum)

    many = queries_of(client, address)

    assert len(few) == len(many) <= 8


# --- Publishing ---------------------------------------------------------------------------------------------------


def test_releases_are_numbered_from_one_within_their_edition(forum, organiser):
    first = publish(forum, organiser, Text("처음", "First"))
    edit("session-2", starts=dt.time(13, 0))
    second = publish(forum, organiser)
    other = Edition.objects.get(slug="2021")

    assert [first.number, second.number, publish(other).number] == [1, 2, 1]
    assert (first.made_by, first.note_ko, first.note_en) == (organiser, "처음", "First")


def test_nothing_is_published_when_nothing_differs(forum, released):
    with pytest.raises(publishing.NothingToPublish):
        publish(forum)

    assert Release.objects.count() == 1


def test_what_somebody_changed_after_it_was_looked_at_is_not_published(forum, released):
    edit("session-2", starts=dt.time(13, 0))
    seen = publishing.everything(forum).mark
    edit("session-2", starts=dt.time(13, 10))

    with pytest.raises(publishing.DraftsMoved):
        publishing.publish(forum, None, Text(), seen)

    assert Release.objects.count() == 1


def test_one_session_is_published_alone_with_its_talks_and_their_people(forum, released):
    edit("session-2", title_en="Not yet")
    edit("session-1", title_en="Now")
    talk = edit("ai-sharing-for-smart-cities", title_en="Now too")
    person = Speaker.objects.create(edition=forum, slug="made-up", name_ko="지어낸 이", name_en="Made Up")
    Appearance.objects.create(talk=talk, speaker=person, order=9)

    publish_one(Session.objects.get(slug="session-1"))

    shown = queries.programme("2022")
    assert [shown.session(slug).title.en for slug in ("session-1", "session-2")] == [
        "Now", released.programme["sessions"][2]["title"]["en"],
    ]  # fmt: skip
    assert shown.talk(talk.slug).title.en == "Now too"
    assert [each.speaker.slug for each in shown.talk(talk.slug).appearances][-1] == "made-up"
    assert {(each.table, each.after["slug"]) for each in publishing.everything(forum).differences} == {
        ("sessions", "session-2")
    }


def test_a_talk_that_moved_is_in_one_session_only_when_either_is_published_alone(forum, released):
    talk = Talk.objects.get(slug="ai-sharing-for-smart-cities")
    edit(talk.slug, session=Session.objects.get(slug="session-2"))

    publish_one(Session.objects.get(slug="session-1"))

    shown = [
        session.slug for session in queries.programme("2022").sessions for each in session.talks if each.id == talk.pk
    ]
    assert shown == ["session-2"]


def test_a_session_that_was_deleted_can_be_taken_out_alone_and_its_people_go_with_it(forum, released):
    edit("session-2", title_en="Not yet")
    gone = Session.objects.get(slug="session-1")
    pk = gone.pk
    gone.delete()

    publish_one(Session(edition=forum, pk=pk))

    shown = queries.programme("2022")
    assert (shown.session("session-1"), shown.speakers) == (None, ())
    assert shown.session("session-2").title.en != "Not yet"


def test_one_session_cannot_be_published_before_the_whole_programme(forum):
    with pytest.raises(publishing.NeverPublished):
        publish_one(Session.objects.get(slug="session-1"))


def test_an_earlier_programme_comes_back_as_the_next_release_and_edits_stay(forum, released):
    edit("session-2", title_en="A mistake, made up")
    publish(forum)

    back = publish_again(released)

    assert (back.number, back.repeats) == (3, 1)
    assert back.programme == released.programme
    assert queries.programme("2022").session("session-2").title.en != "A mistake, made up"
    assert Session.objects.get(slug="session-2").title_en == "A mistake, made up"


def test_a_session_of_a_day_that_is_no_more_is_not_shown(forum, released):
    Session.objects.filter(day__number=2).delete()
    for quota in Day.objects.get(edition=forum, number=2).quotas.all():
        quota.delete()
    Day.objects.get(edition=forum, number=2).delete()

    assert {session.day_number for session in queries.programme("2022").sessions} == {1}


def test_rooms_hosts_and_untimed_sessions_come_back_as_they_were(forum):
    room = Room.objects.create(venue=forum.venue, name_ko="가상 방", name_en="Made-up room")
    edit("session-2", room=room)
    edit("session-3", starts=None, ends=None)
    live = {session.slug: session for session in queries.programme("2022").sessions}

    publish(forum)

    assert {session.slug: session for session in queries.programme("2022").sessions} == live


# --- A release never changes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["programme", "number", "note_ko", "made_at", "edition_id", "repeats"])
def test_the_database_refuses_to_change_a_release(released, column):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE programme_release SET {column} = {column}")


def test_a_release_is_neither_saved_twice_nor_updated_nor_deleted(released):
    for act in (released.save, released.delete, Release.objects.all().delete):
        with pytest.raises(NeverChanged):
            act()
    with pytest.raises(NeverChanged):
        Release.objects.update(number=7)


def test_the_account_of_who_published_can_go(forum, organiser):
    release = publish(forum, organiser)
    organiser.delete()

    release.refresh_from_db()
    assert release.made_by is None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_organisers_who_publish_at_once_make_one_release(forum):
    seen = publishing.everything(forum).mark
    outcomes: list[object] = []
    barrier = threading.Barrier(2)

    def press() -> None:
        barrier.wait()
        try:
            outcomes.append(publishing.publish(forum, None, Text(), seen).number)
        except publishing.DraftsMoved as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(str, outcomes)) == ["1", "drafts_moved"]

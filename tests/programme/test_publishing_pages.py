"""Organisers look at what they would publish, and publish it; citizens see what changed."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from auditlog.models import LogEntry
from django.contrib.messages import get_messages
from django.urls import reverse

from programme import publishing
from programme.models import Edition, Release, Session, Speaker, Stream, Talk
from programme.read_model import Text
from registration.models import Broadcast
from tests.factories import make_registration
from tests.pages import Page, said
from tests.programme.releasing import ADDRESS, edit, publish
from tests.programme.test_admin import change, filled
from tests.programme.test_pages import make_talks, queries_of
from tests.programme.test_publishing import DAY, page

CHANGES = "/en/2022/programme/changes/"


@pytest.fixture
def released(forum):
    return publish(forum)


def press(client, address=ADDRESS, **typed):
    """Look at the page, tick the box and publish. What is None is left out."""
    fields = {name: values[-1] for name, values in Page(client.get(address)).fields.items()}
    facts = fields | {"sure": "on"} | typed
    return client.post(address, {name: value for name, value in facts.items() if value is not None})


def text(client, address):
    return Page(client.get(address)).text


# --- The page of organisers ---------------------------------------------------------------------------------------


def test_an_organiser_publishes_the_first_release_and_it_is_logged_with_who_did_it(organiser_client, organiser, forum):
    answer = press(organiser_client, note_ko="처음 공개합니다.", note_en="First published.")

    release = Release.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, ADDRESS)
    assert (release.number, release.made_by, release.note_en) == (1, organiser, "First published.")
    entry = LogEntry.objects.get_for_object(release).get()
    assert (entry.actor, "programme" in entry.changes) == (organiser, False)


@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}again/1/", f"{ADDRESS}sessions/1/", "/staff/programme/"])
def test_only_organisers_look_and_publish(client, steward_client, forum, released, address):
    assert steward_client.get(address).status_code == 403
    steward_client.logout()
    assert client.get(address).status_code == 302
    assert Release.objects.count() == 1


def test_nothing_is_published_before_the_box_is_ticked(organiser_client, forum):
    answer = press(organiser_client, sure=None, note_ko="설명", note_en="A note")

    shown = Page(answer)
    assert (answer.status_code, Release.objects.count()) == (200, 0)
    assert [sentence for _address, sentence in shown.summary] == [
        said("ko", "Look at what changes, then tick this box.")
    ]
    assert (shown.fields["note_ko"], shown.fields["note_en"]) == (["설명"], ["A note"])


def test_a_word_on_the_changes_is_said_in_both_languages_or_not_at_all(organiser_client, forum):
    answer = press(organiser_client, note_ko="설명")

    assert [address for address, _sentence in Page(answer).summary] == ["#id_note_en"]
    assert Release.objects.count() == 0


def test_what_was_changed_after_the_page_was_opened_is_not_published_and_words_stay(organiser_client, forum, released):
    edit("session-2", title_en="Seen")
    seen = publishing.everything(forum).mark
    edit("session-2", title_en="Not seen")

    answer = press(organiser_client, seen=seen, note_ko="설명", note_en="A note")

    shown = Page(answer)
    assert [sentence for _address, sentence in shown.summary] == [said("ko", str(publishing.DraftsMoved.message))]
    assert (shown.fields["note_ko"], "sure" in shown.fields) == (["설명"], False)
    assert shown.fields["seen"] == [publishing.everything(forum).mark]
    assert Release.objects.count() == 1


def test_the_page_says_what_differs_old_beside_new(organiser_client, forum, released):
    organiser_client.cookies["django_language"] = "en"
    edit("session-2", starts=dt.time(13, 45), times_confirmed=True)
    edit("ai-sharing-for-smart-cities", state=Talk.State.CANCELLED)
    Speaker.objects.filter(slug="yiqun-xie").update(bio_en="Another bio, made up")
    Session.objects.filter(slug="session-6").update(state="draft")

    shown = text(organiser_client, ADDRESS)

    was = released.programme["sessions"][2]
    assert f"Time Before: {was['starts']}–{was['ends']} → Now: 13:45–{was['ends']}" in shown
    assert "Times Before: Provisional → Now: Final" in shown
    assert "Cancelled" in shown
    assert "No longer in the programme" in shown
    assert "Another bio, made up" in shown


def test_an_organiser_publishes_one_session_alone(organiser_client, forum, released):
    session = edit("session-2", title_en="Published alone")
    edit("session-3", title_en="Waits")
    address = reverse("publish_one", args=["2022", session.pk])
    assert address in Page(organiser_client.get(ADDRESS)).links

    press(organiser_client, address)

    shown = page(organiser_client, DAY)
    assert ("Published alone" in shown, "Waits" in shown) == (True, False)


def test_one_session_cannot_be_published_alone_before_the_first_release(organiser_client, forum):
    answer = organiser_client.get(reverse("publish_one", args=["2022", Session.objects.first().pk]))

    assert (answer.status_code, answer["Location"]) == (302, ADDRESS)
    assert [str(each) for each in get_messages(answer.wsgi_request)] == [str(publishing.NeverPublished.message)]


def test_an_organiser_goes_back_to_an_earlier_release(organiser_client, forum, released):
    title = Session.objects.get(slug="session-2").title_en
    edit("session-2", title_en="A mistake, made up")
    press(organiser_client)
    assert "A mistake, made up" in page(organiser_client, DAY)

    answer = press(organiser_client, f"{ADDRESS}again/1/")

    assert answer.status_code == 302
    assert ("A mistake, made up" in page(organiser_client, DAY), title in page(organiser_client, DAY)) == (False, True)
    assert Release.objects.first().repeats == 1


def test_the_current_release_is_not_published_again(organiser_client, forum, released):
    shown = Page(organiser_client.get(f"{ADDRESS}again/1/"))

    assert "id_sure" not in shown.ids
    press(organiser_client, f"{ADDRESS}again/1/", seen=publishing.earlier(released).mark)
    assert Release.objects.count() == 1


def test_the_page_warns_of_conflicts_and_of_what_lacks_a_language_and_lets_publish(organiser_client, forum):
    organiser_client.cookies["django_language"] = "en"
    Stream.objects.filter(day__number=1).delete()
    Speaker.objects.filter(slug="yiqun-xie").update(bio_ko="")

    shown = Page(organiser_client.get(ADDRESS))

    assert "Day 1 has no stream." in shown.text
    assert change(Speaker.objects.get(slug="yiqun-xie")) in shown.links
    assert press(organiser_client).status_code == 302


def test_the_page_asks_as_much_for_one_talk_as_for_three(organiser_client, forum):
    publish(forum)
    counts = []
    for number in (1, 3):
        Talk.objects.filter(session__slug="session-2").delete()
        Speaker.objects.filter(slug__startswith="speaker-").delete()
        make_talks(Session.objects.get(slug="session-2"), number)
        counts.append(len(queries_of(organiser_client, ADDRESS)))

    assert counts[0] == counts[1]


# --- Mail to those whom it concerns -------------------------------------------------------------------------------


def test_people_who_registered_are_told_of_what_is_published_not_of_drafts(organiser_client, forum, released):
    make_registration(forum, days=[1])
    session = Session.objects.get(slug="session-2")
    facts = filled(organiser_client, change(session), starts="13:45")
    told = [str(each) for each in get_messages(organiser_client.post(change(session), facts).wsgi_request)]
    assert not Broadcast.objects.exists()
    assert any(reverse("publishing", args=["2022"]) in sentence for sentence in told)

    answer = press(organiser_client)

    draft = Broadcast.objects.get()
    assert [row["after"]["starts"] for row in draft.changes.values()] == ["13:45"]
    assert any(reverse("broadcast", args=[draft.pk]) in str(each) for each in get_messages(answer.wsgi_request))
    assert draft.state == Broadcast.State.DRAFT


def test_going_back_before_the_mail_left_discards_it(organiser_client, forum, released):
    make_registration(forum, days=[1])
    edit("session-2", starts=dt.time(13, 45))
    press(organiser_client)

    press(organiser_client, f"{ADDRESS}again/1/")

    assert [each.state for each in Broadcast.objects.all()] == [Broadcast.State.CANCELLED]


def test_the_first_release_tells_nobody_anything(organiser_client, forum):
    make_registration(forum, days=[1])

    press(organiser_client)

    assert not Broadcast.objects.exists()


def test_a_session_that_is_unpublished_is_told_as_cancelled(organiser_client, forum, released):
    make_registration(forum, days=[1])
    edit("session-2", state="draft")

    press(organiser_client)

    assert [row["after"]["state"] for row in Broadcast.objects.get().changes.values()] == ["deleted"]


def test_a_day_is_live_and_told_at_once(organiser_client, forum, released):
    make_registration(forum, days=[1])
    day = forum.days.get(number=1)

    organiser_client.post(change(day), filled(organiser_client, change(day), ends="19:45"))

    assert [row["after"]["ends"] for row in Broadcast.objects.get().changes.values()] == ["19:45"]


# --- What citizens see of changes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [DAY, "/en/2022/sessions/session-2/"])
def test_a_changed_time_shows_the_old_one_struck_through_and_in_words(client, forum, released, address):
    was = released.programme["sessions"][2]
    assert "<s>" not in page(client, address)
    edit("session-2", starts=dt.time(13, 45))
    publish(forum)

    shown = page(client, address)

    assert shown.count("<s>") == 1
    struck = shown.partition("<s>")[2].partition("</s>")[0]
    assert [part.partition(">")[2] for part in struck.split("</time>")[:2]] == [was["starts"], was["ends"]]
    assert '<span class="sr-only">Before: </span><s>' in shown


def test_a_talk_that_moved_shows_its_old_time_and_one_that_went_to_another_day_its_old_date(client, forum, released):
    edit("ai-sharing-for-smart-cities", starts=dt.time(11, 20))
    edit("session-2", day=forum.days.get(number=2))
    publish(forum)
    old = forum.days.get(number=1).date

    assert page(client, "/en/2022/talks/ai-sharing-for-smart-cities/").count("<s>") == 1
    struck = page(client, "/en/2022/programme/day-2/").partition("<s>")[2].partition("</s>")[0]
    assert f"{old:%a} {old.day} {old:%b}" in struck


def test_the_old_time_goes_with_the_next_release(client, forum, released):
    edit("session-2", starts=dt.time(13, 45))
    publish(forum)
    edit("session-3", title_en="Another title, made up")
    publish(forum)

    assert "<s>" not in page(client, DAY)


def test_the_page_of_changes_tells_each_release_newest_first(client, forum):
    with time_machine.travel(dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)):
        publish(forum)
    edit("session-2", starts=dt.time(13, 45), abstract_en="Reworded, made up")
    publish(forum, note=Text("세션 2가 늦게 시작합니다.", "Session 2 starts later."))

    shown = text(client, CHANGES)

    assert shown.index("Programme no. 2") < shown.index("Session 2 starts later.") < shown.index("Now: 13:45")
    assert shown.index("Now: 13:45") < shown.index("Programme no. 1") < shown.index("for the first time")
    assert ("Reworded, made up" in shown, "Abstract Reworded" in shown) == (False, True)


def test_the_page_of_changes_is_there_before_anything_was_published(client, forum):
    assert said("en", "Nothing has changed yet.") in text(client, CHANGES)


def test_a_day_page_says_which_release_it_is_and_leads_to_the_changes(client, forum):
    assert CHANGES not in Page(client.get(DAY)).links

    publish(forum)

    assert CHANGES in Page(client.get(DAY)).links


def test_releases_of_another_edition_change_nothing_here(client, forum):
    other = Edition.objects.get(slug="2021")
    publish(other)
    edit("session-2", title_en="Seen at once")

    assert "Seen at once" in page(client, DAY)


# --- The admin says that edits wait -------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [Session, Talk, Speaker])
def test_after_saving_the_admin_says_that_the_public_goes_on_seeing_the_release(organiser_client, forum, model):
    row = model.objects.first()

    def told():
        answer = organiser_client.post(change(row), filled(organiser_client, change(row)))
        return [str(each) for each in get_messages(answer.wsgi_request) if ADDRESS in str(each)]

    assert told() == []
    publish(forum)
    assert [said("ko", "See what differs.") in each for each in told()] == [True]


def test_after_deleting_the_admin_says_it_too(organiser_client, forum, released):
    talk = Talk.objects.first()

    answer = organiser_client.post(change(talk).replace("/change/", "/delete/"), {"post": "yes"}, follow=True)

    assert [ADDRESS in str(each) for each in answer.context["messages"]].count(True) == 1
    assert not Talk.objects.filter(pk=talk.pk).exists()

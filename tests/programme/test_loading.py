"""Loading the forum: everything that is known, nothing that is not, and never over an editor's work."""

from __future__ import annotations

import copy
import datetime as dt
import io
import json

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db.models import Q
from django.utils import timezone

from programme import loading, queries, signals
from programme.management.commands.load_forum import FACTS, REGISTER
from programme.models import (
    Appearance,
    Case,
    CaseAddress,
    CaseField,
    Day,
    Edition,
    EditionHost,
    Notice,
    Organisation,
    Question,
    Session,
    Speaker,
    Stream,
    Talk,
    Venue,
)
from registration.checkin.models import Point
from registration.models import ConsentNotice, Quota

MODELS = [Appearance, Day, Edition, EditionHost, Organisation, Session, Speaker, Stream, Talk, Venue]
MODELS += [Case, CaseAddress, CaseField, Case.fields.through, ConsentNotice, Notice, Point, Question, Quota]


@pytest.fixture(scope="module")
def facts():
    return json.loads(FACTS.read_text())


def register_facts():
    return json.loads(REGISTER.read_text())


def load(**options):
    out = io.StringIO()
    call_command("load_forum", stdout=out, **options)
    return out.getvalue()


def everything():
    """Every row of every table that loading writes."""
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in MODELS}


def test_every_fact_of_the_programme_is_there(db, facts):
    load()

    edition = Edition.objects.get(slug="2022")
    numbers = {
        "days": len(facts["days"]),
        "sessions": len(facts["items"]),
        "talks": len(facts["talks"]),
        "speakers": len(facts["speakers"]),
    }
    assert {name: getattr(edition, name).count() for name in numbers} == numbers
    assert Stream.objects.count() == len(facts["streams"])
    assert Appearance.objects.count() == sum(len(talk["speakers"]) for talk in facts["talks"])
    assert Edition.objects.count() == 1 + len(facts["past_editions"])


def test_words_are_there_in_both_languages(db, facts):
    load()

    titles = {session.slug: {"ko": session.title_ko, "en": session.title_en} for session in Session.objects.all()}
    assert titles == {item["slug"]: item["title"] for item in facts["items"]}
    names = {speaker.slug: {"ko": speaker.name_ko, "en": speaker.name_en} for speaker in Speaker.objects.all()}
    assert names == {speaker["key"]: speaker["name"] for speaker in facts["speakers"]}


def test_the_five_bodies_hold_it_jointly_in_the_order_of_the_facts(db, facts):
    load()

    hosts = [(host.organisation.key, host.role) for host in Edition.objects.get(slug="2022").edition_hosts.all()]
    assert hosts == [(each["key"], each["role"]) for each in facts["organisations"]]


def test_talks_and_their_speakers_keep_their_order(db, facts):
    load()

    by_session = {}
    for talk in facts["talks"]:
        by_session.setdefault(talk["session"], []).append(talk["slug"])
    sessions = Session.objects.filter(talks__isnull=False).distinct()
    assert by_session == {session.slug: [talk.slug for talk in session.talks.all()] for session in sessions}
    people = {talk.slug: [each.speaker.slug for each in talk.appearances.all()] for talk in Talk.objects.all()}
    assert people == {talk["slug"]: talk["speakers"] for talk in facts["talks"]}


def test_what_nobody_published_stays_unknown(db, facts):
    load()

    edition = Edition.objects.get(slug="2022")
    fields = ("contact_email", "contact_phone", "privacy_officer_ko", "entry_instructions_ko")
    assert [name for name in fields if getattr(edition, name)] == []
    past = Day.objects.exclude(edition=edition)
    assert past.exclude(Q(starts=None) & Q(ends=None) & Q(doors=None)).count() == 0
    without_theme = [each["slug"] for each in facts["past_editions"] if not each["theme"]]
    assert [Edition.objects.get(slug=slug).theme_ko for slug in without_theme] == [""] * len(without_theme)
    assert not Day.objects.filter(times_confirmed=True).exists()
    assert not Session.objects.filter(times_confirmed=True).exists()


def test_without_moving_the_real_dates_are_loaded_and_the_forum_is_in_the_archive(db):
    load()

    edition = queries.edition("2022")
    assert (edition.first_date, edition.last_date) == (dt.date(2022, 11, 28), dt.date(2022, 11, 29))
    assert (edition.phase, edition.dates_moved) == ("archive", False)
    assert (edition.figures.visitors, edition.figures.viewers) != (None, None)


TODAY = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize("days_ahead", [4, 14, 20, 200])
def test_moved_ahead_everything_moves_and_registration_is_open_at_once(db, days_ahead):
    first = TODAY.date() + dt.timedelta(days=days_ahead)

    with time_machine.travel(TODAY, tick=False):
        load(move_to=first)
        edition = queries.edition("2022")

    assert (edition.first_date, edition.last_date) == (first, first + dt.timedelta(days=1))
    assert (edition.phase, edition.dates_moved) == ("open", True)
    assert edition.registration_opens <= TODAY
    assert edition.registration_closes.date() == first - dt.timedelta(days=3)
    assert edition.changes_until.date() == first - dt.timedelta(days=1)
    assert (edition.figures.visitors, edition.figures.viewers) == (None, None)  # not known yet


@pytest.mark.parametrize("days_ahead", [0, 1, 2, 3])
def test_moved_close_by_registration_stays_open_until_the_forum_ends(db, days_ahead):
    first = TODAY.date() + dt.timedelta(days=days_ahead)

    with time_machine.travel(TODAY, tick=False):
        load(move_to=first)
        edition = queries.edition("2022")

    assert edition.registration_opens <= TODAY < edition.registration_closes
    last = Day.objects.filter(edition__slug="2022").latest("date")
    end = dt.datetime.combine(last.date, last.ends, timezone.get_default_timezone())
    assert edition.registration_closes == edition.changes_until == end


def test_past_editions_stay_where_they_were(db):
    load(move_to=timezone.localdate() + dt.timedelta(days=15))

    assert Day.objects.filter(edition__slug="2021").values_list("date", flat=True)[0] == dt.date(2021, 11, 24)


def test_registration_gets_its_seats_notices_and_points(db, facts):
    load()

    capacity = facts["edition"]["registration"]["provisional"]["capacity_per_day"]
    assert list(Quota.objects.values_list("day__number", "share", "capacity", "taken")) == [
        (1, "public", capacity, 0),
        (2, "public", capacity, 0),
    ]
    assert ConsentNotice.objects.count() == 8
    assert list(Point.objects.order_by("pk").values_list("day__number", flat=True)) == [1, 2]


@pytest.mark.parametrize("second", [{}, {"move_to": dt.date(2030, 1, 7)}])
def test_twice_changes_nothing(db, second):
    load(move_to=timezone.localdate() + dt.timedelta(days=15))
    before = everything()

    load(**second)

    assert everything() == before


def test_what_an_organiser_edited_stays(forum, facts):
    session, talk, speaker = Session.objects.get(slug="session-1"), Talk.objects.first(), Speaker.objects.first()
    session.title_ko, session.starts, session.state = "새 제목", dt.time(10, 30), "cancelled"
    talk.title_en, talk.order = "A new title", 99
    speaker.name_en = "Another Name"
    forum.theme_ko, forum.contact_email, forum.is_published = "새 주제", "help@example.org", False
    for each in (session, talk, speaker, forum):
        each.save()
    session.hosts.clear()
    talk.appearances.all().delete()
    Quota.objects.update(capacity=7)
    before = everything()

    load()

    assert everything() == before


def test_every_entry_of_the_register_is_there_with_its_press_release(db):
    load()

    facts = register_facts()
    titles = {case.slug: {"ko": case.title_ko, "en": case.title_en} for case in Case.objects.all()}
    assert titles == {each["slug"]: each["title"] for each in facts["cases"]}
    fields = {case.slug: {field.key for field in case.fields.all()} for case in Case.objects.all()}
    assert fields == {each["slug"]: set(each["fields"]) for each in facts["cases"]}
    assert set(CaseField.objects.values_list("key", flat=True)) == set(facts["fields"])
    [notice] = Notice.objects.all()
    assert (notice.edition, notice.kind, notice.source_date) == (None, "press", dt.date(2025, 2, 19))
    assert notice.cases.count() == len([each for each in facts["cases"] if "press" in each])


def test_questions_are_there_in_their_order_and_those_deleted_stay_deleted(db, facts):
    load()

    asked = [{"ko": each.question_ko, "en": each.question_en} for each in Question.objects.all()]
    assert asked == [each["question"] for each in facts["questions"]]
    Question.objects.first().delete()
    load()
    assert Question.objects.count() == len(facts["questions"]) - 1


def test_what_is_missing_is_made_again(forum):
    before = {name: len(rows) for name, rows in everything().items()}
    Talk.objects.filter(slug="harnessing-distribution-shift").delete()
    Stream.objects.first().delete()

    load()

    assert {name: len(rows) for name, rows in everything().items()} == before


def test_a_second_forum_does_not_take_the_place_of_the_current_one(forum, facts):
    later = copy.deepcopy(facts)
    later["edition"]["slug"] = "2023"

    loading.load(later)

    assert list(Edition.objects.filter(is_current=True).values_list("slug", flat=True)) == ["2022"]


def test_the_arrival_of_a_forum_is_announced_once(db, facts):
    heard = []

    def hear(sender, edition, **more):
        heard.append(edition.slug)

    signals.edition_loaded.connect(hear)
    load()
    load()
    signals.edition_loaded.disconnect(hear)

    assert heard == ["2022"]


def test_a_mistake_in_the_facts_loads_nothing(db, facts):
    wrong = copy.deepcopy(facts)
    wrong["talks"][-1]["session"] = "no-such-session"

    with pytest.raises(KeyError):
        loading.load(wrong)

    assert Edition.objects.count() == 0


def test_a_date_that_is_none_is_refused_in_a_sentence(db):
    with pytest.raises(CommandError, match="invalid fromisoformat value"):
        call_command("load_forum", "--move-to", "next Monday")


def test_the_command_says_what_is_there(db, facts):
    assert load() == f"2022 서울 빅데이터 포럼: 2 days, {len(facts['items'])} sessions\n"


def test_two_editions_have_nothing_in_common_at_the_door(db):
    load()

    salts = {bytes(salt) for salt in Edition.objects.values_list("checkin_salt", flat=True)}
    assert len(salts) == Edition.objects.count()

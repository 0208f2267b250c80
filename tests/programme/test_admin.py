"""Organisers edit the programme in both languages. Mistakes are said in a sentence, changes are logged with who made
them."""

from __future__ import annotations

import datetime as dt

import pytest
from auditlog.models import LogEntry
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from programme.models import Case, Day, Edition, Notice, Question, Session, Speaker, Stream, Talk
from tests.factories import make_registration


def change(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def listed(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def add(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")


def filled(client, page, **typed):
    """What a browser posts after somebody opened the page and typed these answers, inlines included."""
    context = client.get(page).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    facts = {}
    for field in (field for form in forms for field in form):
        facts |= as_posted(field.html_name, field.value())
    return facts | typed


def as_posted(name, value):
    if value is None or value is False:
        return {}
    if isinstance(value, dt.datetime):  # two inputs
        local = timezone.localtime(value)
        return {f"{name}_0": f"{local:%Y-%m-%d}", f"{name}_1": f"{local:%H:%M:%S}"}
    if isinstance(value, list):
        return {name: [getattr(each, "pk", each) for each in value]}
    return {name: "on" if value is True else str(value)}


def errors(answer):
    """All that a page of the admin complains about: of its form and of its inlines."""
    assert answer.status_code == 200, "nothing was refused"
    context = answer.context
    found = dict(context["adminform"].form.errors)
    for inline in context["inline_admin_formsets"]:
        problems = [*filter(None, inline.formset.errors), *inline.formset.non_form_errors()]
        found |= {"inline": problems} if problems else {}
    return found


@pytest.fixture
def keynotes(forum):
    return Session.objects.get(slug="session-1")


# --- Every page opens ---------------------------------------------------------------------------------------------


def test_every_page_of_the_admin_opens(organiser_client, forum):
    """With real rows in every table: a form that names a column wrongly breaks only when it is opened."""
    make_registration(forum)
    opened, broken = 0, []
    for model in admin.site._registry:
        pages, row = [listed(model), add(model)], model._default_manager.first()
        if row:
            pages += [change(row), change(row).replace("/change/", "/history/")]
        for page in pages:
            status = organiser_client.get(page).status_code
            opened += status == 200
            broken += [(page, status)] if status not in (200, 403) else []

    assert broken == []
    assert opened > 40


@pytest.mark.parametrize("query", ["서울", "x" * 300, "\x00' OR 1=1 --%"])
def test_every_list_of_the_admin_can_be_searched(organiser_client, forum, query):
    make_registration(forum)
    lists = [model for model, model_admin in admin.site._registry.items() if model_admin.search_fields]

    answers = [organiser_client.get(listed(model), {"q": query}, follow=True) for model in lists]

    assert {answer.status_code for answer in answers} == {200}
    assert len(lists) >= 6


# --- Both languages -----------------------------------------------------------------------------------------------


def test_a_title_is_edited_in_both_languages_at_once(organiser_client, keynotes):
    facts = filled(organiser_client, change(keynotes), title_ko="새 제목", title_en="A new title")

    assert organiser_client.post(change(keynotes), facts).status_code == 302

    keynotes.refresh_from_db()
    assert (keynotes.title_ko, keynotes.title_en) == ("새 제목", "A new title")


@pytest.mark.parametrize("model", [Case, Day, Edition, Notice, Question, Session, Speaker, Talk])
def test_saving_without_a_change_changes_nothing(organiser_client, forum, model):
    row = model.objects.first() if model is not Edition else forum
    before = model.objects.filter(pk=row.pk).values().get()

    answer = organiser_client.post(change(row), filled(organiser_client, change(row)))

    assert answer.status_code == 302, errors(answer)
    after = model.objects.filter(pk=row.pk).values().get()
    assert {name for name in before if after[name] != before[name]} - {"updated_at"} == set()


def test_the_list_shows_what_lacks_english(organiser_client, keynotes):
    keynotes.title_en, keynotes.languages = "", "ko"
    keynotes.save()
    shown = admin.site._registry[Session]

    assert shown.has_english(keynotes) is False
    assert shown.has_english(Session.objects.get(slug="session-2")) is True


# --- Actions and the log ------------------------------------------------------------------------------------------


def test_drafts_are_published_together_and_each_is_logged_with_who_did_it(organiser_client, organiser, forum):
    Session.objects.update(state="draft")
    LogEntry.objects.all().delete()
    chosen = list(Session.objects.order_by("pk")[:2])

    page = reverse("admin:programme_session_changelist")
    organiser_client.post(page, {"action": "publish", "_selected_action": [each.pk for each in chosen]})

    assert Session.objects.filter(state="published").count() == 2
    logged = LogEntry.objects.order_by("pk").values_list("actor__email", "object_pk", "changes")
    assert list(logged) == [(organiser.email, str(each.pk), {"state": ["draft", "published"]}) for each in chosen]


def test_times_are_confirmed_together(organiser_client, forum):
    page = reverse("admin:programme_session_changelist")
    chosen = Session.objects.values_list("pk", flat=True)[:3]

    organiser_client.post(page, {"action": "confirm_times", "_selected_action": list(chosen)})

    assert Session.objects.filter(times_confirmed=True).count() == 3


def test_a_change_is_logged_once_per_language_and_read_in_the_admin(organiser_client, keynotes):
    LogEntry.objects.all().delete()

    organiser_client.post(change(keynotes), filled(organiser_client, change(keynotes), title_ko="새 제목"))

    entry = LogEntry.objects.get()
    assert list(entry.changes) == ["title_ko"]
    assert (
        "새 제목" in organiser_client.get(reverse("admin:auditlog_logentry_change", args=[entry.pk])).content.decode()
    )


def test_the_log_is_never_changed(organiser_client, keynotes):
    entry = LogEntry.objects.first()
    pages = [reverse(f"admin:auditlog_logentry_{page}", args=[entry.pk]) for page in ("change", "delete")]

    assert [organiser_client.post(page, {"post": "yes"}).status_code for page in pages] == [403, 403]


def test_what_doors_derive_from_is_not_in_the_log(forum):
    assert "checkin_salt" not in {name for entry in LogEntry.objects.all() for name in entry.changes or {}}


# --- Mistakes -----------------------------------------------------------------------------------------------------


def test_two_sessions_do_not_share_a_slug(organiser_client, keynotes):
    facts = filled(organiser_client, change(keynotes), slug="session-2")

    assert list(errors(organiser_client.post(change(keynotes), facts))) == ["slug"]


def test_two_sessions_do_not_share_a_number(organiser_client, keynotes):
    facts = filled(organiser_client, change(keynotes), number=2)

    assert list(errors(organiser_client.post(change(keynotes), facts))) == ["number"]


def test_the_same_number_and_slug_may_stand_in_another_edition(organiser_client, keynotes):
    day = Day.objects.get(edition__slug="2021", number=1)
    facts = filled(organiser_client, add(Session), title_ko="기조강연", slug="session-1", number=1, day=day.pk)

    answer = organiser_client.post(add(Session), facts)

    assert answer.status_code == 302, errors(answer)
    assert Session.objects.filter(slug="session-1", number=1).count() == 2


def test_two_talks_do_not_share_a_slug_wherever_they_are_written(organiser_client, keynotes):
    other = Talk.objects.create(session=Session.objects.get(slug="session-2"), slug="other-talk", title_ko="다른 강연")
    first = keynotes.talks.first()

    own_page = filled(organiser_client, change(first), slug=other.slug)
    in_the_session = filled(organiser_client, change(keynotes)) | {"talks-0-slug": other.slug}

    assert list(errors(organiser_client.post(change(first), own_page))) == ["slug"]
    assert errors(organiser_client.post(change(keynotes), in_the_session)) != {}


def test_two_new_talks_in_one_session_do_not_share_a_slug(organiser_client, keynotes):
    facts = filled(organiser_client, change(keynotes))
    count = int(facts["talks-INITIAL_FORMS"])
    new = {"title_ko": "새 강연", "slug": "new-talk", "kind": "talk", "state": "draft"}
    for place in (count, count + 1):
        facts |= {f"talks-{place}-{name}": value for name, value in new.items()}
        facts |= {f"talks-{place}-session": keynotes.pk, f"talks-{place}-id": "", f"talks-{place}-order": 50 + place}
    facts["talks-TOTAL_FORMS"] = count + 2

    answer = organiser_client.post(change(keynotes), facts)

    assert errors(answer) != {}
    assert not Talk.objects.filter(slug="new-talk").exists()


def test_a_talk_needs_a_title_in_one_language(organiser_client, keynotes):
    talk = keynotes.talks.first()
    facts = filled(organiser_client, change(talk), title_ko="", title_en="")

    assert errors(organiser_client.post(change(talk), facts)) != {}
    facts = filled(organiser_client, change(talk), title_ko="", title_en="Only in English")
    assert organiser_client.post(change(talk), facts).status_code in (200, 302)


@pytest.mark.parametrize(("times", "warned"), [(("10:00", "11:00"), 0), (("11:00", "10:00"), 1)])
def test_talks_out_of_the_order_of_their_times_are_saved_with_a_warning(organiser_client, keynotes, times, warned):
    facts = filled(organiser_client, change(keynotes)) | {"talks-0-starts": times[0], "talks-1-starts": times[1]}

    answer = organiser_client.post(change(keynotes), facts, follow=True)

    said = [message for message in answer.context["messages"] if message.level_tag == "warning"]
    assert len(said) == warned
    assert [f"{talk.starts:%H:%M}" for talk in keynotes.talks.all()[:2]] == list(times)


@pytest.mark.parametrize(("starts", "ends"), [("12:00", "10:00"), ("12:00", "12:00")])
def test_nothing_ends_before_it_starts(organiser_client, keynotes, starts, ends):
    for row in (keynotes, keynotes.day):
        facts = filled(organiser_client, change(row), starts=starts, ends=ends)
        assert errors(organiser_client.post(change(row), facts)) != {}


def test_registration_opens_before_it_closes(organiser_client, forum):
    facts = filled(
        organiser_client, change(forum), registration_closes_at_0="2020-01-01", registration_closes_at_1="10:00"
    )

    assert "Registration must open before it closes." in str(
        errors(organiser_client.post(change(forum), facts, headers={"accept-language": "en"}))
    )


def test_only_one_edition_is_the_current_one(organiser_client, forum):
    past = Edition.objects.get(slug="2021")
    facts = filled(organiser_client, change(past), is_current="on")

    found = errors(organiser_client.post(change(past), facts, headers={"accept-language": "en"}))

    assert found["is_current"] == ["Another edition is the current one. Untick it there first."]


def test_a_slug_that_is_taken_or_a_word_of_the_site_is_refused(organiser_client, forum):
    facts = filled(organiser_client, change(forum))

    for slug in ("ticket", "privacy", "admin", "t", "2021"):
        assert list(errors(organiser_client.post(change(forum), facts | {"slug": slug}))) == ["slug"]


def test_an_edition_takes_only_what_makes_sense(organiser_client, forum):
    facts = filled(organiser_client, change(forum))
    nonsense = {"timezone": "Mars/Olympus", "contact_email": "hong@", "retention_days": "-1", "year": "next"}

    for field, value in nonsense.items():
        assert list(errors(organiser_client.post(change(forum), facts | {field: value}))) == [field]


def test_a_stream_is_named_by_its_eleven_characters(organiser_client, keynotes):
    facts = filled(organiser_client, change(keynotes.day))

    for wrong in ("", "short", "https://youtu.be/aqz-KE-bpKQ", "aqz-KE-bpKQx", "<script>xx"):
        answer = organiser_client.post(change(keynotes.day), facts | {"streams-0-youtube_id": wrong})
        assert list(errors(answer)) == ["inline"]
    assert set(Stream.objects.values_list("youtube_id", flat=True)) == {"aqz-KE-bpKQ"}


def test_a_day_that_people_registered_for_is_not_deleted(organiser_client, forum):
    make_registration(forum)

    for row in (forum.days.get(number=1), forum):
        delete = change(row).replace("/change/", "/delete/")
        assert organiser_client.post(delete, {"post": "yes"}).status_code == 200  # says what stands in the way
    assert forum.days.count() == 2


def test_stewards_edit_nothing(steward_client, keynotes):
    answer = steward_client.post(change(keynotes), {"title_ko": "새 제목"}, follow=True)

    assert answer.status_code == 403
    assert Session.objects.get(pk=keynotes.pk).title_ko == keynotes.title_ko


@pytest.mark.parametrize(
    ("name", "text"), [("name_ko", "<script>alert(1)</script>"), ("bio_en", "{{ 7 }} <img src=x onerror=alert(1)>")]
)
def test_what_organisers_write_is_text_on_public_pages(client, forum, name, text):
    speaker = Speaker.objects.filter(appearances__isnull=False).first()
    setattr(speaker, name, text)
    speaker.save()

    pages = [client.get(f"/{language}/2022/speakers/{speaker.slug}/").content.decode() for language in ("ko", "en")]

    assert ["<script>alert" in page or "<img src=x" in page for page in pages] == [False, False]

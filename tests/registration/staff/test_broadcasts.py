"""An organiser writes to many, page by page, and never sees a name."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from forum.outbox import suppression
from forum.outbox.models import Message, Suppression
from registration import booking, erasure, writing
from registration.models import AccessLog, Broadcast, Registration
from tests.factories import make_registration
from tests.pages import Page, is_korean, said
from tests.registration.mails_to_many import WORDS, confirm, make_draft, send_all

OVERVIEW = "/staff/mails/"
NEW = "/staff/mails/new/2022/"
TYPED = {"purpose": "service", "states": ["confirmed"], "language": "", "attended": "", "opened": "", **WORDS}


@pytest.fixture
def people(forum):
    return [make_registration(forum, language=language) for language in ("ko", "ko", "en")]


@pytest.fixture(params=["ko", "en"])
def language(request, organiser_client):
    organiser_client.cookies["django_language"] = request.param
    return request.param


@pytest.fixture
def draft(forum, people):
    return make_draft(forum)


def at(broadcast, act=""):
    return f"{OVERVIEW}{broadcast.pk}/{act}"


def test_the_whole_way_from_the_staff_home(organiser_client, forum, people, language):
    home = Page(organiser_client.get("/staff/"))
    overview = Page(organiser_client.get(OVERVIEW))
    assert (OVERVIEW in home.links, NEW in overview.links) == (True, True)

    form = Page(organiser_client.get(NEW))
    assert (form.language, form.fields["states"], form.fields["purpose"]) == (language, ["confirmed"], ["service"])
    check = Page(organiser_client.post(NEW, TYPED | {"days": ["1"]}, follow=True))
    assert said(language, "Nothing is written in this language yet, or something is missing.") not in check.text
    broadcast = Broadcast.objects.get()
    assert broadcast.audience == {"days": [1], "states": ["confirmed"], "attended": None, "opened": None}

    progress = Page(
        organiser_client.post(at(broadcast, "confirm/"), {"count": "3", "revision": check.fields["revision"][0]},
                              follow=True)
    )  # fmt: skip
    assert f"{said(language, 'Still to send')} 3" in progress.text
    writing.write()
    send_all()
    assert f"{said(language, 'Sent')} 3" in Page(organiser_client.get(at(broadcast))).text
    assert AccessLog.objects.get(act="broadcast").detail == f"{broadcast.pk} · service · 3 people"


def test_whom_the_mail_will_not_reach_is_said_beside_the_count(organiser_client, draft):
    first, second, *_others = draft.edition.registrations.order_by("pk")
    suppression.suppress(first.email, Suppression.Reason.HARD_BOUNCE, Suppression.Scope.ALL)
    draft.edition.registrations.filter(pk=second.pk).update(email="", email_key="")

    page = Page(organiser_client.get(at(draft), headers={"accept-language": "en"}))

    assert "1 of them gets nothing" in page.text
    assert "1 more person has no e-mail address and is not counted" in page.text


def test_the_count_is_exact_and_by_language_and_nobody_is_named(organiser_client, draft, language):
    page = Page(organiser_client.get(at(draft)))

    korean, english = said(language, "In Korean"), said(language, "In English")
    assert f"{said(language, 'People')} 3 {korean} 2 {english} 1" in page.text
    assert ("홍서우" in page.text, "person-" in page.text) == (False, False)


def test_a_wrong_or_stale_number_is_refused_with_the_number_of_now(organiser_client, forum, draft, language):
    make_registration(forum)
    answer = organiser_client.post(at(draft, "confirm/"), {"count": "3", "revision": "1"})

    page = Page(answer)
    sentence = {"ko": "지금 받는 분은 4명입니다.", "en": "There are 4 people in the audience now."}[language]
    assert (page.summary[0][0], sentence in page.summary[0][1]) == ("#id_count", True)
    assert page.fields["count"] == ["3"]
    draft.refresh_from_db()
    assert draft.state == "draft"


@pytest.mark.parametrize("typed", ["", "three", "-3"])
def test_what_is_no_number_confirms_nothing(organiser_client, draft, typed):
    answer = organiser_client.post(at(draft, "confirm/"), {"count": typed, "revision": "1"})

    assert (answer.status_code, Page(answer).summary[0][0]) == (200, "#id_count")


def test_an_unknown_placeholder_is_refused_with_a_sentence(organiser_client, forum, people, language):
    answer = organiser_client.post(NEW, TYPED | {"body_en": "Dear {firstname}"})

    [(anchor, sentence)] = Page(answer).summary
    assert (anchor, "{firstname}" in sentence, is_korean(sentence)) == ("#id_body_en", True, language == "ko")
    assert Page(answer).fields["body_en"] == ["Dear {firstname}"]
    assert Broadcast.objects.count() == 0


def test_full_width_braces_are_refused_too(organiser_client, forum, people, language):
    answer = organiser_client.post(NEW, TYPED | {"body_ko": "｛name｝ 님, 안녕하세요"})

    [(anchor, sentence)] = Page(answer).summary
    assert (anchor, "｛" in sentence, is_korean(sentence)) == ("#id_body_ko", True, language == "ko")


def test_characters_that_fill_slots_cannot_be_typed(organiser_client, forum):
    answer = organiser_client.post(NEW, TYPED | {"body_ko": "\ue000ticket_url\ue001"})

    assert Page(answer).summary[0][0] == "#id_body_ko"


def test_a_draft_may_be_saved_half_written_and_says_what_is_missing(organiser_client, forum, people):
    organiser_client.cookies["django_language"] = "en"
    page = Page(organiser_client.post(NEW, TYPED | {"subject_en": "", "body_en": ""}, follow=True))

    assert "Nothing is written in this language yet" in page.text
    assert "revision" not in page.fields


def test_a_draft_is_edited_as_it_was_typed(organiser_client, draft):
    page = Page(organiser_client.get(at(draft, "edit/")))
    assert {name: page.fields[name] for name in ("subject_ko", "states")} == {
        "subject_ko": [WORDS["subject_ko"]],
        "states": ["confirmed", "waiting", "offered"],
    }

    organiser_client.post(at(draft, "edit/"), TYPED | {"attended": "no", "subject_ko": "새 제목"})
    draft.refresh_from_db()
    assert (draft.subject_ko, draft.audience["attended"], draft.revision) == ("새 제목", False, 2)


def test_what_is_confirmed_opens_no_form(organiser_client, draft, organiser):
    confirm(draft, organiser)

    assert organiser_client.get(at(draft, "edit/")).status_code == 302
    assert organiser_client.post(at(draft, "edit/"), TYPED).status_code == 302
    draft.refresh_from_db()
    assert draft.subject_ko == WORDS["subject_ko"]


def test_the_preview_is_the_mail_in_its_frame_and_runs_nothing(organiser_client, draft):
    answer = organiser_client.get(at(draft, "preview/en/"))

    assert "Dear Gildong Hong," in answer.content.decode()
    assert 'href="https://forum.kr/map?a=1&amp;b=2"' in answer.content.decode()
    policy = answer["Content-Security-Policy"]
    assert ("script-src 'none'" in policy, "frame-ancestors 'self'" in policy) == (True, True)
    assert "frame-src 'self'" in organiser_client.get(at(draft))["Content-Security-Policy"]
    assert organiser_client.get(at(draft, "preview/de/")).status_code == 404


def test_a_test_is_sent_to_oneself(organiser_client, draft, organiser):
    organiser_client.cookies["django_language"] = "en"
    page = Page(organiser_client.post(at(draft, "test/"), follow=True))
    send_all()

    assert f"A test is on its way to {organiser.email}." in page.text
    assert [each.to for each in mail.outbox if "Test" in each.subject or "시험" in each.subject] == [
        [organiser.email]
    ] * 2


def test_pause_go_on_and_cancel(organiser_client, draft, organiser):
    confirm(draft, organiser)
    states = []
    for act in ("pause", "pause", "resume", "cancel", "resume"):
        organiser_client.post(at(draft, f"{act}/"))
        draft.refresh_from_db()
        states.append(draft.state)

    assert states == ["paused", "paused", "confirmed", "cancelled", "cancelled"]
    assert organiser_client.get(at(draft, "pause/")).status_code == 405


def test_a_discarded_draft_says_that_nobody_was_written_to(organiser_client, draft):
    organiser_client.cookies["django_language"] = "en"

    assert "Nobody was written to." in Page(organiser_client.post(at(draft, "cancel/"), follow=True)).text


def test_only_organisers_may(steward_client, draft):
    acts = ["", "edit/", "people/", "preview/ko/"], ["test/", "confirm/", "pause/", "edit/"]

    assert {steward_client.get(at(draft, act)).status_code for act in acts[0]} == {403}
    assert {steward_client.post(at(draft, act)).status_code for act in acts[1]} == {403}
    assert (steward_client.get(OVERVIEW).status_code, steward_client.get(NEW).status_code) == (403, 403)
    assert OVERVIEW not in Page(steward_client.get("/staff/")).links


def test_pages_ask_as_often_for_many_people_as_for_few(
    organiser_client, forum, draft, organiser, django_assert_max_num_queries
):
    with django_assert_max_num_queries(20) as before:
        organiser_client.get(at(draft))
    for _ in range(3):
        make_registration(forum)
        make_draft(forum)
    with django_assert_max_num_queries(len(before)):
        organiser_client.get(at(draft))
    with django_assert_max_num_queries(12):
        organiser_client.get(OVERVIEW)


def test_whom_a_change_concerns_can_be_looked_up_masked_and_each_look_is_logged(organiser_client, forum, people):
    walked_in = make_registration(forum)
    Registration.objects.filter(pk=walked_in.pk).update(email="", email_key="")
    change = make_draft(forum, "change", days=[1])
    address = at(change, "people/")

    page = Page(organiser_client.get(address))

    first = reverse("admin:registration_registration_change", args=[walked_in.pk])
    assert [link for link in page.links if "/registration/registration/" in link][0] == first
    assert (address in Page(organiser_client.get(at(change))).links, "홍*우" in page.text) == (True, True)
    assert [known in page.text for known in ("홍서우", people[0].email)] == [False, False]
    assert list(AccessLog.objects.values_list("act", "detail")) == [("affected", f"{change.pk} · page 1 · 4 people")]


def test_whoever_was_told_of_a_change_stays_listed_and_of_other_mails_nobody_is(
    organiser_client, forum, people, organiser, draft
):
    change = make_draft(forum, "change", days=[1])
    confirm(change, organiser)
    booking.cancel(people[0], [1])

    assert [organiser_client.get(at(each, "people/")).status_code for each in (change, draft)] == [200, 404]
    assert list(AccessLog.objects.values_list("detail", flat=True)) == [f"{change.pk} · page 1 · 3 people"]


@pytest.mark.parametrize(
    ("purpose", "hour", "warned"),
    [("service", 23, True), ("change", 7, True), ("service", 12, False), ("news", 23, False)],
)
def test_at_night_an_organiser_is_told_that_it_leaves_now(client, organiser, forum, people, purpose, hour, warned):
    change = make_draft(forum, purpose)
    tomorrow = timezone.localdate(timezone=forum.tzinfo) + dt.timedelta(days=1)

    with time_machine.travel(dt.datetime.combine(tomorrow, dt.time(hour), tzinfo=forum.tzinfo)):
        client.force_login(organiser)
        page = Page(client.get(at(change)))

    assert ("밤에 바로 발송됩니다" in page.text) == warned


def test_of_a_change_only_the_words_can_be_edited(organiser_client, forum, people):
    broadcast = make_draft(forum, "change", days=[1])
    page = Page(organiser_client.get(at(broadcast, "edit/")))
    assert "purpose" not in page.fields

    organiser_client.post(at(broadcast, "edit/"), TYPED | {"days": ["2"], "subject_en": "New words"})
    broadcast.refresh_from_db()
    assert (broadcast.purpose, broadcast.audience["days"], broadcast.subject_en) == ("change", [1], "New words")


def test_what_was_confirmed_stays_in_the_log_after_people_are_erased(organiser_client, draft, people):
    organiser_client.post(at(draft, "confirm/"), {"count": "3", "revision": "1"})
    organiser_client.get(reverse("admin:registration_registration_changelist"), {"q": "홍서우"})
    erasure.erase_person(people[0], by="the person")

    details = dict(AccessLog.objects.values_list("act", "detail"))
    assert details == {"broadcast": f"{draft.pk} · service · 3 people", "list": ""}
    assert Message.objects.filter(about=people[0].uuid).count() == 0

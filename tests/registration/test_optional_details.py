"""What nobody must tell us is kept by a consent of its own, which ends as easily as it was given."""

from __future__ import annotations

import importlib

import pytest
from django.apps import apps

from registration import links
from registration.models import ConsentNotice, Registration
from tests.factories import filled_form, make_registration
from tests.pages import Page, said
from tests.registration.sign_up_pages import NOTHING, SignUp, saved

WITHOUT_CONSENT = "You filled in optional items (%(items)s). Agree to this notice too, or leave them empty."
ITEMS = ("organisation", "field", "support", "support_note")
TOLD = {"organisation": "서울연구원", "field": "research", "support": ["captions"]}


def opened(client, registration):
    client.get(f"/t/{links.token_of(registration)}/")
    return f"/ko/ticket/{registration.public_id}/"


def kept(registration):
    registration.refresh_from_db()
    return [getattr(registration, name) for name in ITEMS]


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("step", ["check", "done"])
def test_optional_items_without_consent_are_named_and_nothing_typed_is_lost(client, forum, language, step):
    pages = SignUp(client, forum, language)

    page = pages.read(step, pages.filled(**TOLD, optional=None))

    items = ", ".join(said(language, label) for label in ("Organisation", "Field of interest", "Support"))
    assert page.summary == [("#id_optional", said(language, WITHOUT_CONSENT, items=items))]
    assert {name: page.fields[name] for name in TOLD} == {
        "organisation": ["서울연구원"],
        "field": ["research"],
        "support": ["captions"],
    }
    assert saved() == NOTHING


def test_agreeing_or_emptying_them_mends_it(client, forum):
    pages = SignUp(client, forum, "ko")
    refused = pages.filled(**TOLD, optional=None)

    agreed = pages.post("done", refused | {"optional": "on"})
    emptied = pages.post("done", pages.filled() | {"email": "other@example.org", "organisation": "", "field": ""})

    assert (agreed.status_code, emptied.status_code) == (302, 302)
    answers = [
        registration.consents.get(notice__kind="optional").agreed
        for registration in Registration.objects.order_by("pk")
    ]
    assert answers == [True, False]


def test_the_required_notice_asks_for_what_is_required_alone(forum):
    for language, optional in {"ko": ["소속", "분야", "지원"], "en": ["rganisation", "field", "upport"]}.items():
        notices = ConsentNotice.objects.latest_of("2022", language)
        assert [word in notices["privacy"].items for word in optional] == [False] * 3
        assert [word in notices["optional"].items for word in optional] == [True] * 3


def test_nothing_is_ticked_beforehand(client, forum):
    page = Page(client.get("/ko/2022/register/"))

    assert {"optional", "agree", "news", "is_of_age"} & set(page.fields) == set()


def test_a_forum_without_that_notice_asks_for_none_of_it(client, forum):
    forum.consent_notices.filter(kind="optional").delete()

    form = Page(client.get("/ko/2022/register/"))
    registered = client.post("/ko/2022/register/done/", filled_form(client, forum) | {"organisation": "서울연구원"})

    assert set(ITEMS) & set(form.fields) == set()
    assert registered.status_code == 302
    registration = Registration.objects.get()
    assert kept(registration) == ["", "", [], ""]
    assert client.get(opened(client, registration) + "edit/").status_code == 200


def test_details_added_later_are_agreed_to_there(client, forum):
    registration = make_registration(forum)
    edit = opened(client, registration) + "edit/"
    form = Page(client.get(edit)).fields

    refused = Page(client.post(edit, form | {"organisation": "서울연구원"}))
    agreed = client.post(edit, form | {"organisation": "서울연구원", "optional": "on"})

    assert [place for place, _sentence in refused.summary] == ["#id_optional"]
    assert (agreed.status_code, kept(registration)[0]) == (302, "서울연구원")
    assert [each.agreed for each in registration.consents.filter(notice__kind="optional")] == [False, True]


def test_who_has_agreed_is_not_asked_again(client, forum):
    registration = make_registration(forum, organisation="서울연구원")
    edit = opened(client, registration) + "edit/"
    page = Page(client.get(edit))

    assert "id_optional" not in page.ids
    assert client.post(edit, page.fields | {"organisation": "서울시립대"}).status_code == 302
    assert registration.consents.filter(notice__kind="optional").count() == 1


def test_withdrawing_empties_them_support_too_and_says_so_before(client, forum):
    registration = make_registration(forum, support_note="앞자리", **TOLD)
    data = opened(client, registration) + "data/"
    sentence = (
        "When you withdraw, your organisation, field of interest and the support that you asked for are erased at"
    )

    before = Page(client.get(data)).text
    client.post(data + "consent/", {"about": "optional", "agreed": "no"})

    assert said("ko", sentence + " once. We then prepare no support for you.") in before
    assert kept(registration) == ["", "", [], ""]
    assert registration.bookings.confirmed().exists()
    assert registration.consents.filter(notice__kind="optional").last().agreed is False


def test_whoever_withdrew_can_agree_after_all_and_reads_the_notice_first(client, forum):
    registration = make_registration(forum)
    data = opened(client, registration) + "data/"

    page = client.get(data).content.decode()
    client.post(data + "consent/", {"about": "optional", "agreed": "yes"})

    notice = ConsentNotice.objects.latest_of("2022", "ko")["optional"]
    assert [words in page for words in (notice.purpose, notice.retention, notice.refusal)] == [True] * 3
    assert registration.consents.filter(notice__kind="optional").last().agreed is True


@pytest.mark.parametrize("about", ["privacy", "interest", "", "x"])
def test_nothing_else_is_answered_there(client, forum, about):
    registration = make_registration(forum)

    answer = client.post(opened(client, registration) + "data/consent/", {"about": about, "agreed": "no"})

    assert (answer.status_code, registration.consents.count()) == (404, 3)


def test_a_forum_from_before_gets_both_notices_and_keeps_what_was_agreed_to(forum):
    migration = importlib.import_module("registration.migrations.0012_optional_details")
    forum.consent_notices.filter(kind="optional").delete()
    for language, words in migration.BOTH.items():
        forum.consent_notices.filter(kind="privacy", language=language).update(items=words)
    forum.consent_notices.filter(kind="privacy", language="en").update(items="Written by ourselves")

    for _twice in range(2):
        migration.publish(apps, None)

    facts = forum.consent_notices.exclude(kind__in=["news", "interest"]).order_by("kind", "language", "version")
    assert list(facts.values_list("kind", "language", "version")) == [
        ("optional", "en", 1),
        ("optional", "ko", 1),
        ("privacy", "en", 1),
        ("privacy", "ko", 1),
        ("privacy", "ko", 2),
    ]
    assert [words in facts.last().items for words in ("이름", "소속")] == [True, False]
    assert "90일" in facts.get(kind="optional", language="ko").retention

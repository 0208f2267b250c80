"""Nothing is published without the languages that it claims, and what lacks one is listed and noted."""

from __future__ import annotations

import importlib
from contextlib import nullcontext
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import override

from programme import translating
from programme.models import Session, Speaker, Talk
from tests.pages import said
from tests.programme.releasing import edit
from tests.programme.test_admin import change, errors, filled, listed
from tests.programme.test_publishing import page

GATE = (
    "What is published needs its title, and its abstract if it has one, in Korean and in English. Write what "
    "is missing, or choose “Korean only” or “English only”."
)

# title_ko, title_en, abstract_ko, abstract_en → the claims under which that may be published
WORDS = [
    (("가", "a", "", ""), {"both", "ko", "en"}),
    (("가", "a", "가", "a"), {"both", "ko", "en"}),
    (("가", "a", "가", ""), {"ko"}),
    (("가", "a", "", "a"), {"en"}),
    (("가", "", "", ""), {"ko"}),
    (("가", "", "가", "a"), {"ko"}),
    (("가", "", "", "a"), set()),
    (("가", None, "가", None), {"ko"}),
    (("가", "a", None, None), {"both", "ko", "en"}),
    (("", "a", "", "a"), {"en"}),
]


@pytest.mark.parametrize("slug", ["session-2", "ai-sharing-for-smart-cities"])
@pytest.mark.parametrize(("words", "may"), WORDS)
def test_the_database_publishes_only_what_has_the_languages_that_it_claims(forum, slug, words, may):
    row = Session.objects.filter(slug=slug).first() or Talk.objects.get(slug=slug)
    texts = dict(zip(("title_ko", "title_en", "abstract_ko", "abstract_en"), words, strict=True))

    def is_kept(languages, state):
        try:
            with transaction.atomic():
                type(row).objects.filter(pk=row.pk).update(**texts, languages=languages, state=state)
        except IntegrityError:
            return False
        return True

    assert {each for each in ("both", "ko", "en") if is_kept(each, "published")} == may
    assert [is_kept("both", state) for state in ("draft", "cancelled")] == [True, True]


@pytest.mark.parametrize("languages", ["both", "ko", "en"])
@pytest.mark.parametrize(("words", "may"), WORDS)
def test_a_form_says_the_same_before_the_database_has_to(forum, words, may, languages):
    row = Session.objects.get(slug="session-2")
    row.title_ko, row.title_en, row.abstract_ko, row.abstract_en = words
    row.languages = languages

    with nullcontext() if languages in may else pytest.raises(ValidationError) as refusal, override("ko"):
        row.validate_constraints(exclude={"title_ko", "title_en", "abstract_ko", "abstract_en"})

    with override("ko"):
        assert refusal is None or refusal.value.messages == [said("ko", GATE)]


def test_an_editor_is_told_how_to_mend_it_and_mends_it_by_saying_korean_only(organiser_client, forum):
    session = Session.objects.get(slug="session-2")
    facts = filled(organiser_client, change(session), title_en="")

    found = errors(organiser_client.post(change(session), facts))

    assert found == {"__all__": [said("ko", GATE)]}
    assert organiser_client.post(change(session), facts | {"languages": "ko", "abstract_en": ""}).status_code == 302


def test_a_talk_is_not_published_in_a_list_whose_form_does_not_show_its_abstract(organiser_client, forum):
    edit("ai-sharing-for-smart-cities", state="draft", abstract_en="")
    session = Session.objects.get(slug="session-1")
    facts = filled(organiser_client, change(session))
    number = next(name.split("-")[1] for name, value in facts.items() if value == "ai-sharing-for-smart-cities")

    answer = organiser_client.post(change(session), facts | {f"talks-{number}-state": "published"})

    assert errors(answer) == {"inline": [{"__all__": [said("ko", GATE)]}]}


def test_publishing_many_publishes_those_that_may_and_names_the_others(organiser_client, forum):
    edit("session-2", state="draft", title_en="")
    edit("session-3", state="draft")
    chosen = Session.objects.filter(slug__in=["session-2", "session-3"]).values_list("pk", flat=True)

    answer = organiser_client.post(
        listed(Session), {"action": "publish", "_selected_action": list(chosen)}, follow=True
    )

    told = [str(each) for each in answer.context["messages"]]
    assert len(told) == 1
    assert told[0].endswith(said("ko", GATE))
    assert [Session.objects.get(slug=slug).state for slug in ("session-2", "session-3")] == ["draft", "published"]


@pytest.mark.parametrize("model", [Session, Talk, Speaker])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_admin_lists_what_lacks_a_language(organiser_client, forum, model, language):
    row, other = model.objects.order_by("pk").last(), translating.OTHER[language]
    field = "bio" if model is Speaker else "abstract"
    state = {"state": "draft"} if model is not Speaker else {}
    model.objects.filter(pk=row.pk).update(**state, **{f"{field}_{language}": "", f"{field}_{other}": "x"})

    def found(lacks):
        return list(organiser_client.get(listed(model), {"lacks": lacks}).context["cl"].result_list)

    assert (found(language), found(other)) == ([row], [])


def test_what_is_meant_to_be_in_one_language_lacks_nothing(forum):
    edit("session-3", title_en="", abstract_en="", languages="ko")

    assert list(translating.gaps(forum)) == []


def test_every_text_that_lacks_a_language_is_named_drafts_too(forum):
    edit("session-3", title_en="", abstract_en=None, state="draft")
    Speaker.objects.filter(slug="yiqun-xie").update(bio_ko="")

    found = [(gap.row.slug, gap.language, gap.texts) for gap in translating.gaps(forum)]

    labels = [
        str(model._meta.get_field(name).verbose_name)
        for model, name in ((Session, "title"), (Session, "abstract"), (Speaker, "bio"))
    ]
    assert found == [("session-3", "en", (labels[0], labels[1])), ("yiqun-xie", "ko", (labels[2],))]


@pytest.mark.parametrize(
    ("language", "slug", "claims", "sentence"),
    [
        ("en", "session-3", "ko", "This is in Korean only."),
        ("ko", "ai-sharing-for-smart-cities", "en", "영어로만 제공합니다."),
    ],
)
def test_a_page_says_when_something_is_meant_to_be_in_the_other_language_only(
    client, forum, language, slug, claims, sentence
):
    edit(slug, **{f"title_{language}": "", f"abstract_{language}": ""}, languages=claims)
    kind = "sessions" if slug.startswith("session") else "talks"

    for address in (f"/{language}/2022/{kind}/{slug}/", f"/{language}/2022/programme/day-1/"):
        assert page(client, address).count(sentence) == 1, address
        assert said(language, "English translation in preparation.") not in page(client, address)


def test_rows_of_before_the_gate_claim_what_they_have(forum):
    Session.objects.update(state="draft")
    Talk.objects.update(state="draft")
    Session.objects.filter(slug="session-2").update(title_en=None)
    Session.objects.filter(slug="session-3").update(abstract_en="")
    Talk.objects.filter(slug="ai-sharing-for-smart-cities").update(title_ko="", abstract_ko="")
    [name] = [path.stem for path in Path("programme/migrations").glob("*_releases.py")]

    importlib.import_module(f"programme.migrations.{name}").say_what_is_written(apps, None)

    rows = [*Session.objects.all(), *Talk.objects.all()]
    assert {row.slug: row.languages for row in rows if row.languages != "both"} == {
        "session-2": "ko", "session-3": "ko", "ai-sharing-for-smart-cities": "en",
    }  # fmt: skip
    Session.objects.update(state="published")
    Talk.objects.update(state="published")


def test_the_admin_shows_the_claim_beside_the_state():
    for model in (Session, Talk):
        fields = str(admin.site._registry[model].fieldsets)
        assert "('state', 'languages')" in fields

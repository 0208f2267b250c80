"""Organisers edit the words of mails: nothing broken is saved, nothing secret is reached, and the mail says it."""

from __future__ import annotations

import html
import re

import pytest
from auditlog.models import LogEntry
from django.core import mail
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import override

from forum.outbox import delivery
from forum.outbox.models import Message
from forum.outbox.writing import PARTS
from registration.kinds import KINDS
from registration.models import MailText
from registration.notices import examples
from tests.factories import make_registration
from tests.pages import said

LIST, ADD = reverse("admin:registration_mailtext_changelist"), reverse("admin:registration_mailtext_add")
PREVIEW = reverse("admin:registration_mailtext_preview")
LANGUAGES = ["ko", "en"]


@pytest.fixture
def address(forum):
    return f"{ADD}?edition={forum.pk}&kind=confirmation"


def words(forum, kind="confirmation", **typed):
    empty = {f"{part}_{language}": "" for part in PARTS for language in LANGUAGES}
    return {"edition": forum.pk, "kind": kind, **empty, **typed}


def sent_to(forum, **answers):
    registration = make_registration(forum, **answers)
    delivery.deliver(Message.objects.get(about=registration.uuid).pk)
    return registration, mail.outbox[-1]


def test_the_list_says_which_mails_have_fixed_words_and_why(organiser_client, forum):
    page = organiser_client.get(LIST).content.decode()

    fixed = ["로그인 코드: ", "메일 점검용 메일: ", "단체 메일과 일정 변경 안내의 틀: "]
    assert [name in page for name in fixed] == [True, True, True]


def test_the_list_names_every_mail_and_leads_to_its_words(organiser_client, forum):
    page = html.unescape(organiser_client.get(LIST).content.decode())

    assert set(re.findall(rf'href="{ADD}\?edition={forum.pk}&kind=(\w+)"', page)) == set(KINDS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_typed_words_replace_the_standard_ones_of_that_part_and_language(organiser_client, forum, address, language):
    typed = {
        f"subject_{language}": "{forum}: {days}",
        f"closing_{language}": "Hello {name} & <friends>\n\nhttps://a.kr",
    }

    answer = organiser_client.post(address, words(forum, **typed))
    registration, sent = sent_to(forum, language=language)
    _other, untouched = sent_to(forum, language={"ko": "en", "en": "ko"}[language])

    assert answer.status_code == 302
    assert sent.subject.startswith({"ko": "2022 서울 빅데이터 포럼: ", "en": "Seoul Big Data Forum 2022: "}[language])
    rich = sent.alternatives[0].content
    assert "Hello 홍서우 & <friends>\n\nhttps://a.kr\n" in sent.body
    assert "Hello 홍서우 &amp; &lt;friends&gt;</p>" in rich
    assert '<a href="https://a.kr"' in rich
    assert [registration.desk_code_for_people in part for part in (sent.body, rich)] == [True, True]
    assert "friends" not in untouched.body


def test_words_of_an_edition_are_in_no_other_and_standard_again_once_deleted(organiser_client, forum, address):
    organiser_client.post(address, words(forum, heading_ko="우리 말로"))
    text = MailText.objects.get()
    organiser_client.post(reverse("admin:registration_mailtext_delete", args=[text.pk]), {"post": "yes"})

    _registration, sent = sent_to(forum)

    assert "우리 말로" not in sent.body


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(
    ("text", "named", "sentence"),
    [
        ("{nmae}", {"wrong": "{nmae}"}, "%(wrong)s stands for nothing in this mail. You can use: %(allowed)s."),
        ("{until}", {"wrong": "{until}"}, "%(wrong)s stands for nothing in this mail. You can use: %(allowed)s."),
        ("{name", {"brace": "{"}, "A brace “%(brace)s” stands alone. In braces you can use: %(allowed)s."),
        (
            "｛name｝ 님",
            {"wide": "｛", "brace": "{"},
            "“%(wide)s” is a full-width sign. Switch the keyboard to English and type “%(brace)s” instead.",
        ),
        (
            "http://a.kr/{name}",
            {"word": "{name}"},
            "%(word)s stands inside an address. Write the whole address, without it.",
        ),
        ("\ue000ticket_url\ue001", {}, "There are control characters in this text. Please type it anew."),
    ],
)
def test_what_is_broken_is_refused_with_what_is_allowed(
    organiser_client, forum, address, language, part, text, named, sentence
):
    answer = organiser_client.post(address, words(forum, **{f"{part}_{language}": text}))

    allowed = ", ".join(f"{{{word}}}" for word in KINDS["confirmation"].placeholders)
    told = said("ko", sentence, allowed=allowed, **named)
    assert answer.context["adminform"].form.errors == {f"{part}_{language}": [told]}
    assert MailText.objects.count() == 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_standard_words_stand_beside_each_field_and_can_be_saved_as_they_are(
    organiser_client, forum, kind, language
):
    address = f"{ADD}?edition={forum.pk}&kind={kind}"
    standard = examples.standard(kind, forum, language)
    typed = {f"{part}_{language}": text for part, text in standard.items()}

    shown = " ".join(html.unescape(strip_tags(organiser_client.get(address).content.decode())).split())
    answer = organiser_client.post(address, words(forum, kind, **typed))

    assert [part for part, text in standard.items() if " ".join(text.split()) not in shown] == []
    assert answer.status_code == 302
    before, after = (examples.letter(kind, forum, language, each) for each in ({}, standard))
    assert before == after


def test_one_mail_has_one_text(organiser_client, forum, address):
    organiser_client.post(address, words(forum, heading_ko="하나"))

    again = organiser_client.get(address)

    assert again.url == reverse("admin:registration_mailtext_change", args=[MailText.objects.get().pk])


def test_of_which_mail_a_text_is_does_not_change(organiser_client, forum, address):
    organiser_client.post(address, words(forum, heading_ko="하나"))
    text = MailText.objects.get()

    organiser_client.post(reverse("admin:registration_mailtext_change", args=[text.pk]), words(forum, "waiting"))

    text.refresh_from_db()
    assert (text.kind, text.heading_ko) == ("confirmation", "")


def test_every_change_is_in_the_log_with_its_language(organiser_client, organiser, forum, address):
    organiser_client.post(address, words(forum, heading_en="One"))
    text = MailText.objects.get()
    organiser_client.post(reverse("admin:registration_mailtext_change", args=[text.pk]), words(forum, heading_en="Two"))

    entry = LogEntry.objects.get_for_object(text).filter(action=LogEntry.Action.UPDATE).get()
    assert (entry.changes, entry.actor) == ({"heading_en": ["One", "Two"]}, organiser)


# --- Preview ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_preview_shows_both_languages_and_says_that_it_is_made_up(organiser_client, forum, kind):
    address = organiser_client.get(PREVIEW, {"edition": forum.pk, "kind": kind})

    assert address.status_code == 200
    assert said(
        "ko", "An example: name, codes, places and links are made up. Nothing is sent, and nothing is saved."
    ) in (address.content.decode())
    for language, _name, letter in address.context["letters"]:
        with override(language):
            assert f'lang="{language}"' in letter.html
        assert ["\ue000" in part or "cid:" in part for part in (letter.text, letter.html)] == [False, False]
        is_named = "(예시)" in letter.text or "(example)" in letter.text
        assert is_named == ("name" in KINDS[kind].placeholders)
    assert (Message.objects.count(), MailText.objects.count()) == (0, 0)


def test_what_is_typed_is_previewed_before_it_is_saved(organiser_client, forum):
    address = organiser_client.post(PREVIEW, words(forum, opening_en="Bring <b>{name}</b>"))

    letters = {language: letter for language, _name, letter in address.context["letters"]}
    assert "Bring <b>Seowoo Hong (example)</b>" in letters["en"].text
    assert "Bring &lt;b&gt;Seowoo Hong (example)&lt;/b&gt;" in letters["en"].html
    assert MailText.objects.count() == 0


def test_saved_words_are_previewed_with_what_was_changed_since(organiser_client, forum, address):
    organiser_client.post(address, words(forum, heading_ko="저장한 말", heading_en="Saved"))
    address = reverse("admin:registration_mailtext_preview_typed", args=[MailText.objects.get().pk])

    shown = organiser_client.post(address, words(forum, heading_ko="고친 말", heading_en="Saved"))

    assert [letter.text.partition("\n")[0] for _code, _name, letter in shown.context["letters"]] == ["고친 말", "Saved"]
    assert MailText.objects.get().heading_ko == "저장한 말"


def test_broken_words_are_named_and_not_previewed(organiser_client, forum):
    address = organiser_client.post(PREVIEW, words(forum, opening_en="{nmae}"))

    assert address.context["letters"] == []
    assert "{nmae}" in address.content.decode()


def test_nothing_runs_in_a_preview(organiser_client, forum):
    address = organiser_client.post(PREVIEW, words(forum, opening_en='"><script>alert(1)</script>'))

    policy = address.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy + ";"
    assert "<script>alert" not in address.content.decode()
    assert address.content.decode().count(" sandbox srcdoc=") == 2


@pytest.mark.parametrize("query", ["", "kind=nothing", "kind=confirmation&edition=99"])
def test_where_no_mail_was_chosen_the_list_is_shown_and_nothing_to_preview(organiser_client, forum, query):
    answers = [organiser_client.get(f"{address}?{query}").status_code for address in (ADD, PREVIEW)]

    assert answers == [200, 404]


def test_only_organisers_see_and_edit_them(steward_client, forum, address):
    answers = [steward_client.get(address).status_code for address in (LIST, address, PREVIEW)]

    assert [status in (302, 403) for status in answers] == [True, True, True]


def test_an_edition_without_days_or_venue_has_examples_of_every_mail(forum):
    bare = type(forum)(name_ko="빈", name_en="Bare", slug="bare", timezone="Asia/Seoul", pk=99)

    for kind in KINDS:
        for language in LANGUAGES:
            assert examples.letter(kind, bare, language, {}).text

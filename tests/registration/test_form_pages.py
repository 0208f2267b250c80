"""The form: whatever is typed or tampered with, it says in the page's language how to mend it, links to the place,
keeps what was typed, and saves nothing."""

from __future__ import annotations

import datetime as dt
import unicodedata

import pytest
from django.core import signing
from django.utils import timezone

from registration import sign_up
from registration.errors import DayFull
from registration.models import ConsentNotice, Quota, Registration
from tests.pages import Page, is_korean, said
from tests.registration.sign_up_pages import NOTHING, saved

STEPS = ("form", "check", "done")
STEP_IN = {"ko": "check", "en": "done"}  # both judge by the same form, so each is tried in one language
TOO_LONG_EMAIL = f"hong@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.example.kr"

NAME_TOO_LONG = "Your name can be up to %(limit_value)d characters. It is %(show_value)d now."
EMAIL_TOO_LONG = "The e-mail address can be up to %(limit_value)d characters. It is %(show_value)d now."
ORGANISATION_TOO_LONG = "Organisation can be up to %(limit_value)d characters. It is %(show_value)d now."
NOTE_TOO_LONG = "Other support can be up to %(limit_value)d characters. It is %(show_value)d now."
CONTROLS = "Remove line breaks and control characters here."
NO_EMAIL = "Check the e-mail address. It looks like hong@example.kr."
OLD_NOTICE = "The notice about personal data has changed. Read it again, please, and agree once more."
TOO_LATE = "This page was open too long. Look through your answers and press the button again."

MISTAKES = [
    ({"days": None}, "days_0", "Choose at least one day.", {}),
    ({"days": ["9"]}, "days_0", "Choose the days from the list again.", {}),
    ({"days": ["1", "DROP TABLE"]}, "days_0", "Choose the days from the list again.", {}),
    ({"name": ""}, "name", "Enter your name.", {}),
    ({"name": " \u3000\t "}, "name", "Enter your name.", {}),
    ({"name": "가" * 61}, "name", NAME_TOO_LONG, {"limit_value": 60, "show_value": 61}),
    ({"name": "홍서우\r\nBcc: everybody@example.org"}, "name", CONTROLS, {}),
    ({"name": "홍서우\u2028second line"}, "name", CONTROLS, {}),
    ({"name": "\u202eevil\u202c"}, "name", CONTROLS, {}),
    ({"name": "evil\u2067"}, "name", CONTROLS, {}),
    ({"name": "nul\x00l"}, "name", CONTROLS, {}),
    ({"name": "\ue000ticket_url\ue001"}, "name", CONTROLS, {}),
    ({"email": ""}, "email", "Enter your e-mail address.", {}),
    ({"email": "hong"}, "email", NO_EMAIL, {}),
    ({"email": "hong@"}, "email", NO_EMAIL, {}),
    ({"email": "hong@example"}, "email", NO_EMAIL, {}),
    ({"email": "ho ng@example.kr"}, "email", NO_EMAIL, {}),
    ({"email": "hong@example.kr, kim@example.kr"}, "email", NO_EMAIL, {}),
    ({"email": "hong@example.kr\r\nBcc: everybody@example.org"}, "email", NO_EMAIL, {}),
    ({"email": TOO_LONG_EMAIL}, "email", EMAIL_TOO_LONG, {"limit_value": 254, "show_value": len(TOO_LONG_EMAIL)}),
    ({"organisation": "나" * 61}, "organisation", ORGANISATION_TOO_LONG, {"limit_value": 60, "show_value": 61}),
    ({"organisation": "one\ntwo"}, "organisation", CONTROLS, {}),
    ({"field": "astrology"}, "field", "Choose the field from the list again.", {}),
    ({"support": ["pony"]}, "support_0", "Choose the support from the list again.", {}),
    ({"support_note": "다" * 301}, "support_note", NOTE_TOO_LONG, {"limit_value": 300, "show_value": 301}),
    ({"support_note": "bell\x07"}, "support_note", CONTROLS, {}),
    ({"agree": None}, "agree", "To register, agree to the use of your personal data.", {}),
]


@pytest.mark.parametrize(("mistake", "place", "sentence", "facts"), MISTAKES, ids=range(len(MISTAKES)))
def test_a_mistake_is_named_and_linked_and_nothing_typed_is_lost(sign_up_in, mistake, place, sentence, facts):
    typed = sign_up_in.filled(**{"organisation": "서울연구원", "support": ["captions"], "field": "citizen"} | mistake)

    page = sign_up_in.read(STEP_IN[sign_up_in.language], typed)

    assert page.summary == [(f"#id_{place}", said(sign_up_in.language, sentence, **facts))]
    assert is_korean(page.summary[0][1]) == (sign_up_in.language == "ko")
    assert f"id_{place}" in page.ids
    assert page.title.startswith(said(sign_up_in.language, "Error: "))
    assert kept(page) == shown(typed)
    assert saved() == NOTHING


def kept(page):
    """What the form holds now, as a browser would post it again."""
    return {name: values for name, values in page.fields.items() if name not in ("csrfmiddlewaretoken", "language")}


def shown(typed):
    """The same, as the form should hold it. A list's unknown choice cannot be shown, and NUL no page can hold."""
    facts = {name: value if isinstance(value, list) else [str(value)] for name, value in typed.items()}
    facts |= {name: facts.get(name, [""]) for name in ("organisation", "field", "support_note")}
    known = {"days": ["1", "2"], "support": list(Registration.Support), "field": ["", *Registration.Field]}
    for name, choices in known.items():
        facts[name] = [value for value in facts.get(name, []) if value in choices]
    return {name: values for name, values in facts.items() if values}


def test_several_mistakes_are_counted_and_all_are_linked(sign_up_in):
    page = sign_up_in.read("check", sign_up_in.filled(days=None, name="", email="hong", agree=None))

    assert [place for place, _sentence in page.summary] == [
        "#id_days_0",
        "#id_name",
        "#id_email",
        "#id_agree",
    ]
    assert {place.removeprefix("#") for place, _sentence in page.summary} <= set(page.ids)
    heading = "There are 4 things to fix" if sign_up_in.language == "en" else "4"
    assert heading in page.text


def test_an_empty_post_is_answered_with_all_that_is_missing(sign_up_in):
    page = sign_up_in.read("done", {})

    assert [place for place, _sentence in page.summary] == [
        "#id_days_0",
        "#id_name",
        "#id_email",
        "#id_is_of_age",
        "#id_agree",
    ]
    assert saved() == NOTHING


# --- What only tampering sends ------------------------------------------------------------------------------------


A_UUID = "00000000-0000-0000-0000-000000000000"
FOREIGN_KEYS = {
    "missing": lambda: None,
    "empty": lambda: "",
    "garbage": lambda: "garbage",
    "not signed": lambda: A_UUID,
    "signed for something else": lambda: signing.dumps(A_UUID, salt="registration.done"),
    "signed and no uuid": lambda: signing.dumps("no uuid", salt="registration.submission"),
}


@pytest.mark.parametrize("make", FOREIGN_KEYS.values(), ids=FOREIGN_KEYS)
def test_a_key_that_is_not_ours_gets_the_form_back_with_a_fresh_one(sign_up_in, make):
    typed = sign_up_in.filled(submission_key=make())

    page = sign_up_in.read(STEP_IN[sign_up_in.language], typed)

    assert page.summary == [("", said(sign_up_in.language, TOO_LATE))]
    assert kept(page) | {"submission_key": []} == shown(typed) | {"submission_key": []}
    assert saved() == NOTHING
    assert sign_up_in.post("done", typed | {"submission_key": page.fields["submission_key"][0]}).status_code == 302
    assert saved() == (1, 1, 1)


def test_a_key_with_a_nul_is_refused_without_an_error_page(sign_up_in):
    assert sign_up_in.post("done", sign_up_in.filled(submission_key="\x00")).status_code == 200
    assert saved() == NOTHING


OTHER_NOTICES = [None, "", "0", "999999", "-1", "not a number", "9" * 5_000, "other language"]


@pytest.mark.parametrize("notice", OTHER_NOTICES, ids=range(len(OTHER_NOTICES)))
def test_agreeing_to_another_notice_than_the_newest_is_asked_again(sign_up_in, notice):
    newest = sign_up_in.filled()["privacy_notice"]
    if notice == "other language":
        notice = ConsentNotice.objects.filter(kind="privacy").exclude(language=sign_up_in.language).get().pk
    typed = sign_up_in.filled(privacy_notice=notice)

    page = sign_up_in.read(STEP_IN[sign_up_in.language], typed)

    assert page.summary == [("#id_agree", said(sign_up_in.language, OLD_NOTICE))]
    assert page.fields["privacy_notice"] == [str(newest)]
    assert "agree" not in page.fields  # the box is empty again
    assert "id_agree" in page.ids
    assert saved() == NOTHING


def publish_again(kind, language):
    old = ConsentNotice.objects.get(kind=kind, language=language)
    facts = {
        field: getattr(old, field) for field in ("edition", "title", "items", "refusal", "retention", "legal_basis")
    }
    return ConsentNotice.objects.create(kind=kind, language=language, version=2, purpose="Something new", **facts)


def test_a_notice_that_changed_meanwhile_is_read_and_agreed_to_anew(sign_up_in):
    typed = sign_up_in.filled(news="on")
    new = publish_again("privacy", sign_up_in.language)

    page = sign_up_in.read("done", typed)

    assert page.summary == [("#id_agree", said(sign_up_in.language, OLD_NOTICE))]
    assert "Something new" in page.text
    assert (page.fields["privacy_notice"], page.fields["news"]) == ([str(new.pk)], ["on"])
    assert saved() == NOTHING
    assert sign_up_in.post("done", page.fields | {"agree": "on"}).status_code == 302
    assert new in [consent.notice for consent in Registration.objects.get().consents.all()]


def test_a_changed_notice_about_news_empties_only_that_box(sign_up_in):
    typed = sign_up_in.filled(news="on")
    new = publish_again("news", sign_up_in.language)

    page = sign_up_in.read("done", typed)

    assert page.summary == [("#id_news", said(sign_up_in.language, OLD_NOTICE))]
    assert (page.fields["news_notice"], page.fields["agree"]) == ([str(new.pk)], ["on"])
    assert "news" not in page.fields


def test_a_changed_notice_about_news_is_nothing_to_whoever_wants_none(sign_up_in):
    typed = sign_up_in.filled()
    publish_again("news", sign_up_in.language)

    assert sign_up_in.post("done", typed).status_code == 302


def test_a_body_that_is_too_large_is_refused_and_nothing_saved(sign_up_pages):
    typed = sign_up_pages.filled(support_note="x" * 3_000_000)

    answers = [sign_up_pages.post(step, typed) for step in STEPS]

    assert [answer.status_code for answer in answers] == [400, 400, 400]
    assert all(is_korean(Page(answer).title) for answer in answers)
    assert saved() == NOTHING


def test_a_form_sent_to_another_host_registers_nobody(sign_up_pages):
    typed, evil = sign_up_pages.filled(), {"host": "evil.example.org"}

    answers = [sign_up_pages.client.post(getattr(sign_up_pages, step), typed, headers=evil) for step in STEPS]

    assert [answer.status_code for answer in answers] == [400, 400, 400]
    assert saved() == NOTHING


def test_other_ways_to_ask_are_refused(sign_up_pages):
    ask = sign_up_pages.client

    for step in (sign_up_pages.form, sign_up_pages.check, sign_up_pages.done):
        assert [act(step).status_code for act in (ask.put, ask.patch, ask.delete)] == [405, 405, 405]


def test_a_page_that_is_posted_to_leads_whoever_opens_it_to_the_form(sign_up_in):
    opened = [sign_up_in.client.get(step).url for step in (sign_up_in.check, sign_up_in.done)]

    assert opened == [sign_up_in.form, sign_up_in.form]


# --- Strange, but somebody's name ---------------------------------------------------------------------------------

STRANGE = ["<script>alert(1)</script>", '=HYPERLINK("http://evil.example")', "O’Connor & <b>Sons</b>", "{{ 7 }}{% x %}"]
STRANGE += ["가" * 60, "Nguyễn Thị Ánh", "محمد علي", "👩🏽‍🔬", "'; DROP TABLE registration; --"]


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_name_is_kept_as_it_is_and_shown_as_text(sign_up_in, name):
    typed = sign_up_in.filled(name=name, organisation=name)

    checked = sign_up_in.post("check", typed)
    sign_up_in.post("done", typed)

    assert Registration.objects.values_list("name", "organisation").get() == (name, name)
    assert Page(checked).text.count(" ".join(name.split())) == 2
    assert Page(checked).fields["name"] == [name]
    assert "<script>alert" not in checked.content.decode()


def test_hangul_that_comes_apart_is_put_together(sign_up_pages):
    """A Mac sends 홍 as three letters; search and a name's length count one."""
    sign_up_pages.post("done", sign_up_pages.filled(name=unicodedata.normalize("NFD", "홍서우")))

    assert Registration.objects.get().name == "홍서우"


def test_spaces_around_an_answer_are_dropped_and_the_host_of_an_address_is_lower_case(sign_up_pages):
    sign_up_pages.post("done", sign_up_pages.filled(name="  홍서우 ", email=" Seo.Woo@EXAMPLE.Kr "))

    kept = Registration.objects.get()
    assert (kept.name, kept.email, kept.email_key) == ("홍서우", "Seo.Woo@example.kr", "seo.woo@example.kr")


def test_an_address_with_a_korean_host_is_one(sign_up_pages):
    assert sign_up_pages.post("done", sign_up_pages.filled(email="hong@한국.kr")).status_code == 302


def test_a_note_may_have_lines_and_ticks_its_box(sign_up_pages):
    sign_up_pages.post("done", sign_up_pages.filled(support_note="첫째 줄\r\n둘째 줄"))

    kept = Registration.objects.get()
    assert (kept.support, kept.support_note) == (["other"], "첫째 줄\r\n둘째 줄")


def test_a_day_chosen_twice_is_one_day(sign_up_pages):
    sign_up_pages.post("done", sign_up_pages.filled(days=["2", "1", "2"]))

    assert [booking.day.number for booking in Registration.objects.get().bookings.order_by("day")] == [1, 2]


# --- Seats and dates ----------------------------------------------------------------------------------------------


def test_a_day_that_filled_up_meanwhile_is_named_and_everything_typed_stays(sign_up_in):
    typed = sign_up_in.filled(days=["1", "2"])
    Quota.objects.filter(day__number=2).update(capacity=0)

    for page in (sign_up_in.read("check", typed), sign_up_in.read("done", typed)):
        full = said(sign_up_in.language, "Day %(day)s is full. Choose another day.", day=2)
        assert page.summary == [("#id_days_0", full)]
        assert kept(page) == shown(typed)
    assert saved() == NOTHING


def test_a_day_that_filled_up_and_came_free_again_meanwhile_asks_for_one_more_press(sign_up_in, monkeypatch):
    typed = sign_up_in.filled(days=["1", "2"])

    def full_for_a_moment(*answers):
        monkeypatch.undo()
        raise DayFull([2])

    monkeypatch.setattr(sign_up, "register", full_for_a_moment)
    page = sign_up_in.read("done", typed)
    again = "Day %(day)s was full a moment ago, and a seat has come free again. Press the button again."

    assert page.summary == [("#id_days_0", said(sign_up_in.language, again, day=2))]
    assert sign_up_in.post("done", typed).status_code == 302


def test_a_full_day_says_so_before_anybody_chooses_it(sign_up_in):
    Quota.objects.filter(day__number=2).update(capacity=0)

    page = Page(sign_up_in.client.get(sign_up_in.form))

    assert said(sign_up_in.language, "Full. Everyone can watch the live stream.") in page.text


def test_after_it_closed_the_page_says_so_and_takes_nothing(sign_up_in):
    typed = sign_up_in.filled()
    sign_up_in.forum.registration_closes_at = timezone.now()
    sign_up_in.forum.save()

    closed = "Registration has closed. Everyone can watch the live stream without registering."
    for page in [sign_up_in.read(step, typed) for step in STEPS]:
        assert said(sign_up_in.language, closed) in page.text
        assert "name" not in page.fields
    assert saved() == NOTHING


def test_before_it_opens_the_page_says_when(sign_up_in):
    opens = timezone.now() + dt.timedelta(days=1)
    sign_up_in.forum.registration_opens_at = opens
    sign_up_in.forum.save()

    page = Page(sign_up_in.client.get(sign_up_in.form))

    assert f"{timezone.localtime(opens):%H:%M}" in page.text
    assert "name" not in page.fields


@pytest.mark.parametrize(("slug", "status"), [("2021", 200), ("1999", 404), ("no-such-forum", 404)])
def test_a_forum_without_registration_takes_none(client, forum, slug, status):
    answers = [client.post(f"/ko/{slug}/register/{step}", {"name": "홍서우"}) for step in ("", "check/", "done/")]

    assert [answer.status_code for answer in answers] == [status, status, status]
    assert saved() == NOTHING


def test_a_forum_that_is_not_published_takes_none(sign_up_in):
    typed = sign_up_in.filled()
    sign_up_in.forum.is_published = False
    sign_up_in.forum.save()

    assert [sign_up_in.post(step, typed).status_code for step in STEPS] == [404, 404, 404]
    assert saved() == NOTHING

"""Mails when links end, addresses change and days are asked for again; and whom to ask if it was somebody else."""

from __future__ import annotations

import pytest
from django.utils.html import escape
from django.utils.translation import override

from programme.templatetags.forum_dates import day_month
from registration import addressing, changing, links
from tests.factories import make_registration
from tests.pages import Page, said
from tests.registration.every_mail import EVERY_KIND, LANGUAGES, kinds, left, make_mail, parts


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_link_is_not_said_to_be_the_old_one(forum, language):
    registration = make_registration(forum, language=language)

    changing.replace_link(registration)

    sent = left("new_link")
    for part in parts(sent):
        assert {"ko": "어느 기기에서도 열리지 않습니다", "en": "no longer works, on any device"}[language] in part
        assert {"ko": "QR은 그대로입니다", "en": "Your QR stays the same"}[language] in part
        assert links.url_of(registration) in part


def test_every_replaced_link_is_mailed_however_many_there_were_today(forum):
    registration = make_registration(forum)

    for _ in range(5):
        changing.replace_link(registration)

    assert kinds() == ["confirmation"] + ["new_link"] * 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_address_is_told_that_earlier_links_and_codes_have_ended(forum, language):
    registration = make_registration(forum, language=language)

    addressing.ask(registration, "new@example.org")
    addressing.confirm(registration)

    sent = left("new_address")
    assert sent.to == ["new@example.org"]
    for part in parts(sent):
        assert {"ko": "링크와 QR은 더 이상 쓸 수 없습니다", "en": "no longer work"}[language] in part


FILMING = "The forum is streamed live on YouTube and recorded. The audience can be in the picture."


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", EVERY_KIND)
def test_that_the_audience_is_filmed_is_said_with_the_first_ticket_and_at_a_new_address(forum, kind, language):
    _registration, _message, sent = make_mail(forum, kind, language=language)

    told = [said(language, FILMING) in part for part in parts(sent)]
    assert told == [kind in ("confirmation", "new_address")] * 2


# --- Days that were asked for again ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_asks_for_another_day_adds_it_in_two_presses(client, forum, language):
    registration = make_registration(forum, days=(1,), email="seowoo@example.kr", language=language)
    make_registration(forum, days=(1, 2), email="seowoo@example.kr")

    sent = left("already_registered")

    address = f"{links.url_of(registration, 'edit')}&day=2"
    text, html = parts(sent)
    with override(language):
        named = {"ko": "2일차 ", "en": "day 2, "}[language] + day_month(forum.days.get(number=2).date)
    assert [named in part for part in (text, html)] == [True, True]
    assert (address in text, f'href="{escape(address)}"' in html) == (True, True)
    page = client.get(address.removeprefix("http://forum.test"), follow=True)
    posted = Page(page).fields
    assert posted["days"] == ["1", "2"]
    client.post(page.request["PATH_INFO"], posted)
    assert [each.day.number for each in registration.bookings.confirmed()] == [1, 2]


def test_who_asks_for_nothing_new_is_led_to_no_change(forum):
    make_registration(forum, days=(1, 2), email="seowoo@example.kr")
    make_registration(forum, days=(1,), email="seowoo@example.kr")

    assert ["to=edit" in part for part in parts(left("already_registered"))] == [False, False]


@pytest.mark.parametrize("day", ["x", "99", "9" * 5000, "²"])
def test_an_address_with_a_day_that_there_is_not_opens_the_page_as_it_is(client, registration, day):
    page = client.get(f"/t/{links.token_of(registration)}/", {"to": "edit", "day": day}, follow=True)

    assert (page.status_code, Page(page).fields["days"]) == (200, ["1", "2"])


# --- Whom to ask ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["address_changed", "cancelled", "changed"])
@pytest.mark.parametrize(
    ("email", "phone", "named"),
    [("help@example.org", "02-000-0000", "help@example.org"), ("", "02-000-0000", "02-000-0000")],
)
def test_who_did_not_do_it_is_told_whom_to_ask(forum, kind, language, email, phone, named):
    forum.contact_email, forum.contact_phone = email, phone
    forum.save()

    _registration, _message, sent = make_mail(forum, kind, language=language)

    text, _html = parts(sent)
    assert named in text.partition("-- ")[0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["address_changed", "cancelled"])
def test_where_there_is_nobody_to_ask_yet_one_can_register_again(forum, kind, language):
    forum.contact_email = forum.contact_phone = ""
    forum.save()

    _registration, _message, sent = make_mail(forum, kind, language=language)

    assert [f"http://forum.test/{language}/2022/register/" in part for part in parts(sent)] == [True, True]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["offered", "are_you_coming"])
def test_a_question_about_a_day_names_its_date_in_subject_and_text(forum, kind, language):
    _registration, _message, sent = make_mail(forum, kind, language=language)

    with override(language):
        date = day_month(forum.days.get(number=2).date)
    assert [date in each for each in (sent.subject, *parts(sent))] == [True] * 3
